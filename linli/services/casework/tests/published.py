"""What the house has published about a case, read from the pages of the docs and counted again by other means.

The machine (machine.py) holds the services against this: the table of the lifecycle and the roles as
docs/architecture.md prints them, the items as their files say, the clock as the seven rules of docs/clock.md read.
Nothing here asks the room's rules, its clock or its lifecycle.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import yaml

from linli.services.casework.tests.factories import item_file

CHINA = ZoneInfo("Asia/Shanghai")
PAGE = Path(__file__).parents[4] / "docs" / "architecture.md"
DAY = dt.timedelta(days=1)


# --- the table, and who may do what ---


@dataclass(frozen=True)
class Line:
    """One line of the published table. target "" stays; who "" is the worker."""

    sources: tuple[str, ...]
    action: str
    target: str
    who: str
    guards: tuple[str, ...]


@cache
def table() -> tuple[Line, ...]:
    text = PAGE.read_text(encoding="utf-8")
    head = "| from | action | to | who may | clock | unless | rests on |"
    rows = text[text.index(head) :].splitlines()[2:]
    lines = []
    for row in rows:
        if not row.startswith("|"):
            break
        sources, action, target, who, _clock, unless, _law = (cell.strip() for cell in row.strip("|").split("|"))
        lines.append(
            Line(
                sources=tuple(re.findall(r"`(\w+)`", sources)),
                action=re.findall(r"`(\w+)`", action)[0],
                target="" if target == "stays" else target.strip("`"),
                who="" if who == "the worker" else who.strip("`"),
                guards=tuple(re.findall(r"`(\w+)`", unless)),
            )
        )
    return tuple(lines)


def line(action: str, source: str) -> Line | None:
    return next((one for one in table() if one.action == action and source in one.sources), None)


@cache
def roles_of(permission: str) -> frozenset[str]:
    """Return the roles that hold a permission, as the matrix of the page shows them."""
    text = PAGE.read_text(encoding="utf-8")
    names = dict(re.findall(r"^ *(\d+)  (\w+)  \S+$", text, re.MULTILINE))
    [dots] = re.findall(rf"^{re.escape(permission)} +((?:[·●] *)+)", text, re.MULTILINE)
    return frozenset(names[str(place)] for place, dot in enumerate(dots.split(), 1) if dot == "●")


# --- items, as their files say ---


@dataclass(frozen=True)
class Step:
    level: str
    step: str
    department: str
    days: int
    also: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    days: int | None
    unit: str


@dataclass(frozen=True)
class Told:
    """What a version of an item says about how it is handled."""

    code: str
    department: str
    chain: tuple[Step, ...]
    promised: Limit
    legal: Limit
    notice: dict[str, Any] | None
    specials: dict[str, tuple[int, str]]
    may_follow: dict[str, int]
    materials: tuple[str, ...]
    at_least: int
    repeatable: bool
    delivery: tuple[str, ...]

    @property
    def extension_at_most(self) -> int:
        return 15 if any(step.also for step in self.chain) else 10


@cache
def told(code: str) -> Told:
    said = yaml.safe_load(item_file(code).read_text(encoding="utf-8"))

    def limit(name: str) -> Limit:
        row = said.get(name) or {}
        return Limit(row.get("days"), row.get("unit", "working_days"))

    return Told(
        code=code,
        department=said["department"],
        chain=tuple(
            Step(row["level"], row["step"], row.get("department", ""), row.get("days", 0), tuple(row.get("also", ())))
            for row in said["chain"]
        ),
        promised=limit("promised_limit"),
        legal=limit("legal_limit"),
        notice=said.get("public_notice"),
        specials={row["code"]: (row["days"], row.get("unit", "working_days")) for row in said.get("special_procedures", ())},
        may_follow={
            row["code"]: row.get("may_follow_working_days", 5) for row in said["materials"] if row.get("may_follow")
        },
        materials=tuple(row["code"] for row in said["materials"]),
        at_least=max((row.get("at_least", 0) for row in said["applicants"].get("conditions", ()) if row.get("fact") == "age"), default=0),
        repeatable=said["type"] in ("self_government", "public_service", "other_power"),
        delivery=tuple(said["result"].get("delivery", ("electronic", "collect"))),
    )  # fmt: skip


# --- the clock, counted day by day ---


class BeyondTheCalendar(Exception):
    """The working days of that year are not published: rule 7, the date is provisional."""


def is_working(day: dt.date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise BeyondTheCalendar from None


def later(day: dt.date, working_days: int) -> dt.date:
    """Return the n-th working day after a day."""
    while working_days:
        day += DAY
        working_days -= is_working(day)
    return day


def first_working(day: dt.date) -> dt.date:
    while not is_working(day):
        day += DAY
    return day


def day_zero(moment: dt.datetime) -> dt.date:
    """Rule 1: until 17:30 of a working day that day, else the next working day."""
    local = moment.astimezone(CHINA)
    if is_working(local.date()) and (local.hour, local.minute) <= (17, 30):
        return local.date()
    return first_working(local.date() + DAY)


def end_of(starts_on: dt.date, days: int, unit: str) -> dt.date:
    """Return the last day of a notice or a special procedure that begins on a day."""
    return later(starts_on, days) if unit == "working_days" else first_working(starts_on + days * DAY)


@dataclass
class Pause:
    """A stretch that stands still. last: its last day, None while an applicant is waited for."""

    first: dt.date
    last: dt.date | None


@dataclass
class Counted:
    """A limit, an acceptance, the pauses and the extension: counted anew from the rules, one day after the other."""

    limit: Limit
    accepted_at: dt.datetime
    pauses: list[Pause] = field(default_factory=list)
    extension: int = 0
    today: dt.date | None = None

    def stands_still(self, day: dt.date) -> bool:
        return any(pause.first <= day <= (pause.last or self.today or day) for pause in self.pauses)

    def counts(self, day: dt.date) -> bool:
        return is_working(day) and not self.stands_still(day)

    def _from(self, day: dt.date) -> Iterator[dt.date]:
        while True:
            yield day
            day += DAY

    def due_on(self) -> dt.date | None:
        """Rules 1 to 6. Raises BeyondTheCalendar where rule 7 begins."""
        if self.limit.days is None:
            return None
        if self.limit.unit == "working_days":
            zero = day_zero(self.accepted_at)
            counted = (day for day in self._from(zero + DAY) if self.counts(day))
        else:
            zero = self.accepted_at.astimezone(CHINA).date()
            counted = (day for day in self._from(zero + DAY) if not self.stands_still(day))
        last = zero
        for _n in range(self.limit.days):
            last = next(counted)
        last = next(day for day in self._from(last) if self.counts(day))
        for _n in range(self.extension):
            last = next(day for day in self._from(last + DAY) if self.counts(day))
        return last

    def left(self) -> int:
        """Return the days left after today, in the limit's unit."""
        due, today = self.due_on(), self.today
        assert due is not None
        assert today is not None
        zero = (
            day_zero(self.accepted_at)
            if self.limit.unit == "working_days"
            else self.accepted_at.astimezone(CHINA).date()
        )
        return sum(self._is_in_unit(day) and not self.stands_still(day) for day in _between(max(zero, today), due))

    def over(self) -> int:
        due, today = self.due_on(), self.today
        assert due is not None
        assert today is not None
        return sum(self._is_in_unit(day) for day in _between(due, today))

    def _is_in_unit(self, day: dt.date) -> bool:
        return self.limit.unit == "calendar_days" or is_working(day)


def _between(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    while after < until:
        after += DAY
        yield after
