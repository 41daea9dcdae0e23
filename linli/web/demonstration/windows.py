"""The demonstration's service points: one for each community, township and county, with hours that people keep.

Everything is drawn from the codes of the divisions, so that the same tree makes the same hours. Two counties leave
gaps, so that the list of days without a window (R35) has something to say, and not everywhere.
"""

# untranslated: what made-up places are called and announce

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from linli.core.access import Actor
from linli.core.calendar import Calendar, calendar_for, today
from linli.ground.accounts.models import Account
from linli.ground.territory.models import Division
from linli.services.facilities import rules, services
from linli.services.facilities.models import PointKind
from linli.services.facilities.rules import ExceptionKind, Spans

SINCE = dt.timedelta(days=420)
BEHIND, AHEAD = dt.timedelta(days=370), dt.timedelta(days=75)

EIGHT = rules.parse_spans("8:30-12:00 13:30-18:00")
EARLY = rules.parse_spans("8:00-12:00 14:00-18:00")
SEVEN = rules.parse_spans("9:00-12:00 13:30-17:30")
THROUGH = rules.parse_spans("8:30-18:00")
EVENING = rules.parse_spans("8:30-12:00 13:30-20:00")
WEEKEND = rules.parse_spans("9:00-16:00")
DUTY = rules.parse_spans("9:00-17:00")
MORNING = rules.parse_spans("9:00-12:00")

COMMUNITY_HOURS = (EIGHT, EIGHT, EIGHT, EIGHT, EARLY, EARLY, SEVEN, EVENING)
SATURDAY_ONLY = frozenset({"510422"})
"""The county whose centre rests on Sundays: there a single town's centre stands in."""
NO_DUTY_AT = {"510411": (1, 2), "510422": (0,)}
"""County: days of a holiday, counted from its last (0) backwards, for which nobody arranged duty."""
NOT_YET_ARRANGED = frozenset({"510402"})
"""The county that has not arranged any duty for the holidays to come: its staff are shown what to do."""


def make_points(by: Actor, divisions: list[Division], holders: dict[str, Account]) -> int:
    """Register the points of all communities, townships and counties. holders: an account by a division's code."""
    rows = [_point(division, holders) for division in divisions if division.level in services.LEVELS]
    return services.import_points(rows, valid_from=today() - SINCE, by=by)


def _point(division: Division, holders: dict[str, Account]) -> services.NewPoint:
    draw = crc32(division.code.encode())
    hours, windows, name = EIGHT, 1 + draw % 2, f"{division.short_name}便民服务站"
    week: dict[str, Spans] = {}
    kind = PointKind.STATION
    if division.level == "county":
        hours, windows, kind, name = THROUGH, 8, PointKind.CENTRE, f"{division.short_name}政务服务中心"
        week["6"] = WEEKEND
        if division.county_code not in SATURDAY_ONLY:
            week["7"] = WEEKEND
    elif division.level == "township":
        hours, windows, kind, name = THROUGH, 3, PointKind.CENTRE, f"{division.short_name}社区公共服务中心"
        if _stands_in_on_sundays(division):
            week["7"] = WEEKEND
    else:
        hours = COMMUNITY_HOURS[draw % len(COMMUNITY_HOURS)]
        if draw % 11 == 0:
            week["6"] = MORNING
    week |= dict.fromkeys(rules.WEEKDAYS[:5], hours)
    return services.NewPoint(
        division=division,
        kind=kind,
        name=name,
        address=f"{division.short_name} {1 + draw % 80} 号（演示）",
        telephone=f"0812-0{draw % 1_000_000:06d}",  # no telephone of a place begins with 0
        week=week,
        windows=windows,
        exceptions=list(_exceptions(division, draw, holders.get(division.code))),
    )


def _stands_in_on_sundays(division: Division) -> bool:
    return division.county_code in SATURDAY_ONLY and division.code.endswith("100000")


def _exceptions(division: Division, draw: int, holder: Account | None) -> Iterator[dict[str, Any]]:
    day = today()
    calendar = calendar_for(division.code)
    if division.level == "county":
        for first, last in _holidays(calendar, day):
            if not (first > day and division.county_code in NOT_YET_ARRANGED):
                yield from _duty(division.county_code, first, last, holder)
    elif _stands_in_on_sundays(division):
        yield {
            "kind": ExceptionKind.CLOSED, "first_day": day + dt.timedelta(days=9),
            "last_day": day + dt.timedelta(days=19), "reason": "大厅检修（演示）",
            "notice": "这几天请到县政务服务中心，或者在网上办。",
        }  # fmt: skip
    elif division.level == "community" and draw % 37 == 0:
        yield {
            "kind": ExceptionKind.CLOSED, "first_day": day + dt.timedelta(days=3),
            "last_day": day + dt.timedelta(days=4), "reason": "停电检修（演示）",
            "notice": "这两天请到街道（乡镇）的服务中心，什么事都能办。",
        }  # fmt: skip
    elif division.level == "community" and draw % 41 == 0:
        yield {
            "kind": ExceptionKind.SHORT, "first_day": day + dt.timedelta(days=5),
            "last_day": day + dt.timedelta(days=5), "spans": MORNING, "reason": "下午入户走访（演示）",
            "notice": "下午请打电话，或者到街道（乡镇）的服务中心。",
        }  # fmt: skip


def _holidays(calendar: Calendar, day: dt.date) -> list[tuple[dt.date, dt.date]]:
    span = (day - BEHIND, day + AHEAD)
    days = [span[0] + dt.timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]
    return rules.runs(one for one in days if calendar.is_holiday(one))


def _duty(county: str, first: dt.date, last: dt.date, holder: Account | None) -> Iterator[dict[str, Any]]:
    """Have the county's centre open on a holiday, but for the days that nobody arranged."""
    left_out = {last - n * rules.ONE_DAY for n in NO_DUTY_AT.get(county, ())}
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    for begins, ends in rules.runs(day for day in days if day not in left_out):
        yield {
            "kind": ExceptionKind.SPECIAL, "first_day": begins, "last_day": ends, "spans": DUTY,
            "reason": "节假日值班（演示）", "notice": "", "on_duty": holder,
        }  # fmt: skip
