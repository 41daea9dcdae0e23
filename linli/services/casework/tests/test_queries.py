"""Lists in their order, and what stands in them (R40)."""

from __future__ import annotations

import datetime as dt

import pytest

from linli.services.casework import queries, rules, services
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db


def waiting(town, **changes) -> Case:
    case = factories.submitted(town, factories.person(town, born=changes.pop("born", dt.date(1945, 3, 12))))
    Case.everywhere.filter(pk=case.pk).update(**changes)
    return case


def test_work_stands_in_the_order_nearly_due_then_served_first_then_by_its_day(town, clock):
    """R40: the order is tested; whoever is served first pushes nobody over a limit."""
    factories.catalogue("old_age_allowance")
    clock("2026-03-06 09:00")  # a Friday: Monday is the next working day
    calm = waiting(town, step_due_on=dt.date(2026, 3, 12))
    served_first = waiting(town, step_due_on=dt.date(2026, 3, 20), priority_reason="优抚对象优先")
    also_first = waiting(town, step_due_on=dt.date(2026, 3, 18), priority_reason="90 岁以上老人优先")
    on_monday = waiting(town, step_due_on=dt.date(2026, 3, 9))
    over = waiting(town, step_due_on=dt.date(2026, 3, 4))
    over_and_first = waiting(town, step_due_on=dt.date(2026, 3, 5), priority_reason="优抚对象优先")
    no_day = waiting(town, step_due_on=None)
    tuesday = waiting(town, step_due_on=dt.date(2026, 3, 10))

    order = list(queries.tasks_for(town.staff("community_worker", town.home)))

    assert order == [over, over_and_first, on_monday, also_first, served_first, tuesday, calm, no_day]


def test_whoever_is_ninety_is_served_first_and_the_reason_is_shown(town):
    factories.catalogue("old_age_allowance")

    old = factories.submitted(town, factories.person(town, born=dt.date(1930, 3, 12)))
    younger = factories.submitted(town, factories.person(town, born=dt.date(1945, 3, 12)))

    assert (old.priority_reason, younger.priority_reason) == ("90 岁以上老人优先", "")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, ""),
        ({"age": 89}, ""),
        ({"age": 90}, "90 岁以上老人优先"),
        ({"age": 30, "groups": ["preferential_treatment"]}, "优抚对象优先"),
        ({"age": 95, "groups": ["martyr_family"]}, "优抚对象优先"),
        ({"groups": ["volunteer"]}, ""),
    ],
)
def test_priority_follows_from_facts(facts, reason):
    class Known:
        def __init__(self, value):
            self.value = value

    assert rules.priority_reason({name: Known(value) for name, value in facts.items()}) == reason


def test_only_what_waits_for_my_step_is_among_my_tasks(town):
    factories.catalogue("old_age_allowance")
    road = Road(town)
    worker = road.worker
    assert queries.tasks_for(worker).get() == road.case
    road.ask("account_card")
    assert not queries.tasks_for(worker).exists()
    assert queries.waiting_for_me(road.resident).get() == road.case
    road.bring("account_card")
    road.accept()
    road.forward()
    assert not queries.tasks_for(worker).exists()
    assert queries.tasks_for(road.street).get() == road.case
    road.forward()
    assert queries.tasks_for(road.line).get() == road.case
    assert not queries.tasks_for(town.staff("department_staff", town.county, "health")).exists()
    assert queries.tasks_for(town.staff("district_staff", town.county)).get() == road.case
    road.decide(granted=False, said="还没有满八十岁。")
    assert not queries.tasks_for(road.line).exists()


def test_posted_notices_hide_a_character_and_leave_out_who_is_not_yet_eighteen(town, clock):
    """民发〔2021〕43号; she turns eighteen in June."""
    factories.catalogue("hard_to_employ")
    clock("2026-03-02 09:00")
    roads = []
    for name, born in (("柳桂枝", dt.date(1970, 5, 6)), ("柳小叶", dt.date(1970, 5, 7))):
        road = Road(town, "hard_to_employ", factories.person(town, name=name, born=born))
        road.to_the_end()
        services.post_notice(road.number, by=road.line)
        roads.append(road)
    type(roads[1].person).everywhere.filter(pk=roads[1].person.pk).update(birth_date=dt.date(2008, 6, 30))

    posted = queries.posted_notices()

    assert [(notice.name, notice.community) for notice in posted] == [("柳*枝", "竹湖园社区")]


def test_case_numbers_are_random_and_carry_a_check_character():
    from linli.core.ids import check_character

    numbers = {rules.new_number("510402", dt.date(2026, 3, 2)) for _n in range(2000)}

    assert len(numbers) > 1990
    for number in numbers:
        assert number[:10] == "5104022603"
        assert check_character(number[:15]) == number[15]


def test_the_task_list_is_one_query_and_one_for_its_people_however_many_rows(town, django_assert_num_queries):
    factories.catalogue("old_age_allowance")
    worker = town.staff("community_worker", town.home)
    for _n in range(3):
        factories.submitted(town)

    with django_assert_num_queries(2):
        rows = [(queries.item_of(case).code, case.applicant.name) for case in queries.tasks_for(worker)]

    assert rows == [("old_age_allowance", "柳桂枝")] * 3
