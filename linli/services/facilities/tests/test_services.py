"""Changing points, windows and hours, and the list of days without a window."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from linli.core.audit.models import Entry
from linli.core.calendar import at, calendar_for, now
from linli.core.calendar.events import CalendarLoaded
from linli.core.calendar.queries import forget_calendars
from linli.core.calendar.services import load_years
from linli.core.http import Stale
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.services.casework import services as casework
from linli.services.casework.models import CaseAction, Channel
from linli.services.casework.tests import factories as cases
from linli.services.facilities import queries, rules, services, subscribers, tasks
from linli.services.facilities.models import HoursException, HoursPlan, ServicePoint, WindowlessDay
from linli.services.facilities.rules import parse_spans
from linli.services.facilities.tests import factories
from linli.services.facilities.tests.factories import EIGHT, EVERY_DAY, SETUP, WORKWEEK

pytestmark = pytest.mark.usefixtures("monday")

TODAY = dt.date(2026, 11, 23)
TOMORROW = dt.date(2026, 11, 24)
YESTERDAY = dt.date(2026, 11, 22)


@pytest.fixture
def station(town) -> ServicePoint:
    return factories.point(town.home, valid_from=dt.date(2026, 1, 1))


@pytest.fixture
def worker(town):
    return town.staff("community_worker", town.home)


def hours_on(point: ServicePoint, day: dt.date) -> rules.Spans:
    schedule = queries.schedules([point], since=min(day, TODAY))[point.pk]
    return schedule.hours_on(day, calendar_for(point.division.code))


# -- who may ---------------------------------------------------------------------------------------------------------


def test_a_community_keeps_its_own_hours(town, station, worker):
    """R56a: weekly hours from a day on, with an audit entry; those before stay as they were."""
    services.set_hours(station.pk, EVERY_DAY, valid_from=TOMORROW, by=worker, version=1)

    assert hours_on(station, YESTERDAY) == ()
    assert hours_on(station, dt.date(2026, 11, 29)) == EIGHT
    assert list(HoursPlan.objects.order_by("valid_from").values_list("valid_from", "valid_to")) == [
        (dt.date(2026, 1, 1), TOMORROW), (TOMORROW, None),
    ]  # fmt: skip
    entry = Entry.objects.get(action="facilities.hours_set")
    assert (entry.chain, entry.subject_id, entry.actor_id) == ("510402", str(station.pk), worker.account_id)


@pytest.mark.parametrize("role", ["street_staff", "street_leader"])
def test_the_street_sees_but_does_not_change_a_communitys_hours(town, station, refused, role):
    with refused(rules.NotYours):
        services.set_hours(station.pk, EVERY_DAY, valid_from=TOMORROW, by=town.staff(role, town.street))


@pytest.mark.parametrize("place", ["other", "west_home"])
def test_elsewhere_a_point_does_not_exist(town, station, refused, place):
    with refused(ServicePoint.DoesNotExist):
        services.set_hours(
            station.pk, EVERY_DAY, valid_from=TOMORROW, by=town.staff("community_worker", getattr(town, place))
        )


def test_the_district_arranges_duty_below_and_nothing_else(town, station, refused):
    """R35: the nearest fix is in the hands of whoever sees the gap."""
    district = town.staff("district_staff", town.county)
    common = {"first_day": TOMORROW, "last_day": TOMORROW, "reason": "值班", "by": district}

    services.add_exception(station.pk, kind="special", spans=EIGHT, **common)

    with refused(rules.OnlyDuty):
        services.add_exception(station.pk, kind="closed", notice="请去街道。", **common)


def test_a_member_of_the_street_arranges_nothing_in_a_community(town, station, refused):
    with refused(rules.NotYours):
        services.add_exception(
            station.pk, kind="special", first_day=TOMORROW, last_day=TOMORROW, spans=EIGHT, reason="值班",
            by=town.staff("street_staff", town.street),
        )  # fmt: skip


def test_points_are_registered_by_who_keeps_them_and_below(town, refused):
    leader = town.staff("street_leader", town.street)
    given = {
        "kind": "service_station", "name": "新站", "address": "1 号", "telephone": "0812 0000002", "week": WORKWEEK,
    }  # fmt: skip

    point = services.create_point(town.other, by=leader, **given)

    assert (point.county_code, point.telephone, point.windows.count()) == ("510402", "0812-0000002", 1)
    with refused(PermissionDenied):
        services.create_point(town.west_home, by=leader, **given)
    with refused(PermissionDenied):
        services.create_point(town.home, by=town.staff("window_clerk", town.home), **given)
    with refused(rules.NameTaken):
        services.create_point(town.other, by=leader, **given)
    with refused(rules.NeverOpen):
        services.create_point(town.other, by=leader, **given | {"name": "另一站", "week": {"holiday": EIGHT}})
    with refused(rules.NotATelephone):
        services.create_point(town.other, by=leader, **given | {"name": "另一站", "telephone": "请问前台"})
    with refused(rules.NoPlaceForPoints):
        services.create_point(town.city, by=SETUP, **given)


# -- conflicts and refusals ------------------------------------------------------------------------------------------


def test_the_second_clerk_learns_that_a_colleague_was_quicker(station, worker, refused):
    services.set_hours(station.pk, EVERY_DAY, valid_from=TOMORROW, by=worker, version=1)

    with refused(Stale):
        services.add_exception(
            station.pk, kind="closed", first_day=TOMORROW, last_day=TOMORROW, reason="检修", notice="请去街道。",
            by=worker, version=1,
        )  # fmt: skip


def test_hours_of_the_past_are_not_rewritten(station, worker, refused):
    with refused(rules.PlanInThePast):
        services.set_hours(station.pk, EVERY_DAY, valid_from=YESTERDAY, by=worker)
    with refused(rules.PlanUnchanged):
        services.set_hours(station.pk, WORKWEEK, valid_from=TOMORROW, by=worker)


def test_a_plan_for_later_gives_way_to_the_next(station, worker):
    services.set_hours(station.pk, EVERY_DAY, valid_from=dt.date(2026, 12, 1), by=worker)
    services.set_hours(station.pk, {"1": EIGHT}, valid_from=TOMORROW, by=worker)

    plans = HoursPlan.objects.filter(point=station).order_by("valid_from")
    assert list(plans.values_list("valid_from", "valid_to")) == [(dt.date(2026, 1, 1), TOMORROW), (TOMORROW, None)]


def test_exceptions_need_a_notice_and_do_not_overlap(station, worker, refused):
    """R56a: exceptions (holiday, repair) need notice."""
    closed = {"kind": "closed", "first_day": TOMORROW, "last_day": dt.date(2026, 11, 26), "by": worker}
    with refused(rules.WordsNeeded):
        services.add_exception(station.pk, reason="检修", notice=" ", **closed)
    services.add_exception(station.pk, reason="检修", notice="请去街道。", **closed)
    with refused(rules.ExceptionsOverlap):
        services.add_exception(
            station.pk, reason="停电", notice="请去街道。", **closed | {"first_day": dt.date(2026, 11, 26)}
        )
    with refused(rules.ExceptionInThePast):
        services.add_exception(station.pk, reason="停电", notice="请去街道。", **closed | {"first_day": YESTERDAY})

    assert hours_on(station, TOMORROW) == ()


def test_duty_is_for_somebody_who_works_there(town, station, worker, refused):
    from linli.ground.accounts.models import Account

    duty = {"kind": "special", "first_day": TOMORROW, "last_day": TOMORROW, "spans": EIGHT, "reason": "值班"}
    stranger = town.staff("community_worker", town.other)
    with refused(Account.DoesNotExist):
        services.add_exception(station.pk, on_duty_id=stranger.account_id, by=worker, **duty)

    row = services.add_exception(station.pk, on_duty_id=worker.account_id, by=worker, **duty)

    assert row.on_duty_id == worker.account_id


def test_a_withdrawn_exception_holds_no_longer_and_is_kept(station, worker, clock):
    row = services.add_exception(
        station.pk, kind="closed", first_day=TODAY, last_day=dt.date(2026, 11, 25), reason="检修", notice="请去街道。",
        by=worker,
    )  # fmt: skip
    clock("2026-11-24 09:00")

    services.withdraw_exception(station.pk, row.pk, by=worker)

    assert [hours_on(station, day) for day in (TODAY, TOMORROW)] == [(), EIGHT]  # yesterday it was closed
    assert HoursException.objects.get().last_day == TODAY


def test_how_it_really_was_is_noted_where_it_differs(station, worker, refused):
    """R56a: actual opening can be recorded against the plan."""
    with refused(rules.NotYet):
        services.record_actual(station.pk, day=TOMORROW, spans=(), reason="停电", by=worker)
    with refused(rules.AsPlanned):
        services.record_actual(station.pk, day=TODAY, spans=EIGHT, reason="没有", by=worker)
    with refused(rules.NotInForce):
        services.record_actual(station.pk, day=dt.date(2025, 12, 31), spans=EIGHT, reason="没有", by=worker)

    services.record_actual(station.pk, day=TODAY, spans=(), reason="停电", by=worker)
    services.record_actual(station.pk, day=TODAY, spans=parse_spans("14:00-18:00"), reason="上午停电", by=worker)

    assert hours_on(station, TODAY) == parse_spans("14:00-18:00")
    assert station.actual_openings.get().reason == "上午停电"


def test_a_point_is_closed_while_all_its_windows_are(station, worker, refused):
    first, second = station.windows.order_by("number")
    closed = services.close_window(
        station.pk, first.pk, first_day=TODAY, last_day=None, reason="换设备", by=worker
    )  # fmt: skip
    assert hours_on(station, TODAY) == EIGHT
    services.end_window(station.pk, second.pk, by=worker)
    assert hours_on(station, TODAY) == ()
    with refused(rules.WindowClosedAlready):
        services.close_window(
            station.pk, first.pk, first_day=TOMORROW, last_day=TOMORROW, reason="换设备", by=worker
        )  # fmt: skip

    services.reopen_window(station.pk, closed.pk, by=worker)

    assert hours_on(station, TODAY) == EIGHT
    with refused(rules.WindowTaken):
        services.add_window(station.pk, 1, by=worker)
    assert services.add_window(station.pk, 2, by=worker).number == 2


# -- days without any window (R35) ------------------------------------------------------------------------------------


def listed(county: str = "510402") -> list[dt.date]:
    rows = WindowlessDay.objects.filter(county_code=county, covered_at__isnull=True)
    return sorted(rows.values_list("day", flat=True))


def test_a_day_without_any_open_window_in_a_district_is_listed(town):
    """R35, across National Day: the make-up Saturday is open, the holiday and the Sundays are not."""
    with at(dt.datetime(2026, 9, 28, 1, tzinfo=dt.UTC)):
        factories.point(town.home, week=WORKWEEK | {"6": EIGHT, "7": EIGHT})
        assert [day for day in listed() if day < dt.date(2026, 10, 12)] == [
            dt.date(2026, 10, n) for n in range(1, 8)
        ]  # fmt: skip

        centre = factories.point(town.county, week={"1": EIGHT})
        services.add_exception(
            centre.pk, kind="special", first_day=dt.date(2026, 10, 1), last_day=dt.date(2026, 10, 6), spans=EIGHT,
            reason="国庆值班", by=town.staff("district_staff", town.county),
        )  # fmt: skip

        assert listed() == [dt.date(2026, 10, 7)]
        assert WindowlessDay.objects.filter(covered_at__isnull=False).count() == 6


def test_a_change_that_opens_a_gap_lists_it_and_the_next_takes_it_away(town, worker):
    station = factories.point(town.home, week=EVERY_DAY)
    assert listed() == []

    row = services.add_exception(
        station.pk, kind="closed", first_day=TOMORROW, last_day=TOMORROW, reason="检修", notice="请去街道。", by=worker
    )  # fmt: skip
    assert listed() == [TOMORROW]
    services.withdraw_exception(station.pk, row.pk, by=worker)

    assert listed() == []


def test_one_districts_window_does_not_open_anothers(town):
    factories.point(town.home, week=EVERY_DAY)
    factories.point(town.west_home, week=dict.fromkeys(rules.WEEKDAYS, EIGHT))

    assert listed() == []
    assert listed("510403") == [dt.date(2027, 1, 1)]


def test_what_really_happened_makes_a_gap_of_a_past_day(town, worker):
    station = factories.point(town.home, week=EVERY_DAY, valid_from=dt.date(2026, 11, 1))

    services.record_actual(station.pk, day=dt.date(2026, 11, 20), spans=(), reason="停电", by=worker)

    assert listed() == [dt.date(2026, 11, 20)]


def test_a_point_that_ends_leaves_its_gaps(town):
    station = factories.point(town.home, week=EVERY_DAY)
    factories.point(town.other, week=WORKWEEK)

    services.end_point(station.pk, on=TOMORROW, by=town.staff("community_head", town.home))

    assert dt.date(2026, 11, 28) in listed()
    assert TOMORROW not in listed()


def test_the_worker_reminds_once_and_urges_once(town, clock):
    """R35: district staff fourteen days ahead, supervisors too when three are left."""
    district, supervisor = town.staff("district_staff", town.county), town.staff("supervisor", town.county)
    town.staff("district_staff", town.west)
    factories.point(town.home, week=EVERY_DAY | {rules.HOLIDAY: ()})
    assert listed() == [dt.date(2027, 1, 1)]

    def told() -> list[tuple[str, object]]:
        return sorted(Message.everywhere.values_list("template", "account_id"), key=str)

    for day, expected in (
        ("2026-12-17 08:00", []),
        ("2026-12-18 08:00", [("facilities.no_window", district.account_id)]),
        ("2026-12-19 08:00", [("facilities.no_window", district.account_id)]),
    ):
        clock(day)
        tasks.look_ahead.call()
        assert told() == expected
    clock("2026-12-29 08:00")
    tasks.look_ahead.call()
    tasks.look_ahead.call()
    assert told() == sorted(
        [
            ("facilities.no_window", district.account_id),
            ("facilities.no_window_soon", district.account_id),
            ("facilities.no_window_soon", supervisor.account_id),
        ],
        key=str,
    )


def test_nobody_is_reminded_of_a_day_that_is_covered(town, worker):
    town.staff("district_staff", town.county)
    station = factories.point(town.home, week=EVERY_DAY)
    row = services.add_exception(
        station.pk, kind="closed", first_day=TOMORROW, last_day=TOMORROW, reason="检修", notice="请去街道。", by=worker
    )  # fmt: skip
    services.withdraw_exception(station.pk, row.pk, by=worker)

    assert tasks.remind_of_gaps() == 0


def test_a_new_calendar_is_looked_at_again(town):
    """A notice makes 4 January 2027 a holiday: the day is listed without anybody's touch. Heard twice, it is one day."""
    from linli.core.calendar.models import CalendarYear

    factories.point(town.home, week=EVERY_DAY | {rules.HOLIDAY: ()})
    CalendarYear.objects.create(
        year=2027, days_off=["2027-01-01", "2027-01-04"], make_up_days=[], source="测试", loaded_at=now()
    )
    forget_calendars()
    event = CalendarLoaded(division_code="", year=2027)

    for _again in range(2):
        subscribers.look_at_the_days_again(event)
    run_all()

    assert listed() == [dt.date(2027, 1, 1), dt.date(2027, 1, 4)]
    forget_calendars()


