"""The clock of a case: until when it must be decided, how much of that is used, and why that day and no other.

One pure function, for the legal and the promised limit, for a whole case and for a step of it. It asks the working-day
calendar and nothing else: no database, no framework, no clock of its own. docs/clock.md states its seven rules with
their articles and publishes the cases that the tests read line by line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from linli.core.calendar import Calendar
    from linli.services.catalogue.content import Limit, Unit

CHINA = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)

DAY_ENDS = dt.time(17, 30)
"""Accepted after this minute counts as accepted on the next working day (rule 1; a setting of the place)."""
EXTENSION_WORKING_DAYS = 10
"""The longest extension (行政许可法第四十二条第一款); joint or centralised handling may take fifteen (第二款)."""
ANSWER_WORKING_DAYS = 5
"""Within this, whoever applied is told everything that is missing; silence is acceptance (第三十二条第一款第四项)."""
YELLOW_FROM = 0.5
"""The share of the limit that is left when green turns yellow (a setting of the place)."""
RED_FROM_WORKING_DAYS = 1


class ExtensionTooLong(ValueError):  # noqa: N818 (a refusal: casework's rules show it with their own sentence)
    """The law does not allow so long an extension."""


class DayState(StrEnum):
    """What a window in the row of a clock shows."""

    USED = "used"
    TODAY = "today"
    LEFT = "left"
    STOPPED = "stopped"
    OVER = "over"


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Pause:
    """A stretch in which the clock stands still: its first and its last day, both included.

    last None: still standing. A pause that ends the day before it began (asked and answered on one day) stops nothing.
    """

    first: dt.date
    last: dt.date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first - ONE_DAY:
            raise ValueError(f"the pause from {self.first} ends before it begins, on {self.last}")

    @classmethod
    def until_answer(cls, asked_on: dt.date, answered_on: dt.date) -> Pause:
        """Return the pause of a supplement: the day of the request stands still, the day of the answer counts again."""
        return cls(asked_on, answered_on - ONE_DAY)


@dataclass(frozen=True)
class ClockDay:
    """One window of the row: a day that counts in the limit's unit, and what has become of it."""

    day: dt.date
    state: DayState


@dataclass(frozen=True)
class Clock:
    """A limit set going on one case, looked at from one day.

    day_zero: the day before the first that may count. due_on: the last day in time; None where the law names no limit.
    provisional: the due date rests on a year whose working days are not published yet. total, used, left, over: days in
    the limit's unit (used counts today; left does not); None without a due date or without a day to look from.
    stopped: the clock stands still on that day. rules: the numbers of the rules that made the due date (docs/clock.md).
    """

    day_zero: dt.date
    due_on: dt.date | None
    provisional: bool = False
    rules: tuple[int, ...] = ()
    total: int | None = None
    used: int | None = None
    left: int | None = None
    over: int | None = None
    stopped: bool = False
    days: tuple[ClockDay, ...] = ()
    colour: Colour | None = None

    @property
    def is_over(self) -> bool:
        return bool(self.over)


def clock(
    limit: Limit,
    accepted_at: dt.datetime,
    pauses: Sequence[Pause] = (),
    extension_working_days: int = 0,
    *,
    calendar: Calendar,
    today: dt.date | None = None,
    day_ends: dt.time = DAY_ENDS,
    extension_at_most: int = EXTENSION_WORKING_DAYS,
    yellow_from: float = YELLOW_FROM,
) -> Clock:
    """Set a limit going at the moment of acceptance and read the clock on `today` (of a finished case: its last day).

    accepted_at is aware, in whatever zone. A pause without a last day stands still through `today`: the due date then
    is the earliest still possible, and moves on with each working day that the answer keeps us waiting.
    Raises ExtensionTooLong; ValueError for a naive moment, a negative extension, or an open pause without `today`.
    """
    if accepted_at.tzinfo is None:
        raise ValueError("accepted_at has no time zone: the day that it falls on cannot be told")
    if extension_working_days < 0:
        raise ValueError("an extension never takes days away")
    if extension_working_days > extension_at_most:
        raise ExtensionTooLong(f"{extension_working_days} working days, where the law allows {extension_at_most}")

    accepted_on, day_zero = _days_of_acceptance(limit.unit, accepted_at, calendar, day_ends)
    if limit.days is None:
        return Clock(day_zero, due_on=None)

    in_working_days = limit.unit == "working_days"
    stands_still = _standing_still(pauses, today)
    due_on, last_counted = _due_on(limit, day_zero, stands_still, extension_working_days, calendar)
    without_pauses, _ = _due_on(limit, day_zero, _never, extension_working_days, calendar)

    first_asked = accepted_on if in_working_days else last_counted
    provisional = any(calendar.is_provisional(dt.date(y, 1, 1)) for y in range(first_asked.year, due_on.year + 1))
    applied = {
        1: day_zero != accepted_on,
        2: in_working_days and limit.days > 0,
        3: due_on != without_pauses,
        4: extension_working_days > 0,
        5: limit.days == 0,
        6: not in_working_days,
        7: provisional,
    }
    rules = tuple(number for number, applies in applied.items() if applies)

    def is_counted(day: dt.date) -> bool:
        return (calendar.is_working(day) or not in_working_days) and not stands_still(day)

    total = sum(map(is_counted, _days_between(day_zero, due_on)))
    if today is None:
        return Clock(day_zero, due_on, provisional, rules, total)

    used = sum(map(is_counted, _days_between(day_zero, min(today, due_on))))
    left = total - used
    shown = [day for day in _row(day_zero, due_on, today) if calendar.is_working(day) or not in_working_days]
    days = tuple(ClockDay(day, _state(day, today, due_on, stands_still)) for day in shown)
    over = sum(one.state == DayState.OVER for one in days)
    working_left = sum(calendar.is_working(day) and is_counted(day) for day in _days_between(today, due_on))
    if today > due_on or working_left <= RED_FROM_WORKING_DAYS:
        colour = Colour.RED
    else:
        colour = Colour.YELLOW if left <= total * yellow_from else Colour.GREEN
    return Clock(
        day_zero=day_zero,
        due_on=due_on,
        provisional=provisional,
        rules=rules,
        total=total,
        used=used,
        left=left,
        over=over,
        stopped=today <= due_on and stands_still(today),
        days=days,
        colour=colour,
    )


