"""What clerks and residents type about a person: each field is cleaned by the rule that the service uses again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.core.calendar import today
from linli.core.http import Refused
from linli.ground.registry import rules
from linli.ground.registry.models import IdKind, Person, Purpose, Sex, Source, SpecialGroup
from linli.ground.territory.forms import CommunityField

HERE, ELSEWHERE, UNKNOWN = "here", "elsewhere", "unknown"
OTHER = "other"


@contextmanager
def refused_beside() -> Iterator[None]:
    """Turn a rule's refusal into the error of the field that is being cleaned."""
    try:
        yield
    except Refused as refusal:
        raise ValidationError(str(refusal), code=refusal.code) from refusal


class NumberInput(forms.TextInput):
    def __init__(self, **attrs: str) -> None:
        super().__init__({"class": "input--number", "autocomplete": "off", "spellcheck": "false"} | attrs)


def name_field(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("姓名"), widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("请填写姓名。")}, **options,
    )  # fmt: skip


def number_field(*, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("证件号码"),
        required=required,
        widget=NumberInput(),
        error_messages={"required": _("请填写证件号码。")},
    )


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, initial=IdKind.CITIZEN)


def sex_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("性别"), choices=[("", _("按证件号码")), *Sex.choices], required=False)


def birth_date_field() -> forms.DateField:
    return forms.DateField(
        label=_("出生日期"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("证件号码里有的，不用填。"),
        error_messages={"invalid": _("看不出是哪一天，请按年-月-日填，例如 1958-03-12。")},
    )  # fmt: skip


class IdentityChecks(forms.Form):
    """Cleans name, id_number (by id_kind), phone and birth_date wherever a form has them."""

    def clean_name(self) -> str:
        with refused_beside():
            return rules.check_name(self.cleaned_data["name"])

    def clean_id_number(self) -> str:
        number: str = self.cleaned_data["id_number"]
        if not number and not self.fields["id_number"].required:
            return ""
        with refused_beside():
            return rules.check_identity_number(
                number, self.cleaned_data.get("id_kind") or IdKind.CITIZEN, on=today(), allow_demo=settings.DEMO
            )

    def clean_phone(self) -> str:
        with refused_beside():
            return rules.normalise_phone(self.cleaned_data["phone"], allow_demo=settings.DEMO)

    def clean_birth_date(self) -> Any:
        born = self.cleaned_data["birth_date"]
        with refused_beside():
            return rules.check_birth_date(born, on=today()) if born else None


class FindForm(IdentityChecks):
    """Somebody stands at the window with her document."""

    id_kind = kind_field()
    id_number = number_field()
    purpose = forms.ChoiceField(label=_("为什么要找"), choices=Purpose.choices)


class RegisterForm(IdentityChecks):
    """A person who is not known yet."""

    name = name_field()
    id_kind = kind_field()
    id_number = number_field()
    sex = sex_field()
    birth_date = birth_date_field()
    phone = forms.CharField(
        label=_("电话"), required=False, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("手机，或者带区号的座机。办事的消息发到这里。"),
    )  # fmt: skip
    community = CommunityField()
    address = forms.CharField(
        label=_("住址"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("路、号、栋、单元、房间，例如：竹湖园路 8 号 2 栋 301。"),
    )  # fmt: skip
    registered = forms.ChoiceField(
        label=_("户口在哪里"), widget=forms.RadioSelect, initial=UNKNOWN,
        choices=[(HERE, _("就在住的社区")), (ELSEWHERE, _("在外地或者别的社区")), (UNKNOWN, _("还不清楚"))],
    )  # fmt: skip
    registered_place = forms.CharField(
        label=_("户口在外地的，写到县"), required=False, max_length=80, help_text=_("例如：云南省华坪县。")
    )

    def facts(self) -> dict[str, Any]:
        """What the form says, by the names of `services.register_person`."""
        typed = dict(self.cleaned_data)
        registered = typed.pop("registered")
        typed["registered_community"] = typed["community"] if registered == HERE else None
        if registered != ELSEWHERE:
            typed["registered_place"] = ""
        return typed


class CorrectForm(IdentityChecks):
    """Corrections. Sealed fields stand empty: what is not typed stays as it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = name_field()
    sex = forms.ChoiceField(label=_("性别"), choices=Sex.choices)
    birth_date = forms.DateField(
        label=_("出生日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("看不出是哪一天，请按年-月-日填，例如 1958-03-12。")},
    )  # fmt: skip
    id_kind = kind_field()
    id_number = number_field(required=False)
    phone = forms.CharField(
        label=_("电话"), required=False, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
    )
    no_phone = forms.BooleanField(label=_("这个电话不用了，删掉"), required=False)
    address = forms.CharField(
        label=_("住址"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    registered_community = CommunityField(label=_("户籍社区"), required=False)
    registered_place = forms.CharField(
        label=_("户口在外地的，写到县"), required=False, max_length=80, help_text=_("例如：云南省华坪县。")
    )
    identity_verified = forms.BooleanField(label=_("证件已经当面核对过"), required=False)
    source = forms.ChoiceField(
        label=_("怎么知道的"), choices=[(s.value, s.label) for s in (Source.WINDOW, Source.VISIT, Source.POLICE)]
    )

    def __init__(self, person: Person, masked: Callable[[str], str], *args: Any, **options: Any) -> None:
        options["initial"] = {
            "version": person.version, "name": person.name, "sex": person.sex, "birth_date": person.birth_date,
            "id_kind": person.id_kind, "registered_community": person.registered_community,
            "registered_place": person.registered_place, "identity_verified": person.identity_verified,
        }  # fmt: skip
        super().__init__(*args, **options)
        for field in ("id_number", "phone", "address"):
            shown = masked(field)
            self.fields[field].help_text = _("现在是 %(shown)s。不改，就空着。") % {"shown": shown or _("空的")}
        if not person.phone:
            del self.fields["no_phone"]

    def changes(self) -> dict[str, Any]:
        """What the form says, by the names of `services.correct`; version and source are handed over apart."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "source")}
        no_phone = typed.pop("no_phone", False)
        for field in ("id_number", "phone", "address"):
            if not typed[field] and not (field == "phone" and no_phone):
                del typed[field]
        if "id_number" not in typed:
            del typed["id_kind"]
        return typed


class MoveForm(forms.Form):
    """Where she lives now."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    community = CommunityField(label=_("搬到哪个社区（村）"))
    address = forms.CharField(
        label=_("新住址"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("路、号、栋、单元、房间。"),
    )  # fmt: skip


class DeathForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("哪一天去世的"), widget=forms.DateInput({"type": "date"}),
        error_messages={
            "required": _("请填写日期。"),
            "invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。"),
        },
    )  # fmt: skip


class PurposeForm(forms.Form):
    """Why somebody wants to see a number in full: one of the list, or in one's own words."""

    purpose = forms.ChoiceField(
        label=_("为什么要看"), widget=forms.RadioSelect, choices=[*Purpose.choices, (OTHER, _("别的原因，写在下面"))],
        error_messages={"required": rules.PurposeNeeded.message},
    )  # fmt: skip
    other = forms.CharField(
        label=_("别的原因"), required=False, max_length=200, help_text=_("四个字以上。本人能看到这句话。")
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("purpose") == OTHER:
            try:
                typed["purpose"] = rules.check_purpose(typed.get("other", ""), frozenset())
            except Refused as refusal:
                self.add_error("other", str(refusal))
        return typed


class IdentityForm(IdentityChecks):
    """A resident says who she is. What her number does not say, and what is not known here, is asked when needed."""

    name = name_field()
    id_kind = kind_field()
    id_number = number_field()

    EXTRA: dict[str, Callable[[], forms.Field]] = {
        "sex": lambda: forms.ChoiceField(
            label=_("性别"),
            choices=[(s.value, s.label) for s in (Sex.FEMALE, Sex.MALE)],
            widget=forms.RadioSelect,
            error_messages={"required": _("这种证件号码里没有性别，请选择一项。")},
        ),
        "birth_date": lambda: forms.DateField(
            label=_("出生日期"),
            widget=forms.DateInput({"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
            error_messages={
                "required": _("这种证件号码里没有出生日期，请填写。"),
                "invalid": _("看不出是哪一天，请按年-月-日填，例如 1958-03-12。"),
            },
        ),
        "community": lambda: CommunityField(label=_("您住在哪个社区（村）")),
        "address": lambda: forms.CharField(label=_("住址"), required=False, max_length=200),
    }

    def __init__(self, *args: Any, ask: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        self.extra: list[str] = []
        for name, make in self.EXTRA.items():
            if name in ask or (self.is_bound and not make().widget.value_omitted_from_data(self.data, {}, name)):
                self.fields[name] = make()
                self.extra.append(name)
                if name == "community":
                    self.fields["address"] = self.EXTRA["address"]()


class TagForm(forms.Form):
    """That somebody belongs to a special group, and what says so."""

    code = forms.ChoiceField(label=_("哪个群体"), choices=SpecialGroup.choices)
    source = forms.CharField(
        label=_("依据"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("看到的证件，或者哪个部门的名单，例如：定期抚恤金领取证。"),
        error_messages={"required": _("请写明依据：哪个证件，或者哪个部门的名单。没有依据不能登记。")},
    )  # fmt: skip
    valid_from = forms.DateField(
        label=_("从哪天起"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写日期。"),
            "invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。"),
        },
    )  # fmt: skip
    valid_to = forms.DateField(
        label=_("到哪天前"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("没有期限的，空着。"),
        error_messages={"invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。")},
    )  # fmt: skip
