"""When a window is open: pure functions over weekly hours, exceptions, windows and what really happened.

A day has spans, never across midnight; China has one time all year round, so a day always has 24 hours.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.calendar import Calendar
from linli.core.http import Refused

LEAST_MINUTES = 8 * 60
"""R56a: 社区综合服务设施开放时间一般不少于每天8小时."""
ONE_DAY = dt.timedelta(days=1)
LOOK_AHEAD_DAYS = 60
HOLIDAY = "holiday"
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")
"""The days of a weekly plan, Monday first; beside them it may have hours for holidays."""
DAY_NAMES = {
    "1": _("星期一"), "2": _("星期二"), "3": _("星期三"), "4": _("星期四"), "5": _("星期五"), "6": _("星期六"),
    "7": _("星期日"), HOLIDAY: _("法定节假日"),
}  # fmt: skip
SPANS_A_DAY = 4
WORDS_MAX = 200


class ExceptionKind(TextChoices):
    CLOSED = "closed", _("不开")
    SPECIAL = "special", _("专门开（值班）")
    SHORT = "short", _("开的时间不一样")


# -- refusals --------------------------------------------------------------------------------------------------------


class NotATime(Refused):
    code = "facilities.not_a_time"
    message = _("“%(given)s”看不懂。请写成 8:30–12:00 13:30–18:00 这样；不开就空着。")


class ClosesBeforeOpens(Refused):
    code = "facilities.closes_before_opens"
    message = _("%(opens)s 开、%(closes)s 关：关门要比开门晚。过了半夜的，请分在两天写。")


class SpansOverlap(Refused):
    code = "facilities.spans_overlap"
    message = _("%(first)s 和 %(second)s 重叠了。请合成一段，或者把时间错开。")


class TooManySpans(Refused):
    code = "facilities.too_many_spans"
    message = _("一天最多写 %(most)s 段时间。")


class LastBeforeFirst(Refused):
    code = "facilities.last_before_first"
    message = _("最后一天比第一天早。请看一看两个日期。")
    field = "last_day"


class ExceptionInThePast(Refused):
    code = "facilities.exception_in_the_past"
    message = _("%(day)s已经过去了，例外要从今天或者以后开始。已经发生的，请用“记下实际开门情况”。")
    field = "first_day"


class ExceptionsOverlap(Refused):
    code = "facilities.exceptions_overlap"
    message = _("%(first)s到%(last)s已经有一个例外（%(reason)s）。请先取消那一个，或者换日期。")
    field = "first_day"


class HoursNeeded(Refused):
    code = "facilities.hours_needed"
    message = _("写上这几天几点到几点开，比如 9:00–17:00。")
    field = "hours"


class NoHoursWhenClosed(Refused):
    code = "facilities.no_hours_when_closed"
    message = _("选了“不开”，就不用写时间。只是开的时间不一样，请选那一项。")
    field = "hours"


class WordsNeeded(Refused):
    code = "facilities.words_needed"
    message = _("请写一句，居民会看到。")


class WordsTooLong(Refused):
    code = "facilities.words_too_long"
    message = _("最多 %(most)s 个字，这里有 %(given)s 个。")


class PlanInThePast(Refused):
    code = "facilities.plan_in_the_past"
    message = _("新的开放时间最早从今天起。以前的时间是那时候公布的，不能改。")
    field = "valid_from"


class PlanUnchanged(Refused):
    code = "facilities.plan_unchanged"
    message = _("和那时候的开放时间一样，没有要改的。")


class NeverOpen(Refused):
    code = "facilities.never_open"
    message = _("一个星期里一天也不开。要停用这个服务点，请在它的资料里停用。")
    field = "day_1"


class NotYet(Refused):
    code = "facilities.not_yet"
    message = _("%(day)s还没有到，不知道实际会怎样。要提前安排，请登记例外。")
    field = "day"


class AsPlanned(Refused):
    code = "facilities.as_planned"
    message = _("和公布的时间一样，不用记。")
    field = "hours"


class NotInForce(Refused):
    code = "facilities.not_in_force"
    message = _("%(day)s这个服务点还没有启用，或者已经停用了。")


class WindowTaken(Refused):
    code = "facilities.window_taken"
    message = _("%(number)s 号窗口已经有了，请换一个号。")
    field = "number"


class WindowClosedAlready(Refused):
    code = "facilities.window_closed_already"
    message = _("这几天里，%(number)s 号窗口已经停了。请先让它重新开，或者换日期。")
    field = "first_day"


class NameTaken(Refused):
    code = "facilities.name_taken"
    message = _("这里已经有一个“%(name)s”。请看看是不是同一个，不是就换个名称。")
    field = "name"


class NotYours(Refused):
    code = "facilities.not_yours"
    message = _("这个服务点由%(place)s自己管，您可以看，不能替他们改。请打电话请他们改。")


class OnlyDuty(Refused):
    code = "facilities.only_duty"
    message = _("下级的服务点，您只能安排值班开门；不开或者改时间，请他们自己登记。")
    field = "kind"


class NoPlaceForPoints(Refused):
    code = "facilities.no_place_for_points"
    message = _("服务点设在社区（村）、街道（乡镇）或者区县，请选其中一个。")
    field = "division"


class NotATelephone(Refused):
    code = "facilities.not_a_telephone"
    message = _("电话“%(given)s”不对。固定电话写区号，比如 0812-3330000。")
    field = "telephone"


# -- spans -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Span:
    """From the minute it opens to the minute it closes, that one not included. Raises ClosesBeforeOpens."""

    opens: dt.time
    closes: dt.time

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ClosesBeforeOpens(opens=_clock(self.opens), closes=_clock(self.closes))

    def __str__(self) -> str:
        return f"{_clock(self.opens)}–{_clock(self.closes)}"

    def __contains__(self, time: dt.time) -> bool:
        return self.opens <= time < self.closes

    @property
    def minutes(self) -> int:
        return _minute(self.closes) - _minute(self.opens)


Spans = tuple[Span, ...]
Week = Mapping[str, Spans]

_TIME = r"([01]?\d|2[0-4])[:：.]([0-5]\d)"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|~|～|至|到)+\s*{_TIME}")  # untranslated: what people type


def parse_spans(text: str) -> Spans:
    """Read what people type: 8:30-12:00，13:30～18:00. Empty is closed. Raises NotATime and what check_spans raises."""
    left = _SPAN.sub("", text)
    if re.sub(r"[\s,，、;；和]", "", left):  # untranslated: what people type
        raise NotATime(given=text.strip()[:40])
    return check_spans(_span(*found) for found in _SPAN.findall(text))


def check_spans(spans: Iterable[Span]) -> Spans:
    """Return a day's spans in order. Raises SpansOverlap, TooManySpans."""
    ordered = tuple(sorted(spans))
    if len(ordered) > SPANS_A_DAY:
        raise TooManySpans(most=SPANS_A_DAY)
    for before, after in itertools.pairwise(ordered):
        if after.opens < before.closes:
            raise SpansOverlap(first=str(before), second=str(after))
    return ordered


