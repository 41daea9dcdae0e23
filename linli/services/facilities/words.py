"""Opening hours as people say them, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.utils.translation import gettext as _

from linli.core.design.dates import said
from linli.services.facilities.queries import Shown
from linli.services.facilities.rules import DAY_NAMES, HOLIDAY, WEEKDAYS, Spans, Week

WORD_JOINER = "\u2060"


def hours(spans: Spans) -> str:
    """8:30–12:00、13:30–18:00, never broken within a span; without hours 不开."""
    return _("、").join(str(span).replace("–", f"–{WORD_JOINER}") for span in spans) if spans else _("不开")


def week_lines(week: Week) -> list[tuple[str, str]]:
    """Return the week with neighbours of the same hours drawn together, holidays last: (星期一到星期五, 8:30–18:00)."""
    runs = _runs([(day, week.get(day, ())) for day in WEEKDAYS])
    told = [(_days(first, last), hours(spans)) for first, last, spans in runs]
    return [*told, (str(DAY_NAMES[HOLIDAY]), hours(week.get(HOLIDAY, ())))]


def days(codes: Iterable[str]) -> str:
    """Say weekdays in one breath: 星期一到星期五、星期日."""
    wanted = set(codes)
    runs = _runs([(day, day in wanted) for day in WEEKDAYS])
    return _("、").join(_days(first, last) for first, last, is_wanted in runs if is_wanted)


def until(one: Shown) -> str:
    """Say until when it is open, or when it opens next; beside the badge 开着 or 关着."""
    if one.closes_at is not None:
        return _("开到 %(time)s") % {"time": f"{one.closes_at.hour}:{one.closes_at.minute:02d}"}
    if one.opens_at is None:
        return _("两个月里没有开门的时间，请先打电话问")
    told = {"time": said(one.opens_at, "time"), "day": said(one.opens_at, "day")}
    if one.opens_today:
        return _("今天 %(time)s 开") % told
    if one.opens_tomorrow:
        return _("明天 %(time)s 开") % told
    return _("%(day)s %(time)s 开") % told


T = TypeVar("T")


def _runs(values: list[tuple[str, T]]) -> list[tuple[str, str, T]]:
    """Draw neighbours with the same value together: (first, last, value)."""
    drawn: list[tuple[str, str, T]] = []
    for day, value in values:
        if drawn and drawn[-1][2] == value:
            drawn[-1] = (drawn[-1][0], day, value)
        else:
            drawn.append((day, day, value))
    return drawn


def _days(first: str, last: str) -> str:
    if first == last:
        return str(DAY_NAMES[first])
    if int(first) + 1 == int(last):
        return _("%(first)s、%(last)s") % {"first": DAY_NAMES[first], "last": DAY_NAMES[last]}
    return _("%(first)s到%(last)s") % {"first": DAY_NAMES[first], "last": DAY_NAMES[last]}
