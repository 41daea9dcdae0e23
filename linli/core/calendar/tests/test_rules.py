import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from linli.core.calendar import Calendar, YearTable
from linli.core.calendar.files import law_days, shipped_tables

NATION = Calendar(tuple(shipped_tables().values()), law_days())
YEARS = dates(dt.date(2023, 12, 1), dt.date(2028, 2, 1))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_shipped_year_has_the_number_of_working_days_of_its_notice(year, working_days):
    assert NATION.working_days_in(year) == working_days


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_agrees_with_an_independent_calendar(year):
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(n) for n in range(366) if (first + dt.timedelta(n)).year == year]

    assert [d for d in days if NATION.is_working(d) != chinese_calendar.is_workday(d)] == []


def test_national_day_week_of_2026():
    """R150: 20 September and 10 October are worked, 1 to 7 October are not."""
    worked = [d for d in (dt.date(2026, 9, 19) + dt.timedelta(n) for n in range(24)) if NATION.is_working(d)]

    assert worked == [
        *map(day, ["2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23", "2026-09-24"]),  # from the make-up Sunday
        *map(day, ["2026-09-28", "2026-09-29", "2026-09-30"]),
        *map(day, ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]),  # to the make-up Saturday
    ]
    assert NATION.next_working(day("2026-09-30")) == day("2026-10-08")
    assert NATION.working_days_between(day("2026-09-30"), day("2026-10-10")) == 3


def test_national_day_and_mid_autumn_of_2025_are_eight_days_off():
    assert NATION.add_working_days(day("2025-09-28"), 3) == day("2025-10-09")
    assert NATION.working_days_between(day("2025-09-30"), day("2025-10-08")) == 0


def test_spring_festival_weeks():
    """R150: the make-up Saturday before and the one after both count; nothing between them does."""
    assert NATION.next_working(day("2026-02-13")) == day("2026-02-14")
    assert NATION.next_working(day("2026-02-14")) == day("2026-02-24")
    assert NATION.add_working_days(day("2026-02-14"), 5) == day("2026-02-28")
    assert NATION.next_working(day("2025-01-27")) == day("2025-02-05")
    assert NATION.add_working_days(day("2025-01-24"), 1) == day("2025-01-26")
    assert NATION.next_working(day("2024-02-09")) == day("2024-02-18")


def test_deadline_of_an_application_on_national_day_counts_make_up_days():
    """R35: five working days from 1 October 2026 end on Monday the 13th because Saturday the 10th is worked."""
    assert NATION.add_working_days(day("2026-10-01"), 5) == day("2026-10-13")


def test_year_without_notice_is_counted_by_the_law_and_provisional():
    assert NATION.is_provisional(day("2027-01-01"))
    assert not NATION.is_provisional(day("2026-12-31"))
    off = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01"]
    assert [d for d in off if NATION.is_working(day(d))] == []
    assert NATION.is_working(day("2027-02-04"))
    assert NATION.is_working(day("2027-02-09"))
    assert not NATION.is_working(day("2027-10-02"))  # a Saturday: no make-up days are known


def test_thirteen_days_of_the_law_each_year():
    for year in (2027, 2029):
        assert sum(d.year == year for d in law_days().by_year) + len(law_days().every_year) == 13


def test_counting_from_a_rest_day_and_nothing():
    saturday = day("2026-11-21")

    assert NATION.add_working_days(saturday, 0) == saturday
    assert NATION.working_day_from(saturday) == day("2026-11-23")
    assert NATION.working_day_from(day("2026-11-23")) == day("2026-11-23")
    assert NATION.add_working_days(saturday, -1) == day("2026-11-20")


@given(start=YEARS, n=integers(1, 60))
def test_adding_and_counting_agree(start, n):
    end = NATION.add_working_days(start, n)

    assert NATION.is_working(end)
    assert NATION.working_days_between(start, end) == n
    assert NATION.working_days_between(end, start) == -n


@given(a=YEARS, b=YEARS, c=YEARS)
def test_stretches_add_up(a, b, c):
    whole = NATION.working_days_between(a, c)

    assert NATION.working_days_between(a, b) + NATION.working_days_between(b, c) == whole


def test_division_with_a_festival_of_its_own():
    """An ethnic autonomous area adds its days; on all others the nation's table holds."""
    festival = YearTable(2026, frozenset({day("2026-08-05"), day("2026-10-10")}), frozenset({day("2026-08-08")}))
    table = shipped_tables()[2026].overlaid_by(festival)
    local = Calendar((table,))

    assert not local.is_working(day("2026-08-05"))
    assert local.is_working(day("2026-08-08"))
    assert not local.is_working(day("2026-10-10"))
    assert not local.is_working(day("2026-10-01"))


@pytest.mark.parametrize(
    ("off", "make_up", "what"),
    [
        (["2025-12-31"], [], "2025-12-31 不在 2026 年里"),
        (["2026-01-04"], ["2026-01-04"], "2026-01-04 既写成放假"),
        ([], ["2026-01-05"], "2026-01-05 不是周末"),
    ],
)
def test_table_that_contradicts_itself_is_refused(off, make_up, what):
    with pytest.raises(ValueError, match=what):
        YearTable(2026, frozenset(map(day, off)), frozenset(map(day, make_up)))


def test_two_tables_for_a_year_are_refused():
    table = shipped_tables()[2026]

    with pytest.raises(ValueError, match="2026 年有两张表"):
        Calendar((table, table))


@pytest.mark.parametrize(
    ("text", "is_holiday", "is_make_up"),
    [
        ("2026-10-01", True, False),  # Thursday, National Day
        ("2026-10-03", True, False),  # a Saturday that the notice names
        ("2026-10-10", False, True),  # the make-up Saturday
        ("2026-10-17", False, False),  # an ordinary Saturday
        ("2026-10-08", False, False),  # an ordinary Thursday
        ("2027-01-01", True, False),  # no notice yet: the law names it
        ("2027-01-02", False, False),  # no notice yet: an ordinary Saturday
    ],
)
def test_a_holiday_is_told_from_a_weekend_and_from_a_make_up_day(text, is_holiday, is_make_up):
    """R35: opening hours ask which of the three a day is."""
    assert (NATION.is_holiday(day(text)), NATION.is_make_up(day(text))) == (is_holiday, is_make_up)
