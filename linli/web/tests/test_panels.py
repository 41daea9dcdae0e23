import datetime as dt

import pytest
from django.test import RequestFactory

from linli.core.access import ANONYMOUS
from linli.core.design.pages import CLERK
from linli.core.tasks.testing import run_all
from linli.services.casework import services
from linli.services.casework.models import Gap
from linli.services.casework.tests import factories as casework
from linli.web import panels

pytestmark = pytest.mark.django_db


def asked_by(actor, **query):
    request = RequestFactory().get("/", query)
    request.actor = actor
    return request


def test_clerk_sees_how_much_waits_with_a_way_in(django_assert_num_queries):
    panels.my_day(asked_by(CLERK))  # the calendar is read once a process

    with django_assert_num_queries(1):
        _template, context = panels.my_day(asked_by(CLERK))

    assert [(figure["name"], figure["value"], figure["url"]) for figure in context["figures"]] == [
        ("等我办的", 0, "/desk/"),
        ("超期", 0, "/desk/?cut=over"),
        ("今明两天到期", 0, "/desk/?cut=soon"),
    ]


@pytest.mark.parametrize("panel", [panels.waiting, panels.running, panels.my_day, panels.found_cases])
def test_nobody_is_told_nothing_and_nothing_is_asked(panel, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert panel(asked_by(ANONYMOUS, q="柳桂枝")) is None


def test_search_without_a_hit_leaves_the_word_to_the_page():
    assert panels.found_cases(asked_by(CLERK, q="510426110372K")) is None


# ---- with cases


@pytest.fixture
def town(settings):
    settings.DEMO = True
    town = casework.Town()
    casework.catalogue("old_age_allowance")
    return town


def as_clerk(town, role, place, **query):
    return asked_by(town.staff(role, place), **query)


def test_what_waits_for_a_resident_names_supplement_material_to_follow_and_messages(town):
    road = casework.Road(town)
    road.accept()
    road.ask("account_card")
    Gap.objects.create(
        case=road.case, county_code=road.case.county_code, material_code="account_card",
        due_on=dt.date(2026, 12, 1),
    )  # fmt: skip
    run_all()

    _template, context = panels.waiting(asked_by(road.resident))

    assert [todo["action"] for todo in context["todos"]] == ["去补", "去交", "去看"]
    assert context["title"] == "有 3 件事等您"
    assert context["todos"][1]["before"] == dt.date(2026, 12, 1)
    assert "条没读" in context["todos"][2]["sentence"]


def test_another_resident_is_told_nothing_of_it(town):
    road = casework.Road(town)
    road.accept()
    road.ask("account_card")
    run_all()

    assert panels.waiting(asked_by(casework.resident(casework.person(town, name="白芷")))) is None


def test_heads_count_from_cases_and_leave_out_what_nobody_knows(town):
    """R160: real figures with their whole; nothing made up for facilities and environment."""
    town.seals()
    road = casework.Road(town)
    road.to_the_end()
    road.decide()
    run_all()
    services.rate(road.number, by=road.resident, score=1)
    casework.Road(town, who=casework.person(town, name="白芷"))

    _template, heads = panels.heads(as_clerk(town, "community_head", town.home))

    assert set(heads) == {"service", "management"}
    assert [(one.value, one.whole) for one in heads["service"]] == [
        ("100%", "1 / 1"),
        ("100%", "1 / 1"),
        ("0%", "0 / 1"),
    ]
    assert [(one.value, one.whole) for one in heads["management"]] == [("0", "/ 1 件"), ("0", "/ 1 件"), ("0", "")]


def test_heads_of_a_place_without_cases_say_that_there_is_nothing_to_count(town):
    casework.Road(town)

    _template, heads = panels.heads(as_clerk(town, "community_head", town.west_home))

    assert {one.value for one in heads["service"]} == {"还没有数据"}
    assert heads["management"][0].whole == "/ 0 件"


def test_heads_cost_the_same_for_one_case_and_for_many(town, django_assert_num_queries):
    who = as_clerk(town, "community_head", town.home)
    casework.Road(town)
    casework.Road(town, who=casework.person(town, name="白芷"))

    with django_assert_num_queries(4):
        panels.heads(who)


def test_counts_by_status_lead_to_their_list_and_stay_within_reach(town):
    casework.Road(town)

    _template, context = panels.by_status(as_clerk(town, "community_worker", town.home))

    assert [(figure["name"], figure["value"]) for figure in context["figures"]] == [("已收件", 1)]
    assert context["figures"][0]["url"] == "/desk/all/?status=submitted"
    assert panels.by_status(as_clerk(town, "community_worker", town.west_home)) is None
