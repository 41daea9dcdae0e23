"""What people type at the door and in the staff pages: cleaning, no saving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.accounts import roles, rules

MANY = 600
"""More divisions than this are not listed: the code is typed."""


class SentencesForm(forms.Form):
    """A form that says in our own sentences what is missing: the browser's bubbles are short and in its language."""

    use_required_attribute = False


def _numeric(autocomplete: str, **more: str) -> dict[str, str]:
    return {"inputmode": "numeric", "autocomplete": autocomplete, "class": "input input--number", **more}


class ResidentSignInForm(SentencesForm):
    phone = forms.CharField(
        label=_("手机号"),
        max_length=40,
        help_text=_("第一次来也填这里，不用另外注册。"),
        widget=forms.TextInput(attrs={"type": "tel", **_numeric("tel")}),
        error_messages={"required": _("请填手机号。")},
    )


class CodeForm(SentencesForm):
    phone = forms.CharField(max_length=40, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("短信里的 6 位数字"),
        max_length=20,
        help_text=_("5 分钟内有效。谁来要都别给，工作人员也不会要。"),
        widget=forms.TextInput(attrs=_numeric("one-time-code")),
        error_messages={"required": _("请填短信里的 6 位数字。")},
    )


class OtherPhoneForm(SentencesForm):
    phone = forms.CharField(
        label=_("另一个账户的手机号"),
        max_length=40,
        help_text=_("验证码会同时发到这个号码和您现在的号码，两个都要填。"),
        widget=forms.TextInput(attrs=_numeric("off") | {"data-unkept": ""}),
        error_messages={"required": _("请填另一个账户的手机号。")},
    )


class BothCodesForm(SentencesForm):
    phone = forms.CharField(max_length=40, widget=forms.HiddenInput)
    other_code = forms.CharField(
        label=_("另一个号码收到的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs=_numeric("one-time-code")),
        error_messages={"required": _("请填短信里的 6 位数字。")},
    )
    own_code = forms.CharField(
        label=_("现在的号码收到的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs=_numeric("one-time-code")),
        error_messages={"required": _("请填短信里的 6 位数字。")},
    )


class StaffSignInForm(SentencesForm):
    username = forms.CharField(
        label=_("用户名"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填用户名。")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填密码。")},
    )


class FactorCodeForm(SentencesForm):
    code = forms.CharField(
        label=_("应用里的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs=_numeric("one-time-code")),
        error_messages={"required": _("请填应用里的 6 位数字。")},
    )


class NewAppForm(FactorCodeForm):
    code = forms.CharField(
        label=_("应用里显示的 6 位数字"),
        max_length=20,
        help_text=_("每 30 秒换一次，填现在显示的。"),
        widget=forms.TextInput(attrs=_numeric("one-time-code")),
        error_messages={"required": _("请填应用里显示的 6 位数字。")},
    )


class NewPasskeyForm(SentencesForm):
    name = forms.CharField(
        label=_("给它起个名字"),
        max_length=40,
        help_text=_("以后认得出是哪台设备上的，例如“办公室电脑”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请起个名字。"), "max_length": _("名字最多 40 个字。")},
    )


class RecoveryCodeForm(SentencesForm):
    code = forms.CharField(
        label=_("恢复码"),
        max_length=40,
        help_text=_("12 位字母和数字，例如 7KQ2-M3XA-90TP。每个只能用一次。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("请填一个恢复码。")},
    )


class OwnPasswordForm(SentencesForm):
    password = forms.CharField(
        label=_("您的密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填密码。")},
    )


class PasswordForm(SentencesForm):
    old_password = forms.CharField(
        label=_("现在的密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填现在的密码。")},
    )
    new_password = forms.CharField(
        label=_("新密码"),
        max_length=1000,
        strip=False,
        help_text=_("至少 10 个字。三四个不相干的词连起来，好记又难猜。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("请填新密码。")},
    )
    new_password_again = forms.CharField(
        label=_("再填一遍新密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("请再填一遍新密码。")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"new_password", "new_password_again"} <= cleaned.keys() and (
            cleaned["new_password"] != cleaned["new_password_again"]
        ):
            self.add_error("new_password_again", _("两遍填得不一样，请再填一遍。"))
        return cleaned


def _day(label: Any, *, missing: Any = "", **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": _("请填日期，例如 2026-10-01。")},
        **more,
    )


class RoleForm(SentencesForm):
    """A role, where, for which department, from when until when. places: (code, name) of the divisions in reach."""

    role = forms.ChoiceField(label=_("角色"), error_messages={"required": _("请选角色。")})
    division = forms.CharField(
        label=_("在哪里"),
        max_length=12,
        error_messages={"required": _("请选地方。"), "max_length": _("区划代码是 12 位数字。")},
    )
    department = forms.ChoiceField(label=_("部门"), required=False, help_text=_("只有部门经办要填。"))
    valid_from = _day(_("从哪天起"), required=False, help_text=_("不填就是今天。"))
    valid_to = _day(_("到哪天为止"), required=False, help_text=_("这一天起不再有这个角色；不填就一直有效。"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], givers: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [role for role in roles.ROLES.values() if givers & set(role.given_by)]
        self.fields["role"].choices = [("", _("请选择"))] + [(role.code, role.name) for role in mine]  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("不分部门")), *roles.departments().items()]  # type: ignore[attr-defined]
        if len(places) <= MANY:
            self.fields["division"].widget = forms.Select(choices=[("", _("请选择")), *places])
        else:
            self.fields["division"].help_text = _("填 12 位区划代码。")


class NewStaffForm(RoleForm):
    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("登录时填的，例如姓名的拼音。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请填用户名。"), "max_length": _("用户名最多 60 个字。")},
    )
    name = forms.CharField(
        label=_("姓名"),
        max_length=rules.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请填姓名。"), "max_length": _("姓名最多 60 个字。")},
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", **_numeric("off")}),
    )
    field_order = ("name", "username", "phone", "role", "division", "department", "valid_from", "valid_to")


class DelegationForm(SentencesForm):
    post = forms.ChoiceField(label=_("哪个岗位"), error_messages={"required": _("请选岗位。")})
    deputy = forms.ChoiceField(
        label=_("请谁代班"),
        help_text=_("可以请在同一个地方、上一级或下一级任职的同事。"),
        error_messages={"required": _("请选代班的同事。")},
    )
    starts = _day(_("从哪天起"), missing=_("请填从哪天起。"))
    last_day = _day(
        _("到哪天为止"),
        help_text=_("包括这一天；过了这一天，代班自己结束。"),
        missing=_("请填到哪天为止。"),
    )