def pause_for(starts_on: dt.date, days: int, unit: Unit, *, calendar: Calendar) -> Pause:
    """Return the pause of something that lasts a fixed time: a public notice that stops the clock, a special procedure.

    The day on which it starts stands still without being counted (民法典第二百零一条); a last day in calendar days that
    is no working day moves to the next one (第二百零三条). A notice that does not stop the clock makes no pause.
    """
    if unit == "working_days":
        return Pause(starts_on, calendar.add_working_days(starts_on, days))
    return Pause(starts_on, calendar.working_day_from(starts_on + days * ONE_DAY))


def answer_due_on(received_at: dt.datetime, *, calendar: Calendar, day_ends: dt.time = DAY_ENDS) -> dt.date:
    """Return the last day on which whoever applied can still be told what is missing (行政许可法第三十二条)."""
    _, day_zero = _days_of_acceptance("working_days", received_at, calendar, day_ends)
    return calendar.add_working_days(day_zero, ANSWER_WORKING_DAYS)


def accepted_by_silence(
    received_at: dt.datetime, *, calendar: Calendar, today: dt.date, day_ends: dt.time = DAY_ENDS
) -> dt.datetime | None:
    """Return the moment from which an unanswered submission counts as accepted: that of its receipt (第三十二条).

    None while there is still time to answer.
    """
    return received_at if today > answer_due_on(received_at, calendar=calendar, day_ends=day_ends) else None


def weeks(days: Sequence[ClockDay]) -> tuple[ClockDay, ...]:
    """Draw one window a week instead of one a day, for rows too long to be read: each is its first day.

    The week of today is today's; a week with a day over is over; otherwise it shows what most of its days show.
    """
    by_week: dict[tuple[int, int], list[ClockDay]] = {}
    for one in days:
        by_week.setdefault(one.day.isocalendar()[:2], []).append(one)
    return tuple(ClockDay(week[0].day, _state_of_week([one.state for one in week])) for week in by_week.values())


StandsStill = Callable[[dt.date], bool]


def _never(_day: dt.date) -> bool:
    return False


def _days_of_acceptance(
    unit: Unit, accepted_at: dt.datetime, calendar: Calendar, day_ends: dt.time
) -> tuple[dt.date, dt.date]:
    """Return the day of acceptance and day zero (rule 1, which shifts nothing where the limit is in calendar days)."""
    local = accepted_at.astimezone(CHINA)
    accepted_on, minute = local.date(), local.time().replace(second=0, microsecond=0)
    if unit == "calendar_days" or (calendar.is_working(accepted_on) and minute <= day_ends):
        return accepted_on, accepted_on
    return accepted_on, calendar.next_working(accepted_on)


def _standing_still(pauses: Iterable[Pause], today: dt.date | None) -> StandsStill:
    """Return the test whether a day lies in a pause. However many cover it, it stands still once."""
    spans = []
    for pause in pauses:
        last = pause.last or today
        if last is None:
            raise ValueError("a pause without a last day needs the day to look from")
        spans.append((pause.first, last))
    return lambda day: any(first <= day <= last for first, last in spans)


def _due_on(
    limit: Limit, day_zero: dt.date, stands_still: StandsStill, extension: int, calendar: Calendar
) -> tuple[dt.date, dt.date]:
    """Return the due date, and the last day that the limit itself counted (rules 2 to 6)."""
    in_working_days = limit.unit == "working_days"

    def may_end(day: dt.date) -> bool:
        return calendar.is_working(day) and not stands_still(day)

    day, to_count = day_zero, limit.days or 0
    while to_count:
        day += ONE_DAY
        to_count -= may_end(day) if in_working_days else not stands_still(day)
    last_counted = day
    while not may_end(day):  # a rest day, in calendar days; or day zero itself, standing still
        day += ONE_DAY
    for _ in range(extension):
        day += ONE_DAY
        while not may_end(day):
            day += ONE_DAY
    return day, last_counted


def _days_between(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield every day later than `after` and no later than `until`."""
    for n in range(1, (until - after).days + 1):
        yield after + n * ONE_DAY


def _row(day_zero: dt.date, due_on: dt.date, today: dt.date) -> Iterator[dt.date]:
    """Yield the days of the row: up to the due date, or to today when that is past; at least the due date itself."""
    if due_on == day_zero:
        yield due_on
    yield from _days_between(day_zero, max(due_on, today))


def _state(day: dt.date, today: dt.date, due_on: dt.date, stands_still: StandsStill) -> DayState:
    if day > due_on:
        return DayState.OVER
    if stands_still(day):
        return DayState.STOPPED
    if day == today:
        return DayState.TODAY
    return DayState.USED if day < today else DayState.LEFT


def _state_of_week(states: list[DayState]) -> DayState:
    for telling in (DayState.OVER, DayState.TODAY):
        if telling in states:
            return telling
    return max(states, key=states.count)
