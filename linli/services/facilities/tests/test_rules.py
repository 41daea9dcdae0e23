"""When a window is open, without a database: tables of cases."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, integers, lists

from linli.core.calendar import Calendar
from linli.core.calendar.files import law_days, shipped_tables
from linli.services.facilities import rules
from linli.services.facilities.rules import Counter, Plan, Schedule, Span, Special, parse_spans

CHINA = ZoneInfo("Asia/Shanghai")
NATION = Calendar(tuple(shipped_tables().values()), law_days())
LONG_AGO = dt.date(2020, 1, 1)
EIGHT = parse_spans("8:30-12:00 13:30-18:00")
WEEKEND = parse_spans("9:00-16:00")
WEEK = dict.fromkeys(rules.WEEKDAYS[:5], EIGHT) | {"6": WEEKEND}
ONE_WINDOW = (Counter(1, LONG_AGO),)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def point(**more) -> Schedule:
    return Schedule(**{"valid_from": LONG_AGO, "plans": (Plan(LONG_AGO, None, WEEK),), "counters": ONE_WINDOW} | more)


DUTY = Special("special", day("2026-10-01"), day("2026-10-03"), parse_spans("9:00-17:00"), "国庆值班")
REPAIR = Special("closed", day("2026-11-24"), day("2026-11-25"), (), "停电检修")
SHORT = Special("short", day("2026-11-26"), day("2026-11-26"), parse_spans("9:00-12:00"), "下午走访")


@pytest.mark.parametrize(
    ("at", "is_open", "why"),
    [
        ("2026-11-23 08:29", False, "a minute before it opens"),
        ("2026-11-23 08:30", True, "the minute of opening"),
        ("2026-11-23 11:59", True, "the last minute of the morning"),
        ("2026-11-23 12:00", False, "the minute of closing does not count"),
        ("2026-11-23 13:29", False, "the noon rest"),
        ("2026-11-23 17:59", True, "the last minute of the day"),
        ("2026-11-23 23:59", False, "night"),
        ("2026-11-21 10:00", True, "Saturday has hours of its own"),
        ("2026-11-21 17:00", False, "and they are shorter"),
        ("2026-11-22 10:00", False, "Sunday has none"),
        ("2026-10-10 17:00", True, "a make-up Saturday opens like Monday"),
        ("2026-09-20 10:00", True, "a make-up Sunday opens like Monday"),
        ("2026-10-02 10:00", True, "holiday with duty"),
        ("2026-10-02 08:30", False, "duty has its own hours"),
        ("2026-10-03 10:00", True, "the last day of duty, a Saturday"),
        ("2026-10-05 10:00", False, "a holiday Monday without duty"),
        ("2026-09-26 10:00", False, "a Saturday within a holiday is a holiday, not a weekend"),
        ("2026-11-24 10:00", False, "closed for repair"),
        ("2026-11-26 10:00", True, "short hours"),
        ("2026-11-26 14:00", False, "after the short hours"),
        ("2027-01-01 10:00", False, "a year without its notice: the law's holiday"),
        ("2027-01-02 10:00", True, "a year without its notice: an ordinary Saturday"),
    ],
)
def test_open_at_a_moment(at, is_open, why):
    """R35, R56a"""
    assert point(specials=(DUTY, REPAIR, SHORT)).is_open_at(moment(at), NATION) is is_open, why


def test_a_moment_in_another_zone_is_the_same_moment():
    """08:30 in China is 00:30 UTC; there is no summer time in which it would be another."""
    assert point().is_open_at(dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.UTC), NATION)
    assert not point().is_open_at(dt.datetime(2026, 7, 1, 0, 29, tzinfo=dt.UTC), NATION)


@given(datetimes(dt.datetime(2024, 1, 1), dt.datetime(2026, 12, 31)), integers(0, 23))
def test_the_clock_time_alone_decides_on_days_of_the_same_kind(when, hour):
    """No day is short or long: what is open at an hour today is open at that hour a week later, holidays apart."""
    at = when.replace(hour=hour, tzinfo=CHINA)
    later = at + dt.timedelta(days=7)
    ordinary = [not (NATION.is_holiday(x.date()) or NATION.is_make_up(x.date())) for x in (at, later)]
    if all(ordinary):
        assert point().is_open_at(at, NATION) == point().is_open_at(later, NATION)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:30"),
        ("2026-11-23 12:30", "2026-11-23 13:30"),
        ("2026-11-23 18:00", "2026-11-26 09:00"),  # two days of repair, then short hours
        ("2026-11-28 16:00", "2026-11-30 08:30"),  # over the Sunday
        ("2026-09-30 18:00", "2026-10-01 09:00"),  # duty on National Day
        ("2026-10-03 17:00", "2026-10-08 08:30"),  # after duty, the rest of the holiday is closed
        ("2026-12-31 23:59", "2027-01-02 09:00"),  # over New Year's Day
        ("2026-11-23 10:00", "2026-11-23 13:30"),  # while it is open: the next time
    ],
)
def test_next_opening(at, opens):
    assert point(specials=(DUTY, REPAIR, SHORT)).next_opening(moment(at), NATION) == moment(opens)


def test_a_point_that_ends_has_no_next_opening():
    ended = point(valid_to=day("2026-11-24"))

    assert ended.next_opening(moment("2026-11-23 18:00"), NATION) is None


def test_spans_that_touch_are_one_opening():
    through = point(plans=(Plan(LONG_AGO, None, {"1": parse_spans("8:00-12:00 12:00-18:00")}),))

    assert through.closes_at(moment("2026-11-23 09:00"), NATION) == dt.time(18)
    assert through.closes_at(moment("2026-11-23 18:00"), NATION) is None


def test_a_new_plan_holds_from_its_day():
    plans = (
        Plan(LONG_AGO, day("2026-11-24"), WEEK),
        Plan(day("2026-11-24"), None, {"2": parse_spans("10:00-11:00")}),
    )

    assert point(plans=plans).hours_on(day("2026-11-23"), NATION) == EIGHT
    assert point(plans=plans).hours_on(day("2026-11-24"), NATION) == parse_spans("10:00-11:00")
    assert point(plans=plans).hours_on(day("2026-11-25"), NATION) == ()


def test_where_monday_rests_a_make_up_day_keeps_its_own_hours():
    week = dict.fromkeys("23456", EIGHT)

    assert Plan(LONG_AGO, None, week).spans_on(day("2026-10-10"), NATION) == EIGHT
    assert Plan(LONG_AGO, None, week).spans_on(day("2026-09-20"), NATION) == ()


def test_hours_for_holidays_hold_on_them_alone():
    plan = Plan(LONG_AGO, None, WEEK | {rules.HOLIDAY: WEEKEND})

    assert plan.spans_on(day("2026-10-06"), NATION) == WEEKEND
    assert plan.spans_on(day("2026-10-18"), NATION) == ()


@pytest.mark.parametrize(
    ("closures", "opens"),
    [
        ((), True),
        (((day("2026-11-23"), day("2026-11-23")),), False),
        (((day("2026-11-20"), None),), False),
        (((day("2026-11-20"), day("2026-11-22")),), True),
        (((day("2026-11-24"), None),), True),
    ],
)
def test_without_a_window_that_serves_the_point_is_closed(closures, opens):
    """R35: a day without any open window, not without an open door."""
    only = (Counter(1, LONG_AGO, None, closures),)

    assert bool(point(counters=only).hours_on(day("2026-11-23"), NATION)) is opens
    assert point(counters=(*only, Counter(2, LONG_AGO))).hours_on(day("2026-11-23"), NATION) == EIGHT


def test_what_really_happened_takes_the_place_of_what_was_published():
    noted = {day("2026-11-23"): (), day("2026-11-22"): parse_spans("9:00-10:00")}

    assert point(actual=noted).hours_on(day("2026-11-23"), NATION) == ()
    assert point(actual=noted).hours_on(day("2026-11-22"), NATION) == parse_spans("9:00-10:00")
    assert point(actual=noted).planned_on(day("2026-11-23"), NATION) == EIGHT


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8:30-12:00 13:30-18:00", ["8:30–12:00", "13:30–18:00"]),
        ("13:30～18:00，08:30—12:00", ["8:30–12:00", "13:30–18:00"]),
        ("８:30到12：00".replace("８", "8"), ["8:30–12:00"]),
        ("9.00 至 17.00", ["9:00–17:00"]),
        ("0:00-23:59", ["0:00–23:59"]),
        ("  ", []),
    ],
)
def test_hours_are_read_as_people_type_them(text, told):
    assert [str(span) for span in parse_spans(text)] == told


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("12:00-8:30", rules.ClosesBeforeOpens),
        ("9:00-9:00", rules.ClosesBeforeOpens),
        ("22:00-2:00", rules.ClosesBeforeOpens),  # past midnight
        ("20:00-24:00", rules.ClosesBeforeOpens),
        ("8:30-12:00 11:00-18:00", rules.SpansOverlap),
        ("8:30-12:00 8:30-12:00", rules.SpansOverlap),
        ("8点到12点", rules.NotATime),
        ("8:30", rules.NotATime),
        ("8:60-9:00", rules.NotATime),
        ("1:00-2:00 3:00-4:00 5:00-6:00 7:00-8:00 9:00-10:00", rules.TooManySpans),
    ],
)
def test_hours_that_cannot_be_are_refused(text, refusal):
    with pytest.raises(refusal):
        parse_spans(text)


@given(lists(integers(0, 1439), min_size=2, max_size=8, unique=True))
def test_hours_survive_being_stored_and_typed(minutes):
    ordered = sorted(minutes[: len(minutes) // 2 * 2])
    times = [dt.time(n // 60, n % 60) for n in ordered]
    spans = tuple(Span(*pair) for pair in zip(times[::2], times[1::2], strict=True))

    assert rules.from_plain(rules.to_plain(spans)) == spans
    assert parse_spans("、".join(map(str, spans))) == spans


@pytest.mark.parametrize(
    ("text", "is_short"), [("8:30-12:00 13:30-18:00", False), ("9:00-17:00", False), ("9:00-16:59", True), ("", False)]
)
def test_less_than_eight_hours_is_flagged(text, is_short):
    """R56a: 8 hours are met, a minute less is not; a closed day is told apart."""
    week = {"1": parse_spans(text)}

    assert rules.short_days(week) == (["1"] if is_short else [])
    assert ("1" in rules.closed_days(week)) is (text == "")


TODAY = day("2026-11-23")


@pytest.mark.parametrize(
    ("kind", "first", "last", "hours", "refusal"),
    [
        ("closed", "2026-11-22", "2026-11-22", "", rules.ExceptionInThePast),
        ("closed", "2026-11-22", "2026-11-30", "", rules.ExceptionInThePast),
        ("closed", "2026-11-25", "2026-11-24", "", rules.LastBeforeFirst),
        ("closed", "2026-11-25", "2026-11-25", "9:00-10:00", rules.NoHoursWhenClosed),
        ("special", "2026-11-25", "2026-11-25", "", rules.HoursNeeded),
        ("short", "2026-11-25", "2026-11-25", "", rules.HoursNeeded),
        ("closed", "2026-12-01", "2026-12-03", "", rules.ExceptionsOverlap),
        ("closed", "2026-12-05", "2026-12-09", "", rules.ExceptionsOverlap),
        ("closed", "2026-11-23", "2026-11-23", "", None),
        ("closed", "2026-11-30", "2026-12-02", "", None),
        ("special", "2026-12-06", "2026-12-06", "9:00-10:00", None),
    ],
)
def test_exceptions_that_do_not_fit_are_refused(kind, first, last, hours, refusal):
    others = [Special("closed", day("2026-12-03"), day("2026-12-05"), reason="检修")]

    def check() -> None:
        rules.check_exception(kind, day(first), day(last), parse_spans(hours), today=TODAY, others=others)

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def test_a_day_without_any_window_is_found():
    """R35: one open point is enough; days before the first point was there are nobody's."""
    first, last = day("2026-09-28"), day("2026-10-08")
    on_duty, at_rest = point(specials=(DUTY,)), point()

    gaps = rules.days_without([at_rest, on_duty], first, last, NATION)

    assert gaps == [day(f"2026-10-0{n}") for n in (4, 5, 6, 7)]
    assert rules.runs(gaps) == [(day("2026-10-04"), day("2026-10-07"))]
    late = point(valid_from=day("2026-10-06"))
    assert rules.days_without([late], first, last, NATION) == [day("2026-10-06"), day("2026-10-07")]
    assert rules.days_without([], first, last, NATION) == []
