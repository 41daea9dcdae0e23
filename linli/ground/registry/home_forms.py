"""What is typed about homes and households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground.registry import relations
from linli.ground.registry.forms import IdentityChecks, kind_field, name_field, number_field
from linli.ground.registry.models import Household, OrganisationKind, ResidenceKind, Tenure, Use
from linli.ground.registry.queries.housing import Resident
from linli.ground.territory.forms import CommunityField

RELATION_CHOICES = [("", _("请选择")), *relations.RELATIONS.items()]
NEW = "new"


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("请填写日期。"),
            "invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。"),
        },
    )  # fmt: skip


def plain_field(label: Any, *, max_length: int, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=max_length, help_text=help_text,
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip


class StateForm(forms.Form):
    """What a dwelling is used for."""

    use = forms.ChoiceField(label=_("用途"), choices=Use.choices)
    tenure = forms.ChoiceField(label=_("权属"), choices=Tenure.choices, initial=Tenure.UNKNOWN)
    is_vacant = forms.BooleanField(label=_("现在空着，没有人住"), required=False)
    area_m2 = forms.DecimalField(
        label=_("建筑面积（平方米）"), required=False, min_value=1, max_digits=8, decimal_places=2,
        help_text=_("不清楚的，空着。"),
    )  # fmt: skip


class DescribeForm(StateForm):
    on = day_field(_("从哪天起"))


class AddHomeForm(StateForm):
    """A dwelling at its standard address."""

    community = CommunityField()
    site = forms.CharField(
        label=_("门牌"), max_length=60, help_text=_("路名和号，例如：竹湖园路 8 号；没有路名的，写院落或者村组。"),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("请填写门牌：路名和号（竹湖园路 8 号），没有路名的写院落或者村组。")},
    )  # fmt: skip
    building = plain_field(_("楼栋"), max_length=20, help_text=_("例如：2 栋。平房空着。"))
    unit = plain_field(_("单元"), max_length=20)
    room = plain_field(_("房间"), max_length=20, help_text=_("例如：301。"))
    field_order = ("community", "site", "building", "unit", "room")


class MoveInForm(forms.Form):
    """Where somebody lives now, or where her registration lies, and in which household."""

    kind = forms.ChoiceField(
        label=_("登记什么"), widget=forms.RadioSelect, choices=ResidenceKind.choices, initial=ResidenceKind.LIVING
    )
    household = forms.ChoiceField(label=_("在哪一户"), widget=forms.RadioSelect, required=False)
    relation = forms.ChoiceField(label=_("和户主是什么关系"), choices=RELATION_CHOICES, required=False)
    on = day_field(_("从哪天起"))

    def __init__(self, *args: Any, households: Iterable[tuple[Household, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(str(row.pk), _("和%(head)s一户") % {"head": head}) for row, head in households]
        choices = [*known, (NEW, _("自己是户主，另立一户"))]
        field = self.fields["household"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = None if known else NEW  # whose household it is, nobody guesses

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == ResidenceKind.LIVING and "household" in typed:
            if not typed["household"]:
                self.add_error("household", _("请选择在哪一户，或者另立一户。"))
            elif typed["household"] != NEW and not typed.get("relation"):
                self.add_error("relation", _("请选择和户主是什么关系。"))
        return typed

    def facts(self) -> dict[str, Any]:
        """What the form says, by the names of `services.move_in`."""
        typed = self.cleaned_data
        if typed["household"] == NEW:
            return {"on": typed["on"], "household_id": None}
        return {"on": typed["on"], "household_id": UUID(typed["household"]), "relation": typed["relation"]}


class MembersForm(forms.Form):
    """The relation of each member to the head, as it is to be."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = day_field(_("从哪天起"))

    def __init__(self, *args: Any, members: Sequence[Resident], with_leaving: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = [one.person for one in members if one.person is not None]
        relation_now = {one.person.pk: one.relation for one in members if one.person is not None}
        for person in self.people:
            if with_leaving:
                self.fields[f"leaves-{person.pk}"] = forms.BooleanField(
                    label=_("%(name)s 分出去") % {"name": person.name}, required=False
                )
            self.fields[f"relation-{person.pk}"] = forms.ChoiceField(
                label=_("%(name)s 和户主的关系") % {"name": person.name},
                choices=RELATION_CHOICES,
                initial=relation_now[person.pk],
                error_messages={"required": _("请选择和户主是什么关系。")},
            )
        self.order_fields([name for name in self.fields if name != "on"])

    def relation_of(self) -> dict[UUID, str]:
        return {person.pk: self.cleaned_data[f"relation-{person.pk}"] for person in self.people}

    def leaving(self) -> set[UUID]:
        return {person.pk for person in self.people if self.cleaned_data[f"leaves-{person.pk}"]}


class MergeForm(MembersForm):
    """Into which household of the same dwelling, and how each is related to its head."""

    into = forms.ChoiceField(label=_("并进哪一户"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, households: Iterable[tuple[Household, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(row.pk), _("%(head)s那一户") % {"head": head}) for row, head in households]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(["version", "into"])


class BirthForm(IdentityChecks):
    """A child born into a household."""

    name = name_field()
    id_number = number_field()
    relation = forms.ChoiceField(
        label=_("和户主是什么关系"), choices=[("", _("请选择")), *list(relations.RELATIONS.items())[1:]],
        error_messages={"required": _("请选择和户主是什么关系。")},
    )  # fmt: skip
    parents = forms.MultipleChoiceField(
        label=_("父母是这一户的谁"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, members: Iterable[Resident], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(one.person.pk), one.person.name) for one in members if one.person is not None]
        self.fields["parents"].choices = choices  # type: ignore[attr-defined]


class MarriageForm(IdentityChecks):
    """Whom somebody married, by her document."""

    id_kind = kind_field()
    id_number = number_field()
    on = day_field(_("哪一天登记结婚的"))


class DayForm(forms.Form):
    on = day_field(_("哪一天"))


class OrganisationForm(forms.Form):
    name = plain_field(_("单位名称"), max_length=100, required=True)
    kind = forms.ChoiceField(label=_("类别"), choices=OrganisationKind.choices)
    credit_code = plain_field(_("统一社会信用代码"), max_length=24, help_text=_("18 位，在执照上。没有的，空着。"))


class AsOfForm(forms.Form):
    """On which day, and as it was known when."""

    day = forms.DateField(
        label=_("哪一天的情况"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。")},
    )  # fmt: skip
    known = forms.DateField(
        label=_("按哪一天知道的"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("看不出是哪一天，请按年-月-日填，例如 2026-11-20。")},
    )  # fmt: skip
