"""Figures count what they say, and lead to the very cases they count (R32, R34, R36, R37, R38, R42)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from linli.ground.accounts.models import Account
from linli.services.casework import figures, queries, services, tasks
from linli.services.casework.figures import Cut, Quarter, Spared
from linli.services.casework.models import Case, CaseAction, Channel
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road

pytestmark = pytest.mark.django_db

SINCE = dt.date(2020, 1, 1)
CODE = "old_age_allowance"


def district(town):
    return town.staff("district_staff", town.county)


def at_window(town, place=None, **more) -> Case:
    clerk = town.staff("window_clerk", place or town.home)
    draft = factories.drafted(clerk, CODE, factories.person(town, **more), channel=Channel.WINDOW)
    return services.submit(clerk, draft.pk, key=str(draft.pk))


def refused(road: Road) -> Case:
    road.to_the_end()
    return road.decide(granted=False, said="还没有满八十岁。")


def signed_in(client, actor):
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def test_figures_count_what_they_say_beside_their_whole(town):
    """R32a, R38: taken in elsewhere, sent onward, asked for a supplement; within reach only."""
    factories.catalogue(CODE)
    Road(town).ask("account_card")
    moved = Road(town)
    services.transfer(moved.number, by=moved.worker, community_code=town.other.code, said="住在西海岸。")
    sent_away = Road(town)
    services.not_accept(sent_away.number, by=sent_away.worker, said="请到户籍地办。", because="not_here")
    at_window(town, town.other)

    found = figures.figures(district(town), since=SINCE)

    assert {name: n for name, n in found.counts.items() if n} == {
        "received": 4, "asked": 1, "online": 3, "spared": 4, "elsewhere": 1, "onward": 2, "not_granted": 1,
    }  # fmt: skip
    assert (found.share("asked"), found.share("good")) == (0.25, None)
    assert figures.figures(town.staff("district_staff", town.west), since=SINCE).counts["received"] == 0
    assert figures.figures(town.staff("community_head", town.other), since=SINCE).counts["received"] == 2


def test_each_figure_opens_exactly_the_cases_that_it_counts(town, clock):
    """R36a, R42: by one condition, for every figure there is."""
    factories.catalogue(CODE, "legal_aid")
    clock("2026-03-02 09:00")
    Road(town).ask("account_card")
    aid = Road(town, "legal_aid")
    CaseAction.objects.filter(case=aid.case, action="submit").update(facts={"met": True})
    services.not_accept(aid.number, by=aid.worker, said="户口不在本市。", because="registration")
    services.rate(aid.number, by=aid.resident, score=4)
    late = Road(town)
    late.accept()
    clock("2026-06-02 09:00")
    tasks.remind_and_escalate()
    me = district(town)

    found = figures.figures(me, since=SINCE)

    for name, n in found.counts.items():
        assert figures.cases_behind(me, name, Cut(since=SINCE)).count() == n, name
    assert figures.cases_behind(me, "legal_aid", Cut()).get() == aid.case
    assert figures.cases_behind(me, "late_step", Cut()).get() == late.case
    assert figures.cases_behind(me, "late", Cut()).get() == late.case
    assert figures.cases_behind(me, "good", Cut(item_code=CODE)).count() == 0


@pytest.mark.parametrize(
    ("matter", "exempt", "met"),
    [
        ("wages", "wages", True),
        ("maintenance", "hardship", True),
        ("other", "hardship", False),
        ("traffic", "none", False),
    ],
)
def test_legal_aid_for_whom_the_conditions_are_met_and_that_was_not_granted_is_named(town, client, matter, exempt, met):
    """R42: what she says in the form decides whether the conditions are met; what was not granted then is counted, and opens."""
    factories.catalogue("legal_aid")
    district = town.staff("district_staff", town.county)
    who = factories.person(town)
    her = factories.resident(who)
    draft = factories.drafted(her, "legal_aid", who)
    draft.refresh_from_db()
    services.save_draft(draft.pk, by=her, form_data=queries.form_data(draft) | {"matter": matter, "exempt": exempt})
    case = services.submit(her, draft.pk, key="1")
    assert CaseAction.objects.get(case=case, action="submit").facts["met"] is met
    assert not figures.cases_behind(district, "legal_aid", Cut()).exists()

    worker = town.staff("community_worker", town.home)
    services.not_accept(case.number, by=worker, said="不归这里办，请到司法局。", because="not_here")

    assert list(figures.cases_behind(district, "legal_aid", Cut())) == ([case] if met else [])
    client.force_login(Account.objects.get(pk=district.account_id))
    page = client.get(reverse("casework:figures")).content.decode()
    assert ("应当是 0" in page) is met
    opened = client.get(reverse("casework:figure", args=["legal_aid"])).content.decode()
    assert (case.shown_number in opened) is met
    assert client.get(case.get_absolute_url()).status_code == 200


# -- visits and materials (R37a) -------------------------------------------------------------------------------------


def test_visits_and_spared_materials_are_averages_of_what_was_decided_in_a_quarter(town, clock):
    """R37a: by item and quarter; one decided on the last evening of a quarter in China still belongs to it."""
    factories.catalogue(CODE)
    clock("2026-03-31 23:59")
    spring = refused(Road(town))
    Case.everywhere.filter(pk=spring.pk).update(visits_made=2)
    clock("2026-04-01 00:01")
    refused(Road(town))
    window = Road.__new__(Road)
    window.town, window.case = town, at_window(town)
    window.number = window.case.number
    refused(window)
    Road(town)

    found = figures.trips(district(town))

    first, second = Quarter(2026, 1), Quarter(2026, 2)
    assert [str(one) for one in found.quarters] == ["2025-3", "2025-4", "2026-1", "2026-2"]
    assert found.by_item == {CODE: {first: Spared(1, 2, 2), second: Spared(2, 1, 4)}}
    assert (found.of_quarter(second).visits_each, found.of_quarter(second).materials_each) == (0.5, 2.0)
    assert found.of_item(CODE) == Spared(3, 3, 6)
    assert found.of_quarter(Quarter(2025, 4)).visits_each is None
    behind = figures.cases_behind(district(town), "decided", Cut(quarter=first, item_code=CODE))
    assert behind.get() == spring
    assert figures.trips(town.staff("district_staff", town.west)).by_item == {}


@pytest.mark.parametrize(
    ("text", "quarter"),
    [("2026-3", Quarter(2026, 3)), ("2026-5", None), ("0000-1", None), ("26-1", None), ("2026", None), ("", None)],
)
def test_a_quarter_is_read_from_an_address(text, quarter):
    assert figures.quarter_of(text) == quarter


def test_quarters_follow_each_other_over_the_end_of_the_year():
    assert Quarter(2026, 4).after == Quarter(2027, 1)
    assert Quarter(2026, 1).before == Quarter(2025, 4)
    assert Quarter.of(dt.date(2026, 12, 31)).first_day == dt.date(2026, 10, 1)


def test_an_items_public_page_says_what_it_took_others_once_enough_stand_behind_it(town, client):
    """R37a: five cases, in both languages, of how many; with four nobody is told anything."""
    factories.catalogue(CODE)
    for _n in range(figures.ENOUGH - 1):
        refused(Road(town))
    guide = reverse("catalogue:guide", args=[CODE])
    assert "别人的" not in client.get(guide).content.decode()
    Case.everywhere.filter(pk=refused(Road(town)).pk).update(visits_made=3)
    cache.clear()

    page = client.get(guide).content.decode()
    english = client.get(guide + "?lang=en").content.decode()

    assert "最近一年，别人的 5 件有了结果，平均跑了 0.6 趟。" in page
    assert "平均少交 2.0 样材料。" in page
    assert "5 cases of others were decided, with 0.6 visits on average" in english


# -- pages -----------------------------------------------------------------------------------------------------------


def test_the_numbers_of_the_figures_page_lead_to_their_cases(town, client):
    """R34, R38: each link of the page opens a list of as many cases as the number says."""
    factories.catalogue(CODE)
    road = Road(town)
    services.not_accept(road.number, by=road.worker, said="户口不在本市，请到户籍地办。", because="registration")
    Road(town).ask("account_card")
    signed_in(client, district(town))

    page = client.get(reverse("casework:figures")).content.decode()
    links = re.findall(r'<a href="(/desk/figures/cases/[^"]+)">(\d+)<', page)

    assert len(links) == 4
    for url, number in links:
        opened = client.get(url.replace("&amp;", "&"))
        assert opened.content.decode().count("/desk/cases/") == int(number)
    assert "50% <small>1 / 2</small>" in page
    assert client.get("/desk/figures/cases/nonsense/").status_code == 404


def test_the_page_of_visits_draws_what_its_table_says(town, client, clock):
    factories.catalogue(CODE)
    clock("2026-04-01 09:00")
    refused(Road(town))
    signed_in(client, district(town))

    page = client.get(reverse("casework:trips") + f"?item={CODE}").content.decode()

    assert re.search(r"<desc[^>]*>[^<]*2026 年第 1 季度 —；2026 年第 2 季度 2.0</desc>", page)
    assert page.count("<rect") == 2
    assert "0.0 趟，少交 2.0 样" in page
    url = re.search(r'href="(/desk/figures/cases/decided/\?[^"]+item=[^"]+)"', page)[1].replace("&amp;", "&")
    assert "2026 年第 2 季度决定的" in client.get(url).content.decode()


def test_the_figures_cost_the_same_for_one_item_and_for_three(town, client):
    factories.catalogue(CODE, "senior_card", "elder_visit")
    refused(Road(town))
    signed_in(client, district(town))
    pages = [reverse("casework:figures"), reverse("casework:trips"), reverse("casework:figure", args=["received"])]
    costs = [_cost(client, page) for page in pages]
    for code in ("senior_card", "elder_visit"):
        Road(town, code)

    assert [_cost(client, page) for page in pages] == costs


def _cost(client, page: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)
