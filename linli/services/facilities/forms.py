"""What is typed about points, windows and hours: cleaning, no saving."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.core.calendar import today
from linli.core.http import Refused
from linli.ground.accounts.models import Account
from linli.services.facilities import rules
from linli.services.facilities.models import PointKind, ServicePoint
from linli.services.facilities.rules import DAY_NAMES, HOLIDAY, WEEKDAYS, ExceptionKind

DAY_MISSING = {"required": _("请选一个日期。"), "invalid": _("这个日期读不懂，请写成 2026-10-01 这样。")}


def _date(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
        error_messages=DAY_MISSING, **more,
    )  # fmt: skip


class SpansField(forms.CharField):
    """A day's hours in one line: 8:30–12:00 13:30–18:00. Gives spans in order; empty is closed."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        more.setdefault("max_length", 120)
        super().__init__(**more)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return rules.parse_spans(text)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal

    def prepare_value(self, value: Any) -> Any:
        return " ".join(map(str, value)) if isinstance(value, tuple) else value


class VersionForm(forms.Form):
    """A form of a point: it brings the version that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WeekForm(forms.Form):
    """Seven days and the holidays, one line each."""

    def __init__(self, *args: Any, week: rules.Week | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        for day in (*WEEKDAYS, HOLIDAY):
            self.fields[f"day_{day}"] = SpansField(label=DAY_NAMES[day], initial=(week or {}).get(day, ()))
        self.fields["day_1"].help_text = _("写成 8:30–12:00 13:30–18:00 这样；不开就空着。")
        self.fields[f"day_{HOLIDAY}"].help_text = _("放假的日子（春节、国庆……）照这一行；要值班的，另外登记例外。")

    @property
    def week(self) -> dict[str, rules.Spans]:
        return {day: self.cleaned_data[f"day_{day}"] for day in (*WEEKDAYS, HOLIDAY)}


class HoursForm(WeekForm, VersionForm):
    valid_from = _date(_("从哪天起"), initial=lambda: today() + rules.ONE_DAY)

    field_order = [*(f"day_{day}" for day in (*WEEKDAYS, HOLIDAY)), "valid_from"]


class ExceptionForm(VersionForm):
    """Days with other hours. kinds: what this reader may announce."""

    kind = forms.ChoiceField(label=_("这几天怎样"), widget=forms.RadioSelect)
    first_day = _date(_("第一天"))
    last_day = _date(_("最后一天"), required=False, help_text=_("只有一天，可以不填。"))
    hours = SpansField(label=_("几点到几点"), help_text=_("选了“不开”就空着。"))
    reason = forms.CharField(label=_("为什么"), max_length=60, help_text=_("比如：国庆值班、停电检修。居民会看到。"))
    notice = forms.CharField(
        label=_("告诉居民"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不开或者改时间的，写上这几天可以去哪里、打什么电话。"),
    )  # fmt: skip
    on_duty = forms.ChoiceField(label=_("谁值班"), required=False, help_text=_("只有工作人员看得到。"))

    def __init__(self, *args: Any, staff: Iterable[Account] = (), only_duty: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [(kind.value, kind.label) for kind in ExceptionKind]
        kind: Any = self.fields["kind"]
        kind.choices = [pair for pair in kinds if pair[0] == ExceptionKind.SPECIAL or not only_duty]
        duty: Any = self.fields["on_duty"]
        duty.choices = [("", _("还没有定")), *((str(one.pk), str(one)) for one in staff)]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("first_day") and not typed.get("last_day"):
            typed["last_day"] = typed["first_day"]
        return typed


class ActualForm(VersionForm):
    day = _date(_("哪一天"), initial=today)
    hours = SpansField(label=_("实际几点到几点开"), help_text=_("整天没有开，就空着。"))
    reason = forms.CharField(label=_("为什么不一样"), max_length=200)


class CloseWindowForm(VersionForm):
    first_day = _date(_("从哪天起"), initial=today)
    last_day = _date(_("到哪天止"), required=False, help_text=_("还不知道的，可以不填。"))
    reason = forms.CharField(label=_("为什么"), max_length=60)


class AddWindowForm(VersionForm):
    number = forms.IntegerField(label=_("窗口号"), min_value=1, max_value=999, widget=forms.NumberInput)


class PointForm(VersionForm):
    kind = forms.ChoiceField(label=_("类别"), choices=PointKind.choices)
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("门口牌子上的名称。"))
    address = forms.CharField(label=_("地址"), max_length=120)
    telephone = forms.CharField(
        label=_("电话"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("开放时间里有人接的电话。"),
    )  # fmt: skip

    @staticmethod
    def initial_of(point: ServicePoint) -> dict[str, Any]:
        return {name: getattr(point, name) for name in ("kind", "name", "address", "telephone", "version")}


class NewPointForm(PointForm):
    """A new point at one's own place or below."""

    division = forms.ChoiceField(label=_("由谁管"))
    windows = forms.IntegerField(label=_("有几个窗口"), min_value=1, max_value=60, initial=1)
    weekdays = SpansField(
        label=_("星期一到星期五"), required=True, initial=lambda: rules.parse_spans("8:30-12:00 13:30-18:00"),
        help_text=_("周末和节假日，登记好以后在“每周开放时间”里写。"),
    )  # fmt: skip

    field_order = ["division", "kind", "name", "address", "telephone", "windows", "weekdays"]

    def __init__(self, *args: Any, places: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["division"]
        field.choices = places

    @property
    def week(self) -> dict[str, rules.Spans]:
        return dict.fromkeys(WEEKDAYS[:5], self.cleaned_data["weekdays"])


class EndForm(VersionForm):
    on = _date(_("从哪天起停用"), initial=today)


def initial_days(day: dt.date | None) -> dict[str, Any]:
    """Return what a link to the form of an exception brings: duty on a day."""
    if day is None:
        return {}
    return {
        "kind": ExceptionKind.SPECIAL.value, "first_day": day, "last_day": day,
        "hours": rules.parse_spans("9:00-17:00"),
    }  # fmt: skip
