"""The published cases of docs/clock.md, line by line, and what holds for every case (R35, R36a, R150)."""

import ast
import datetime as dt
import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.core.calendar import Calendar
from linli.core.calendar.files import law_days, shipped_tables
from linli.services.casework import clock as module
from linli.services.casework.clock import (
    CHINA,
    ClockDay,
    Colour,
    DayState,
    ExtensionTooLong,
    Pause,
    accepted_by_silence,
    answer_due_on,
    clock,
    pause_for,
    weeks,
)
from linli.services.catalogue.content import Limit

CALENDAR = Calendar(tuple(table for year, table in shipped_tables().items() if year <= 2026), law_days())
PAGE = Path(__file__).parents[4] / "docs" / "clock.md"
DRAWN = {
    DayState.USED: "▮",
    DayState.TODAY: "▣",
    DayState.LEFT: "▯",
    DayState.STOPPED: "▨",
    DayState.OVER: "✕",
}


def lines_of(heading: str) -> list[dict[str, str]]:
    """Return the rows of the table under a heading of the page, each by column name."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in section.splitlines() if "|" in line]
    head, _rule, *rows = table
    return [dict(zip(head, row, strict=True)) for row in rows]


def moment(text: str) -> dt.datetime:
    if text.endswith(" UTC"):
        return dt.datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=dt.UTC)
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


def limit_of(text: str) -> Limit:
    if text == "none":
        return Limit(days=None)
    number, unit = text.split()
    return Limit(days=int(number), unit={"wd": "working_days", "cd": "calendar_days"}[unit])


def pauses_of(text: str) -> list[Pause]:
    if text == "–":
        return []
    spans = [span.split("…") for span in text.split(", ")]
    return [Pause(dt.date.fromisoformat(a), dt.date.fromisoformat(b) if b else None) for a, b in spans]


def read(line: dict[str, str], today: dt.date | None = None):
    extension = 0 if line["extension"] == "–" else int(line["extension"])
    return clock(
        limit_of(line["limit"]),
        moment(line["accepted at"]),
        pauses_of(line["pauses"]),
        extension,
        calendar=CALENDAR,
        today=today,
    )


DUE_DATES = lines_of("Due dates")


@pytest.mark.parametrize("line", DUE_DATES, ids=lambda line: f"{line['no.']}: {line['why'][:60]}")
def test_published_due_date(line):
    if line["due on"] == "refused":
        with pytest.raises(ExtensionTooLong):
            read(line)
        return

    answer = read(line)

    assert str(answer.due_on).lower() == line["due on"]
    assert " ".join(map(str, answer.rules)) == line["rules"].replace("–", "")
    assert answer.provisional == ("7" in line["rules"])


def test_page_publishes_at_least_thirty_cases_and_every_rule():
    assert [line["no."] for line in DUE_DATES] == [str(n) for n in range(1, len(DUE_DATES) + 1)]
    assert len(DUE_DATES) == 60
    assert {n for line in DUE_DATES for n in line["rules"].split()} - {"–"} == set("1234567")
    assert all(re.search(r"第.+条|国办发明电|放假办法|^–$", line["law"]) for line in DUE_DATES)


@pytest.mark.parametrize(
    "line", lines_of("What the clock shows"), ids=lambda line: f"{line['limit']} {line['look on']}"
)
def test_published_reading(line):
    answer = read(line, dt.date.fromisoformat(line["look on"]))

    shown = {
        "due on": str(answer.due_on),
        "used": str(answer.used),
        "left": str(answer.left),
        "over": str(answer.over),
        "stopped": "yes" if answer.stopped else "no",
        "colour": answer.colour,
        "windows": "".join(DRAWN[one.state] for one in answer.days),
    }
    assert shown == {name: line[name] for name in shown}


@pytest.mark.parametrize("line", lines_of("Before acceptance"), ids=lambda line: line["look on"])
def test_published_silence(line):
    received_at, today = moment(line["received at"]), dt.date.fromisoformat(line["look on"])
    accepted_at = accepted_by_silence(received_at, calendar=CALENDAR, today=today)

    assert str(answer_due_on(received_at, calendar=CALENDAR)) == line["tell by"]
    assert (f"{accepted_at:%Y-%m-%d %H:%M}" if accepted_at else "not yet") == line["accepted at"]


@pytest.mark.parametrize(
    "line", lines_of("Public notices and special procedures"), ids=lambda line: f"{line['starts on']} {line['lasts']}"
)
def test_published_pause(line):
    lasts = limit_of(line["lasts"])

    pause = pause_for(dt.date.fromisoformat(line["starts on"]), lasts.days, lasts.unit, calendar=CALENDAR)

    assert [pause] == pauses_of(line["stands still"])


def test_clock_asks_no_framework_and_no_clock_of_its_own():
    source = Path(module.__file__).read_text(encoding="utf-8")
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert {name.split(".")[0] for name in imported} <= {
        "__future__", "collections", "dataclasses", "datetime", "enum", "typing", "zoneinfo",
    }  # fmt: skip
    assert not re.search(r"\.(today|now|utcnow)\(\)", source)


# What holds for every case

moments = st.datetimes(dt.datetime(2024, 1, 2), dt.datetime(2027, 6, 1), timezones=st.just(CHINA))
limits = st.integers(1, 60)
days = st.dates(dt.date(2023, 12, 1), dt.date(2027, 10, 1))
units = st.sampled_from(["working_days", "calendar_days"])


@st.composite
def some_pauses(draw, at_most: int = 4):
    firsts = draw(st.lists(days, max_size=at_most))
    return [Pause(first, first + dt.timedelta(draw(st.integers(-1, 30)))) for first in firsts]


def due(n: int, accepted_at: dt.datetime, pauses=(), extension: int = 0, unit="working_days") -> dt.date:
    answer = clock(Limit(days=n, unit=unit), accepted_at, pauses, extension, calendar=CALENDAR)
    assert answer.due_on is not None
    return answer.due_on


@given(accepted_at=moments, limit=limits, paused=st.lists(st.integers(1, 60), unique=True, max_size=20))
def test_each_paused_working_day_moves_the_due_date_by_one(accepted_at, limit, paused):
    due_after = partial(due, accepted_at=accepted_at)
    in_time = [n for n in sorted(paused) if n <= limit + len([m for m in paused if m < n])]
    assume(in_time == sorted(paused))
    stood_still = [Pause(day, day) for day in (due_after(n) for n in paused)]

    assert due_after(limit, pauses=stood_still) == due_after(limit + len(paused))


@given(accepted_at=moments, shorter=st.integers(0, 60), more=st.integers(1, 20), pauses=some_pauses(), unit=units)
def test_longer_limit_is_never_due_earlier(accepted_at, shorter, more, pauses, unit):
    assert due(shorter, accepted_at, pauses, unit=unit) <= due(shorter + more, accepted_at, pauses, unit=unit)
    if unit == "working_days":
        assert due(shorter + more + 1, accepted_at, pauses) > due(shorter + 1, accepted_at, pauses)


@given(accepted_at=moments, later=st.timedeltas(dt.timedelta(0), dt.timedelta(30)), limit=limits, unit=units)
def test_accepted_later_is_never_due_earlier(accepted_at, later, limit, unit):
    assert due(limit, accepted_at, unit=unit) <= due(limit, accepted_at + later, unit=unit)


@given(accepted_at=moments, limit=st.integers(0, 60), pauses=some_pauses(), extension=st.integers(0, 10), unit=units)
def test_nothing_is_due_on_a_rest_day_or_while_the_clock_stands_still(accepted_at, limit, pauses, extension, unit):
    last = due(limit, accepted_at, pauses, extension, unit)

    assert CALENDAR.is_working(last)
    assert not any(pause.first <= last <= pause.last for pause in pauses)


@given(accepted_at=moments, limit=st.integers(0, 60), data=st.data(), unit=units)
def test_order_and_repetition_of_pauses_do_not_matter(accepted_at, limit, data, unit):
    pauses = data.draw(some_pauses())
    shuffled = data.draw(st.permutations(pauses)) + pauses[:1]

    assert due(limit, accepted_at, shuffled, unit=unit) == due(limit, accepted_at, pauses, unit=unit)


@given(accepted_at=moments, limit=limits, pauses=some_pauses(), cut=st.integers(0, 30))
def test_pause_cut_in_two_stops_as_long_as_the_whole(accepted_at, limit, pauses, cut):
    halves = []
    for pause in pauses:
        middle = min(pause.first + dt.timedelta(cut), pause.last)
        halves += [Pause(pause.first, middle), Pause(middle + dt.timedelta(1), pause.last)]

    assert due(limit, accepted_at, halves) == due(limit, accepted_at, pauses)


@given(accepted_at=moments, limit=st.integers(0, 60), pauses=some_pauses(), unit=units, after=st.integers(1, 60))
def test_pause_after_the_due_date_changes_nothing(accepted_at, limit, pauses, unit, after):
    last = due(limit, accepted_at, pauses, unit=unit)

    assert due(limit, accepted_at, [*pauses, Pause(last + dt.timedelta(after), dt.date(2030, 1, 1))], unit=unit) == last


@given(accepted_at=moments, limit=limits, pauses=some_pauses(), extension=st.integers(1, 10))
def test_extension_is_worth_as_many_days_more_of_limit(accepted_at, limit, pauses, extension):
    assert due(limit, accepted_at, pauses, extension) == due(limit + extension, accepted_at, pauses)


@given(
    accepted_at=moments,
    limit=st.integers(0, 60),
    pauses=some_pauses(),
    extension=st.integers(0, 10),
    unit=units,
    wait=st.integers(-5, 150),
)
def test_what_is_used_and_left_adds_up_and_the_windows_show_it(accepted_at, limit, pauses, extension, unit, wait):
    today = accepted_at.date() + dt.timedelta(wait)
    answer = clock(Limit(days=limit, unit=unit), accepted_at, pauses, extension, calendar=CALENDAR, today=today)
    states = [one.state for one in answer.days]

    assert answer.used + answer.left == answer.total
    if unit == "working_days" and limit:
        assert answer.total == limit + extension
    assert answer.is_over == (answer.over > 0) == (DayState.OVER in states)
    assert not (answer.over and answer.left)
    assert states.count(DayState.TODAY) <= 1
    assert answer.left <= states.count(DayState.LEFT) + states.count(DayState.TODAY)
    assert [one.day for one in answer.days] == sorted({one.day for one in answer.days})
    assert not (answer.stopped and answer.is_over)
    if answer.over:
        assert today > answer.due_on
        assert answer.colour == Colour.RED


@given(accepted_at=moments, limit=limits, wait=st.integers(0, 60), asked=st.integers(0, 30))
def test_nothing_is_used_while_an_answer_is_awaited(accepted_at, limit, wait, asked):
    """However long the applicant takes, the case has as much left as on the day of the request (art. 45)."""
    first = due(0, accepted_at) + dt.timedelta(asked)
    assume(first <= due(limit, accepted_at))
    look = partial(clock, Limit(days=limit), accepted_at, [Pause(first)], calendar=CALENDAR)

    then, later = look(today=first), look(today=first + dt.timedelta(wait))

    assert (later.used, later.left) == (then.used, then.left)
    assert later.stopped
    assert not later.is_over


@given(accepted_at=moments, limit=limits, pauses=some_pauses())
def test_provisional_exactly_where_it_rests_on_an_unpublished_year(accepted_at, limit, pauses):
    answer = clock(Limit(days=limit), accepted_at, pauses, calendar=CALENDAR)

    assert answer.provisional == (answer.due_on.year >= 2027)


# Refusals and settings


def test_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        Pause(dt.date(2026, 11, 24), dt.date(2026, 11, 22))


def test_open_pause_needs_a_day_to_look_from():
    with pytest.raises(ValueError, match="needs the day to look from"):
        clock(Limit(days=5), moment("2026-11-23 09:00"), [Pause(dt.date(2026, 11, 24))], calendar=CALENDAR)


def test_moment_without_a_zone_and_negative_extension_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        clock(Limit(days=5), dt.datetime(2026, 11, 23, 9, 0), calendar=CALENDAR)
    with pytest.raises(ValueError, match="never takes days away"):
        clock(Limit(days=5), moment("2026-11-23 09:00"), (), -1, calendar=CALENDAR)


def test_joint_handling_may_be_extended_by_fifteen():
    joint = partial(clock, Limit(days=45), moment("2026-07-01 09:00"), (), calendar=CALENDAR, extension_at_most=15)

    assert joint(15).due_on == dt.date(2026, 9, 22)  # the make-up Sunday, 20 September, is the thirteenth
    with pytest.raises(ExtensionTooLong):
        joint(16)


def test_end_of_the_working_day_and_the_yellow_threshold_are_settings():
    evening = partial(clock, Limit(days=4), moment("2026-11-23 17:45"), calendar=CALENDAR, today=dt.date(2026, 11, 24))

    assert evening().due_on == dt.date(2026, 11, 30)
    assert evening(day_ends=dt.time(18, 0)).due_on == dt.date(2026, 11, 27)
    assert evening(day_ends=dt.time(18, 0)).colour == Colour.GREEN
    assert evening(day_ends=dt.time(18, 0), yellow_from=0.75).colour == Colour.YELLOW


def test_supplement_answered_after_three_days_stands_still_for_three():
    pause = Pause.until_answer(dt.date(2026, 11, 24), dt.date(2026, 11, 27))

    assert pause == Pause(dt.date(2026, 11, 24), dt.date(2026, 11, 26))
    assert due(5, moment("2026-11-23 09:00"), [pause]) == dt.date(2026, 12, 3)


def test_division_with_a_festival_of_its_own_is_due_a_day_later():
    festival = shipped_tables()[2026].overlaid_by(
        type(shipped_tables()[2026])(2026, frozenset({dt.date(2026, 11, 25)}), frozenset())
    )
    local = Calendar((festival,))

    assert clock(Limit(days=5), moment("2026-11-23 09:00"), calendar=local).due_on == dt.date(2026, 12, 1)


def test_long_row_is_drawn_by_weeks():
    answer = clock(Limit(days=45), moment("2026-07-01 09:00"), calendar=CALENDAR, today=dt.date(2026, 7, 14))

    assert len(answer.days) == 45
    assert weeks(answer.days)[:4] == (
        ClockDay(dt.date(2026, 7, 2), DayState.USED),
        ClockDay(dt.date(2026, 7, 6), DayState.USED),
        ClockDay(dt.date(2026, 7, 13), DayState.TODAY),
        ClockDay(dt.date(2026, 7, 20), DayState.LEFT),
    )
    late = clock(Limit(days=2), moment("2026-11-23 09:00"), calendar=CALENDAR, today=dt.date(2026, 11, 27))
    assert weeks(late.days) == (ClockDay(dt.date(2026, 11, 24), DayState.OVER),)