def to_plain(spans: Spans) -> list[list[str]]:
    """Return spans as a table keeps them: [["08:30", "12:00"]]."""
    return [[f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"] for span in spans]


def from_plain(stored: Sequence[Sequence[str]]) -> Spans:
    return tuple(Span(dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for opens, closes in stored)


def week_to_plain(week: Week) -> dict[str, list[list[str]]]:
    return {day: to_plain(spans) for day, spans in sorted(week.items()) if spans}


def week_from_plain(stored: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Spans]:
    return {day: from_plain(spans) for day, spans in stored.items()}


def minutes_of(spans: Spans) -> int:
    return sum(span.minutes for span in spans)


def short_days(week: Week) -> list[str]:
    """Return the weekdays on which it opens, but for less than eight hours (R56a)."""
    return [day for day in WEEKDAYS if 0 < minutes_of(week.get(day, ())) < LEAST_MINUTES]


def closed_days(week: Week) -> list[str]:
    """Return the weekdays on which it does not open at all."""
    return [day for day in WEEKDAYS if not week.get(day)]


def check_week(week: Week) -> dict[str, Spans]:
    """Return a weekly plan with its empty days left out. Raises NeverOpen for one that opens on no weekday."""
    kept = {day: check_spans(spans) for day, spans in week.items() if spans}
    if not any(day in kept for day in WEEKDAYS):
        raise NeverOpen
    return kept


# -- one point's time ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """Weekly hours, published for a time: valid_from <= day < valid_to."""

    valid_from: dt.date
    valid_to: dt.date | None
    week: Week

    def spans_on(self, day: dt.date, calendar: Calendar) -> Spans:
        """Return the hours of a day: a holiday has its own, a make-up day those of Monday (or its own if Monday rests)."""
        own = self.week.get(str(day.isoweekday()), ())
        if calendar.is_holiday(day):
            return self.week.get(HOLIDAY, ())
        if calendar.is_make_up(day):
            return self.week.get("1") or own
        return own


@dataclass(frozen=True)
class Special:
    """Days on which other hours hold than the week's, both included; without hours it stays closed."""

    kind: str
    first_day: dt.date
    last_day: dt.date
    spans: Spans = ()
    reason: str = ""
    notice: str = ""

    def covers(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Counter:
    """A window: in service for a time, closed now and then (first and last day included, None for until further)."""

    number: int
    valid_from: dt.date
    valid_to: dt.date | None = None
    closures: tuple[tuple[dt.date, dt.date | None], ...] = ()

    def serves_on(self, day: dt.date) -> bool:
        if not _in_force(self.valid_from, self.valid_to, day):
            return False
        return not any(first <= day and (last is None or day <= last) for first, last in self.closures)


@dataclass(frozen=True)
class Schedule:
    """All that says when a service point is open. actual: what really happened on a day, where it was noted."""

    valid_from: dt.date
    valid_to: dt.date | None = None
    plans: tuple[Plan, ...] = ()
    specials: tuple[Special, ...] = ()
    counters: tuple[Counter, ...] = ()
    actual: Mapping[dt.date, Spans] = field(default_factory=dict)

    def plan_on(self, day: dt.date) -> Plan | None:
        return next((plan for plan in self.plans if _in_force(plan.valid_from, plan.valid_to, day)), None)

    def special_on(self, day: dt.date) -> Special | None:
        return next((special for special in self.specials if special.covers(day)), None)

    def counters_on(self, day: dt.date) -> list[int]:
        """Return the numbers of the windows that serve on the day."""
        return [counter.number for counter in self.counters if counter.serves_on(day)]

    def planned_on(self, day: dt.date, calendar: Calendar) -> Spans:
        """Return the published hours of a day; none outside the point's time, and none without any window."""
        if not _in_force(self.valid_from, self.valid_to, day):
            return ()
        if not any(counter.serves_on(day) for counter in self.counters):
            return ()
        special = self.special_on(day)
        if special is not None:
            return special.spans
        plan = self.plan_on(day)
        return plan.spans_on(day, calendar) if plan else ()

    def hours_on(self, day: dt.date, calendar: Calendar) -> Spans:
        """Return the hours of a day as they really were where that was noted, else as published."""
        noted = self.actual.get(day)
        return self.planned_on(day, calendar) if noted is None else noted

    def is_open_at(self, moment: dt.datetime, calendar: Calendar) -> bool:
        """Tell whether a window is open at an aware moment: from the minute of opening, not in that of closing."""
        local = timezone.localtime(moment)
        return any(local.time() in span for span in self.hours_on(local.date(), calendar))

    def closes_at(self, moment: dt.datetime, calendar: Calendar) -> dt.time | None:
        """Return when the span that is open now ends; spans that touch count as one. None when it is closed."""
        local = timezone.localtime(moment)
        until: dt.time | None = None
        for span in self.hours_on(local.date(), calendar):
            if local.time() in span or span.opens == until:
                until = span.closes
        return until

    def next_opening(self, moment: dt.datetime, calendar: Calendar) -> dt.datetime | None:
        """Return when it opens next, later than the moment; None if not within LOOK_AHEAD_DAYS."""
        local = timezone.localtime(moment)
        for n in range(LOOK_AHEAD_DAYS + 1):
            day = local.date() + n * ONE_DAY
            for span in self.hours_on(day, calendar):
                if n or span.opens > local.time():
                    return dt.datetime.combine(day, span.opens, tzinfo=local.tzinfo)
        return None


def days_without(schedules: Sequence[Schedule], first: dt.date, last: dt.date, calendar: Calendar) -> list[dt.date]:
    """Return the days, both ends included, on which none of a district's points opens (R35).

    Days before the first of them was in service, and after the last one ended, are nobody's gap.
    """
    gaps = []
    for n in range((last - first).days + 1):
        day = first + n * ONE_DAY
        if not any(_in_force(schedule.valid_from, schedule.valid_to, day) for schedule in schedules):
            continue
        if not any(schedule.hours_on(day, calendar) for schedule in schedules):
            gaps.append(day)
    return gaps


def runs(days: Iterable[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return days that follow each other as (first, last)."""
    found: list[tuple[dt.date, dt.date]] = []
    for day in sorted(days):
        if found and found[-1][1] + ONE_DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


# -- what a change must keep -----------------------------------------------------------------------------------------


def check_exception(
    kind: str, first: dt.date, last: dt.date, spans: Spans, *, today: dt.date, others: Iterable[Special]
) -> None:
    """Refuse days in the past or out of order, days that another exception has, hours that do not fit the kind."""
    check_days(first, last)
    if first < today:
        raise ExceptionInThePast(day=day_said(first))
    if kind == ExceptionKind.CLOSED and spans:
        raise NoHoursWhenClosed
    if kind != ExceptionKind.CLOSED and not spans:
        raise HoursNeeded
    for other in others:
        if first <= other.last_day and other.first_day <= last:
            raise ExceptionsOverlap(first=day_said(other.first_day), last=day_said(other.last_day), reason=other.reason)


def check_days(first: dt.date, last: dt.date | None) -> None:
    if last is not None and last < first:
        raise LastBeforeFirst


def check_words(text: str, *, field: str, most: int = WORDS_MAX, needed: bool = True) -> str:
    """Return a text in one line. Raises WordsNeeded, WordsTooLong."""
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if needed and not kept:
        raise WordsNeeded(field=field)
    if len(kept) > most:
        raise WordsTooLong(field=field, most=most, given=len(kept))
    return kept


_TELEPHONE = re.compile(r"\+?\d[\d-]{4,18}\d", re.ASCII)


def check_telephone(text: str) -> str:
    """Return a telephone with plain digits and dashes. Raises NotATelephone."""
    kept = text.strip().replace("－", "-").replace(" ", "-")
    if not _TELEPHONE.fullmatch(kept):
        raise NotATelephone(given=text.strip()[:30])
    return kept


def _in_force(valid_from: dt.date, valid_to: dt.date | None, day: dt.date) -> bool:
    return valid_from <= day and (valid_to is None or day < valid_to)


def _span(open_hour: str, open_minute: str, close_hour: str, close_minute: str) -> Span:
    opens, closes = f"{open_hour}:{open_minute}", f"{close_hour}:{close_minute}"
    if "24" in (open_hour, close_hour):
        raise ClosesBeforeOpens(opens=opens, closes=closes)
    return Span(dt.time(int(open_hour), int(open_minute)), dt.time(int(close_hour), int(close_minute)))


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _clock(time: dt.time) -> str:
    return f"{time.hour}:{time.minute:02d}"


def day_said(day: dt.date) -> str:
    from linli.core.design.dates import said

    return said(day, "date")