def test_many_points_at_once_are_noted_once_a_county(town):
    rows = [
        services.NewPoint(place, "service_station", f"{place.short_name}站", "1 号", "0812-0000001", WORKWEEK)
        for place in (town.home, town.other, town.west_home)
    ]

    assert services.import_points(rows, valid_from=dt.date(2026, 10, 1), by=SETUP) == 3

    assert sorted(Entry.objects.filter(action="facilities.points_imported").values_list("chain", flat=True)) == [
        "510402", "510403",
    ]  # fmt: skip
    assert listed()[:8] == [*(dt.date(2026, 10, n) for n in range(1, 8)), dt.date(2026, 10, 11)]


# -- taking in outside the hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "facts"), [("18:30", True), ("10:00", None)])
def test_a_window_takes_in_outside_its_hours_and_it_is_written_down(town, clock, hour, facts):
    """R35: the law prefers the applicant; the minute is stamped, and that the window was closed is said."""
    load_years()
    cases.catalogue("old_age_allowance")
    factories.point(town.other)
    clerk, who = town.staff("window_clerk", town.other), cases.person(town)
    clock(f"2026-11-23 {hour}")

    draft = cases.drafted(clerk, "old_age_allowance", who, channel=Channel.WINDOW)
    case = casework.submit(clerk, draft.pk, key="one")

    act = CaseAction.objects.get(case=case, action="submit")
    assert act.facts.get("outside_hours") == facts
    assert case.submitted_at == now()


def test_nothing_is_said_of_hours_that_nobody_published(town, clock):
    factories.point(town.other)

    assert queries.is_any_open(town.home.pk, now()) is None
    assert queries.is_any_open(town.other.pk, now()) is True
