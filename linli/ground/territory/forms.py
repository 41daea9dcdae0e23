"""Choosing a community in three short steps, and loading a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.ground.territory import queries
from linli.ground.territory.models import Division, Level


@dataclass(frozen=True)
class Step:
    """One of the three selects: its name and label, what can be chosen, and what is."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Way:
    """How far the choice has come. Codes that do not hang together are dropped from the first wrong one on."""

    county: Division | None = None
    township: Division | None = None
    community: Division | None = None
    steps: tuple[Step, ...] = ()

    @property
    def next_step(self) -> str:
        return self.steps[-1].label if self.community is None and self.steps else ""


def way(name: str, county: str = "", township: str = "", community: str = "", *, only: frozenset[str] | None) -> Way:
    """Follow a choice as far as it goes. only: six-digit codes of the counties to choose from, None for all."""
    places = [place for place in queries.counties() if only is None or place.code[:6] in only]
    chosen_county = _pick(places, county)
    steps = [_step(f"{name}-county", _("区（县）"), places, chosen_county)]
    chosen_township = chosen_community = None
    if chosen_county:
        places = list(queries.children(chosen_county))
        chosen_township = _pick(places, township)
        steps.append(_step(f"{name}-township", _("街道（乡镇）"), places, chosen_township))
    if chosen_township:
        places = list(queries.children(chosen_township))
        chosen_community = _pick(places, community)
        steps.append(_step(name, _("社区（村）"), places, chosen_community))
    return Way(chosen_county, chosen_township, chosen_community, tuple(steps))


def _pick(places: list[Division], code: str) -> Division | None:
    """Return the place chosen; the only one is chosen by itself."""
    return next((place for place in places if place.code == code), places[0] if len(places) == 1 else None)


def _step(name: str, label: str, places: list[Division], chosen: Division | None) -> Step:
    return Step(name, label, [(p.code, p.short_name) for p in places], chosen.code if chosen else "")


class CommunityWidget(forms.Widget):
    """Three selects, each shown when the one before is chosen. htmx fetches the next; without it a button does.

    Values are codes, so that they can be read and kept in an address; the field gives a Division.
    """

    template_name = "territory/_community_steps.html"
    use_fieldset = True
    only: frozenset[str] | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        return {
            "county": data.get(f"{name}-county") or "",
            "township": data.get(f"{name}-township") or "",
            "community": data.get(name) or "",
        }

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key in data for key in (name, f"{name}-county", f"{name}-township"))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"way": way(name, **codes_of(value), only=self.only), "only": sorted(self.only or ())}
        return context

    def id_for_label(self, id_: str) -> str:
        return id_


def codes_of(value: Any) -> dict[str, str]:
    """Return the codes of the three steps for what was posted, a division of any level, its id or its code."""
    if isinstance(value, dict):
        if value.get("community") and not value.get("county") and not value.get("township"):
            return codes_of(value["community"])
        return {step: str(value.get(step, "")) for step in ("county", "township", "community")}
    try:
        place = (
            value
            if isinstance(value, Division)
            else queries.division(value)
            if isinstance(value, UUID)
            else queries.by_code(str(value or ""))
        )
    except Division.DoesNotExist:
        return {}
    chain = [place, *queries.ancestors(place)]
    by_level = {division.level: division.code for division in chain}
    return {
        "county": by_level.get(Level.COUNTY, by_level.get(Level.CITY, "")),
        "township": by_level.get(Level.TOWNSHIP, ""),
        "community": by_level.get(Level.COMMUNITY, ""),
    }


class CommunityField(forms.Field):
    """Where somebody lives: gives a community in force. initial may be any division: the steps begin there.

    only: six-digit codes of the counties to choose from. Put `{{ form }}` or `{{ form.community.as_field_group }}`
    into the page; the field brings its own fieldset.
    """

    widget = CommunityWidget
    default_error_messages = {
        "required": gettext_lazy("请选择社区（村）。"),
        "next": gettext_lazy("请接着选：%(step)s。"),
    }

    def __init__(self, *, only: frozenset[str] | None = None, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("住在哪个社区（村）"))
        options.setdefault("template_name", "territory/community_field.html")
        super().__init__(**options)
        self.only = only

    @property
    def only(self) -> frozenset[str] | None:
        return self.widget.only  # type: ignore[attr-defined,no-any-return]

    @only.setter
    def only(self, codes: frozenset[str] | None) -> None:
        self.widget.only = codes  # type: ignore[attr-defined]

    def clean(self, value: Any) -> Division | None:
        codes = codes_of(value)
        if not any(codes.values()):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        reached = way("community", **codes, only=self.only)
        if reached.community is None:
            raise ValidationError(self.error_messages["next"], code="next", params={"step": reached.next_step})
        return reached.community

    def has_changed(self, initial: Any, data: Any) -> bool:
        return codes_of(initial).get("community", "") != codes_of(data).get("community", "")


class LoadForm(forms.Form):
    """A list of divisions to try or to load."""

    file = forms.FileField(
        label=gettext_lazy("名单文件"),
        help_text=gettext_lazy(
            "CSV，UTF-8 或 GB18030。"
            "第一行是列名：code、name、level、parent_code（或者：区划代码、名称、级别、上级代码）。"
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": gettext_lazy("请选择一个文件。"),
            "missing": gettext_lazy("请选择一个文件。"),
            "empty": gettext_lazy("这个文件是空的，里面一行也没有。"),
        },
    )
    on = forms.DateField(
        label=gettext_lazy("新区划从哪一天起"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("不填就是今天。"),
    )
    complete = forms.BooleanField(label=gettext_lazy("名单是全的：名单里没有的区划，从这一天起停用"), required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                _("文件最大 %(max)s，这个有 %(given)s。全省的名单请用命令行载入。")
                % {"max": filesizeformat(settings.UPLOAD_MAX_BYTES), "given": filesizeformat(file.size)}
            )
        return file
