"""What people type about certificates and seals: cleaning, no saving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.ids import is_number
from linli.ground.accounts.models import Account
from linli.ground.territory.forms import CommunityField
from linli.services.certificates import rules

NUMBER_LENGTH = {"length": rules.NUMBER, "paper": rules.PAPER_NUMBER}


class NumberForm(forms.Form):
    """A certificate's number, or that of a notice, typed from paper."""

    number = forms.CharField(
        label=_("证书编号或文书编号"),
        help_text=_("在名称下面：证书 18 位，像 5104-0226-11AB-CDEF-GK；通知书、凭证等文书 19 位。横线可以不输。"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("请输入编号，或者扫纸上的码。")},
    )

    def clean_number(self) -> str:
        number = rules.plain_number(self.cleaned_data["number"])
        if len(number) in (rules.NUMBER - 1, rules.NUMBER - 2) and is_number(number):
            raise forms.ValidationError(_("这是受理编号。请输证书编号（18 位）或者文书编号（19 位），印在名称下面。"))
        if len(number) not in (rules.NUMBER, rules.PAPER_NUMBER):
            raise forms.ValidationError(
                _("证书编号有 %(length)s 位，文书编号有 %(paper)s 位，您输了 %(typed)s 位。请对着纸再看一遍。")
                % {**NUMBER_LENGTH, "typed": len(number)}
            )
        if not (rules.is_well_formed(number) or rules.is_paper_number(number)):
            raise forms.ValidationError(_("有一位抄错了，或者相邻两位颠倒了。请对着证书再看一遍。"))
        return number


class FileForm(forms.Form):
    """A PDF to be checked. It is looked at and forgotten."""

    file = forms.FileField(
        label=_("证书文件（PDF）"),
        help_text=_("选您收到的那个文件。我们只看，不保存。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": _("请先选一个 PDF 文件。"),
            "empty": _("这个文件是空的。请对方重新发一次。"),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > rules.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("文件太大了。我们签发的证书都不到 2 MB，这一个不是原件。"))
        return file


class ShownForm(forms.Form):
    """What the public page shows beside what it always shows."""

    names = forms.MultipleChoiceField(
        label=_("查验的人还可以看到"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].choices = choices  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("为什么撤销"),
        help_text=_("查验的人和持有人都会看到这句话。不要写姓名、证件号码和电话。"),
        max_length=rules.REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": rules.ReasonNeeded.message},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReplaceForm(RevokeForm):
    """The right facts for the certificate that takes the revoked one's place: one field a fact."""

    def __init__(self, *args: Any, facts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = [label for label, _value in facts]
        for place, (label, value) in enumerate(facts):
            self.fields[f"fact_{place}"] = forms.CharField(label=label, initial=value, max_length=200)
        self.order_fields(["version", *(f"fact_{place}" for place in range(len(facts))), "reason"])

    def facts(self) -> list[tuple[str, str]]:
        return [(label, self.cleaned_data[f"fact_{place}"]) for place, label in enumerate(self.labels)]


class WithdrawSealForm(forms.Form):
    """Why a seal is withdrawn."""

    reason = forms.CharField(
        label=_("为什么停用"),
        help_text=_("停用以后，这枚印章不能再盖任何文书；以前盖过的仍然查得到。"),
        max_length=rules.REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SealForm(forms.Form):
    """A new electronic seal."""

    issuer_name = forms.CharField(label=_("签发机关"), help_text=_("印在证书上的全称，和实物公章一致。"), max_length=60)
    department = forms.ChoiceField(label=_("部门"), required=False, choices=())
    custodian: forms.ModelChoiceField[Account] = forms.ModelChoiceField(
        label=_("保管人"), queryset=None, help_text=_("在职的工作人员。换人时停用旧的，登记新的。")
    )

    def __init__(self, *args: Any, departments: list[tuple[str, str]], custodians: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("本级（没有部门）")), *departments]  # type: ignore[attr-defined]
        self.fields["custodian"].queryset = custodians  # type: ignore[attr-defined]


class DemandForm(forms.Form):
    """Who asked for a proof that nobody may ask for, and for what."""

    proof_name = forms.CharField(
        label=_("要您开什么证明"),
        max_length=rules.DEMAND_WORDS_MAX,
        widget=forms.TextInput(attrs={"list": "proof-names", "autocomplete": "off"}),
        error_messages={"required": _("请写下是什么证明。")},
    )
    asking_body = forms.CharField(
        label=_("谁要的"),
        help_text=_("单位的名称，例如某某银行某某支行、某某学校。不用写人名。"),
        max_length=rules.DEMAND_WORDS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写下是哪个单位要的。")},
    )
    asked_for = forms.CharField(
        label=_("办什么事要的"),
        max_length=rules.DEMAND_WORDS_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写下是办什么事。")},
    )
    community = CommunityField(label=_("在哪个社区（村）"))
    note = forms.CharField(
        label=_("还想说的"),
        help_text=_("不要写身份证号和电话。"),
        required=False,
        max_length=rules.NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
