"""Deadlines that were provisional, once the year's working days are published; joint items' longer extension."""

import datetime as dt
from pathlib import Path

import pytest

from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.calendar import queries as calendar
from linli.core.calendar.services import load_file
from linli.core.tasks.testing import run_all
from linli.services.casework import rules, services
from linli.services.casework.models import Case
from linli.services.casework.services.moving import clocks_of
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db
BY = system_actor("tests")


@pytest.fixture(autouse=True)
def _fresh_calendars():
    calendar.forget_calendars()
    yield
    calendar.forget_calendars()


def publish(folder: Path, days_off: str, make_up: str = "[]", division: str = "") -> None:
    """Load a notice for 2027 and let the worker do what follows."""
    file = folder / "2027.yaml"
    where = f"division: '{division}'\n" if division else ""
    file.write_text(
        f"year: 2027\nsource: 测试通知\n{where}days_off:\n  元旦: {days_off}\nmake_up_days: {make_up}\n",
        encoding="utf-8",
    )
    load_file(file, by=BY)
    run_all()


@pytest.fixture
def road(town, clock):
    """Accepted on 22 December 2026: fifteen working days end in a year whose notice is not out."""
    factories.catalogue("old_age_allowance")
    clock("2026-12-22 09:00")
    road = Road(town)
    road.accept()
    run_all()
    return road


def test_a_notice_with_more_days_off_does_not_move_a_day_that_was_told(road, tmp_path):
    """R36a: what she was told stays; the promise is shorter by as many days, the clock agrees with the column."""
    told = road.case.due_on
    assert (told, road.case.due_is_provisional) == (dt.date(2027, 1, 13), True)

    publish(tmp_path, "2027-01-01/2027-01-05")

    case = road.now()
    assert (case.due_on, case.due_is_provisional, case.promise_shortened_by) == (told, False, 2)
    assert clocks_of(case)[0].due_on == told
    assert case.step_due_on <= told
    assert Entry.objects.filter(action="casework.clock_settled", person_id=case.applicant_id).count() == 1


def test_a_notice_with_a_working_saturday_brings_the_day_nearer(road, tmp_path):
    publish(tmp_path, "2027-01-01", "[2027-01-09]")

    case = road.now()
    assert (case.due_on, case.due_is_provisional, case.promise_shortened_by) == (dt.date(2027, 1, 12), False, 0)


def test_hearing_it_twice_changes_nothing_more(road, tmp_path):
    from linli.services.casework import tasks

    publish(tmp_path, "2027-01-01/2027-01-05")
    before = road.now()

    tasks.settle_clocks.enqueue("")
    run_all()

    after = road.now()
    assert (after.due_on, after.promise_shortened_by) == (before.due_on, before.promise_shortened_by)
    assert Entry.objects.filter(action="casework.clock_settled").count() == 1


def test_the_promise_holds_through_a_supplement_afterwards(road, tmp_path, clock):
    publish(tmp_path, "2027-01-01/2027-01-05")
    clock("2027-01-06 09:00")
    road.ask("account_card")
    clock("2027-01-08 09:00")

    case = road.bring("account_card")

    assert case.due_on == dt.date(2027, 1, 15)  # two working days more than was told, not four


def test_another_city_s_calendar_leaves_the_case_alone(road, tmp_path):
    publish(tmp_path, "2027-01-01/2027-01-05", division="510100000000")

    assert road.now().due_is_provisional


def test_every_case_is_reached_whatever_the_size_of_a_batch(town, clock, tmp_path, monkeypatch):
    from linli.services.casework import tasks

    monkeypatch.setattr(tasks, "BATCH", 2)
    factories.catalogue("old_age_allowance")
    clock("2026-12-22 09:00")
    for name in ("柳桂枝", "白芷", "半夏", "苏叶", "石斛"):
        Road(town, who=factories.person(town, name=name)).accept()

    publish(tmp_path, "2027-01-01/2027-01-05")

    assert set(Case.everywhere.values_list("due_is_provisional", "promise_shortened_by")) == {(False, 2)}


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("", ""),
        ("510000000000", "51"),
        ("510400000000", "5104"),
        ("510402000000", "510402"),
        ("510402002000", "510402"),
    ],
)
def test_counties_of_a_division(code, begins):
    assert rules.counties_begin_with(code) == begins


def test_joint_handling_may_be_extended_by_fifteen_days_and_others_by_ten(town, refused, clock):
    """行政许可法第四十二条: ten working days, fifteen where several bodies handle it jointly."""
    clock("2026-03-02 09:00")
    factories.catalogue("after_death_matters", "old_age_allowance")
    joint = Road(town, "after_death_matters")
    joint.accept()
    alone = Road(town)
    alone.accept()
    head = town.staff("community_head", town.home)

    with refused(rules.ExtensionTooLong):
        services.ask_extension(alone.number, by=alone.handler, working_days=11, because="要到外地核实")
    with refused(rules.ExtensionTooLong):
        services.ask_extension(joint.number, by=joint.handler, working_days=16, because="要到外地核实")
    before = joint.now().due_on
    services.ask_extension(joint.number, by=joint.handler, working_days=15, because="几个部门都要核实")
    services.answer_extension(joint.number, by=head, approved=True)

    case = joint.now()
    assert before is not None
    assert calendar.calendar_for().working_days_between(before, case.due_on) == 15
    assert clocks_of(case)[0].due_on == case.due_on
