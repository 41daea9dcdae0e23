"""The front page of each community (R158)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from linli.core.calendar import at
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.services.casework import services
from linli.services.casework.models import Case
from linli.services.casework.tests import factories

pytestmark = pytest.mark.django_db
CHINA = dt.timezone(dt.timedelta(hours=8))
MOMENT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)


@pytest.fixture
def town():
    with at(MOMENT):
        town = factories.Town()
        factories.catalogue("old_age_allowance", "hard_to_employ")
        town.seals()
        yield town


def shown(client, place) -> str:
    answer = client.get(reverse("web:community", args=[place.code]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_who_is_responsible_and_nobodys_number(town, client):
    """R158: who is responsible, without private numbers; a stranger and a resident read the same."""
    town.staff("community_head", town.home, name="山楂")
    town.staff("administrator", town.home, name="管仲")

    page = shown(client, town.home)

    assert "山楂" in page
    assert "管仲" not in page, "who looks after the machine is nobody to turn to"
    assert town.home.short_name in page
    assert "山楂" not in shown(client, town.other)


def test_figures_are_counts_and_few_ratings_are_not_told(town, client):
    roads = []
    for name in ("杜若", "白术"):
        road = factories.Road(town, who=factories.person(town, name=name))
        road.to_the_end()
        road.decide()
        roads.append(road)
    run_all()
    services.rate(roads[0].number, by=roads[0].resident, score=1)

    page = shown(client, town.home)

    assert "2 件里 2 件" in page
    assert "满 5 人才写出来" in page
    assert "杜若" not in page


def test_a_notice_stands_there_until_its_end_and_not_longer(town, client):
    """R158: a notice has its span; nothing on the page is older than its validity."""
    road = factories.Road(town, "hard_to_employ", factories.person(town, name="杜若", born=dt.date(1976, 3, 2)))
    road.to_the_end()
    services.post_notice(road.number, by=road.handler)
    until = Case.everywhere.get(number=road.number).pauses.get().planned_until

    assert "杜*" in shown(client, town.home)
    assert "杜*" not in shown(client, town.other)
    with at(MOMENT + (until - MOMENT.date() + dt.timedelta(days=1))):
        assert "杜*" not in shown(client, town.home)


def test_the_page_is_found_by_name_by_county_and_from_the_residents_home(town, client):
    name = town.home.short_name
    assert client.get(reverse("web:community", args=[name])).url == reverse("web:community", args=[town.home.code])
    assert client.get(reverse("web:communities"), {"q": name[:3]}).status_code in (200, 302)
    listed = client.get(reverse("web:communities"), {"county": town.county.code[:6]}).content.decode()
    assert reverse("web:community", args=[town.home.code]) in listed
    assert "没有这个名字的社区" in client.get(reverse("web:communities"), {"q": "月亮"}).content.decode()
    assert client.get("/communities/999999999999/").status_code == 404
    assert client.get("/communities/nowhere/").status_code == 404
    assert client.get(reverse("web:community", args=[town.street.code])).status_code == 302
    client.force_login(Account.objects.get(pk=factories.resident(factories.person(town)).account_id))
    assert reverse("web:community", args=[town.home.code]) in client.get(reverse("web:communities")).content.decode()
