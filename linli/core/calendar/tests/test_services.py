import datetime as dt
import logging

import pytest
from click.testing import CliRunner
from django.utils import timezone

from linli.config.cli import main
from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.calendar import CalendarYearMissing, at, calendar_for, missing_years, queries, services
from linli.core.calendar.models import CalendarYear, Origin

pytestmark = pytest.mark.django_db
BY = system_actor("test")
NOVEMBER = dt.datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())

YEAR_2027 = """
year: 2027
source: 假想的通知
days_off: {元旦: 2027-01-01/2027-01-03, 春节: 2027-02-05/2027-02-11}
make_up_days: [2027-01-30, 2027-02-14]
"""


def write(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "2027.yaml"
    path.write_bytes(text.encode(encoding))
    return path


def test_loading_the_shipped_years_twice_changes_nothing():
    assert services.load_years() == [2024, 2025, 2026]
    assert services.load_years() == []

    assert CalendarYear.objects.count() == 3
    assert Entry.objects.filter(action="calendar.loaded").count() == 3
    assert calendar_for().working_days_in(2026) == 248


def test_program_does_not_overwrite_what_somebody_loaded(tmp_path):
    services.load_years()
    row = services.load_file(write(tmp_path, YEAR_2027.replace("2027", "2026").replace("-30", "-31")), by=BY)

    assert services.load_years() == []
    row.refresh_from_db()
    assert row.origin == Origin.LOADED
    assert not calendar_for().is_working(dt.date(2026, 2, 5))


def test_loaded_year_is_seen_at_once_and_no_longer_provisional(tmp_path):
    assert calendar_for().is_provisional(dt.date(2027, 2, 4))

    services.load_file(write(tmp_path, YEAR_2027), by=BY)

    assert not calendar_for().is_provisional(dt.date(2027, 2, 4))
    assert calendar_for().is_working(dt.date(2027, 2, 14))


def test_division_below_has_its_own_days_and_its_neighbours_do_not(tmp_path):
    text = YEAR_2027.replace("source:", 'division: "513400000000"\nsource:')
    services.load_file(write(tmp_path, YEAR_2027), by=BY)
    services.load_file(write(tmp_path, text.replace("春节", "彝族年").replace("02-05/2027-02-11", "11-19")), by=BY)

    festival = dt.date(2027, 11, 19)
    assert not calendar_for("513401001001").is_working(festival)
    assert calendar_for("510402001001").is_working(festival)
    assert calendar_for().is_working(festival)


def test_calendars_of_many_divisions_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        for code in ("510402", "510402001001", "510411", ""):
            calendar_for(code)


def test_calendar_loaded_by_another_process_is_seen_after_a_minute(monkeypatch):
    calendar_for()
    table = {"days_off": ["2027-01-01"], "make_up_days": [], "source": "s", "loaded_at": NOVEMBER}
    CalendarYear.objects.create(division_code="", year=2027, **table)
    assert calendar_for().is_provisional(dt.date(2027, 1, 1))

    monkeypatch.setattr(queries, "KEEP_SECONDS", 0.0)

    assert not calendar_for().is_provisional(dt.date(2027, 1, 1))


def test_year_without_data_is_a_warning_and_not_a_wrong_deadline(caplog):
    """R150: logged once a process, shown to whoever asks, and every day of it is provisional."""
    with at(NOVEMBER), caplog.at_level(logging.WARNING, logger="linli.core.calendar.queries"):
        for _again in range(3):
            queries.forget_calendars()
            calendar_for()
        missing = missing_years(NOVEMBER.date())

    assert missing == [CalendarYearMissing(2027, dt.date(2027, 1, 1))]
    assert [(r.message, r.year) for r in caplog.records] == [("calendar.year_missing", 2027)]
    assert calendar_for().is_provisional(calendar_for().add_working_days(NOVEMBER.date(), 40))
    assert missing_years(dt.date(2026, 9, 1)) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("year: [", "2027.yaml 第 1 行读不懂"),
        ("just words", "2027.yaml 里没有日历"),
        (YEAR_2027 + "holidays: []", "不认识的一项 holidays"),
        (YEAR_2027.replace("year: 2027", "year: soon"), "year 是 soon"),
        (YEAR_2027.replace("source: 假想的通知", "source: "), "没有写 source"),
        (YEAR_2027.replace("year: 2027", "year: 2027\ndivision: 5134"), "division 是 5134"),
        (YEAR_2027.replace("2027-01-30", "2027-02-30"), "2027-02-30 不是日期"),
        (YEAR_2027.replace("2027-01-30", "2027-01-29"), "2027-01-29 不是周末"),
        (YEAR_2027.replace("2027-02-11", "2027-01-11"), "止在起之前"),
        (YEAR_2027.replace("元旦: ", "元旦: 100%"), "100%2027-01-01"),
    ],
)
def test_broken_file_is_refused_whole(tmp_path, text, sentence):
    with pytest.raises(services.CalendarFileRefused) as refusal:
        services.load_file(write(tmp_path, text), by=BY)

    assert sentence in str(refusal.value)
    assert not CalendarYear.objects.exists()
    assert not Entry.objects.exists()


def test_file_in_another_encoding_and_missing_file_are_refused(tmp_path):
    with pytest.raises(services.CalendarFileRefused) as refusal:
        services.load_file(write(tmp_path, YEAR_2027, "gb18030"), by=BY)
    assert "不是 UTF-8 编码" in str(refusal.value)

    with pytest.raises(services.CalendarFileRefused) as refusal:
        services.load_file(tmp_path / "none.yaml", by=BY)
    assert "读不到" in str(refusal.value)


def test_command_loads_and_shows(tmp_path):
    run = CliRunner().invoke

    assert run(main, ["calendar", "load"]).output == "loaded: 2024, 2025, 2026\n"
    assert run(main, ["calendar", "load"]).output == "loaded: nothing new\n"
    assert run(main, ["calendar", "load", str(write(tmp_path, "nothing"))]).exit_code == 1
    shown = run(main, ["calendar", "show", "2026"]).output
    assert "[1]   [2]   [3]   4*" in " ".join(shown.split("2026-01")[1].split("2026-02")[0].split()).replace(" ", "   ")
    assert shown.endswith("248 working days\n")
    assert "provisional" in run(main, ["calendar", "show", "2027"]).output
