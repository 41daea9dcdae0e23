"""One worklist and one search over all rooms (R23, R159)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.calendar import at, today
from linli.core.design import worklist
from linli.core.design.worklist import Line
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.services.casework import services
from linli.services.casework.tests import factories

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def town():
    with at(MOMENT):
        town = factories.Town()
        factories.catalogue("old_age_allowance", "after_death_matters")
        town.seals()
        yield town


def page(client, actor, name, **query):
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client.get(reverse(name), query)


def test_a_department_finds_cases_opinions_and_questions_on_one_list_by_urgency(town, client):
    """R23, R159a: three kinds of work of two lines on one list, each leading to where it is done."""
    line = town.staff("department_staff", town.county, "civil_affairs")
    road = factories.Road(town)
    road.to_the_end()
    other = factories.Road(town, "after_death_matters", who=factories.person(town, name="杜若"))
    other.accept()
    services.ask_question(other.number, by=other.worker, whom="civil_affairs", question="火化证明丢了怎么办？")
    services.ask_opinion(other.number, by=other.worker, department="civil_affairs", question="低保停发了吗？")

    work = worklist.worklist_for(line)

    counts = {tab.source.key: tab.count for tab in work.tabs}
    assert {key: counts[key] for key in ("cases", "opinions", "questions")} == dict.fromkeys(
        ("cases", "opinions", "questions"), 1
    )
    days = [one.due for one in work.lines if one.due]
    assert days == sorted(days)
    shown = page(client, line, "web:worklist").content.decode()
    for one in work.lines:
        assert f'href="{one.url}"' in shown
        assert client.get(one.url).status_code == 200
    assert "火化证明" in page(client, line, "web:worklist", what="questions").content.decode()
    assert "低保停发" not in page(client, line, "web:worklist", what="questions").content.decode()
    assert work.lines[0].url in page(client, line, "web:bench").content.decode()


def test_nothing_of_another_place_stands_on_the_list(town):
    factories.Road(town)
    elsewhere = town.staff("community_worker", town.west_home)

    assert worklist.worklist_for(elsewhere).total == 0
    assert worklist.worklist_for(town.staff("community_worker", town.home)).total == 1


def test_the_order_is_late_then_served_first_then_by_day():
    """R40: whoever is served first never pushes another over a limit."""
    soon, far = dt.date(2026, 3, 3), dt.date(2026, 3, 20)
    lines = [
        Line("far", "/1", far),
        Line("first", "/2", far, first=True),
        Line("due", "/3", soon),
        Line("late", "/4", dt.date(2026, 2, 1)),
        Line("without", "/5"),
    ]

    ordered = sorted(lines, key=lambda one: worklist._urgency(one, soon))

    assert [one.title for one in ordered] == ["late", "due", "first", "far", "without"]


def test_the_list_costs_the_same_for_one_case_and_for_many(town):
    worker = town.staff("community_worker", town.home)
    factories.Road(town)
    worklist.worklist_for(worker)
    with CaptureQueriesContext(connection) as few:
        worklist.worklist_for(worker)
    for name in ("杜若", "白术", "半夏"):
        factories.Road(town, who=factories.person(town, name=name))
    with CaptureQueriesContext(connection) as many:
        assert worklist.worklist_for(worker).total == 4

    assert len(few) == len(many)


def test_one_search_finds_case_certificate_item_window_and_colleague(town, client):
    """R159b: one box; each room answers for what it holds."""
    road = factories.Road(town)
    road.to_the_end()
    road.decide()
    run_all()
    head = town.staff("community_head", town.home, name="山楂")

    assert road.case.shown_number in page(client, head, "web:find", q=road.number).content.decode()
    number = road.now().certificate_number
    assert reverse("certificates:one", args=[number]) in page(client, head, "web:find", q=number).content.decode()
    assert "高龄" in page(client, head, "web:find", q="高龄津贴").content.decode()
    assert "山楂" in page(client, head, "web:find", q="山楂").content.decode()


def test_what_is_out_of_reach_looks_like_what_is_not_there(town, client):
    road = factories.Road(town)
    road.to_the_end()
    road.decide()
    run_all()
    number = road.now().certificate_number
    stranger = town.staff("community_head", town.west_home)
    nonsense = "510499999999999Z"

    def without_the_word(word: str) -> str:
        text = page(client, stranger, "web:find", q=word).content.decode()
        return text[text.index("<main") : text.index("</main>")].replace(word, "")

    there, not_there = without_the_word(road.number), without_the_word(nonsense)
    assert there.replace(road.case.shown_number, "") == not_there
    assert "没有找到" in without_the_word(number)
    assert today() == MOMENT.date()
