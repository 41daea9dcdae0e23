"""Homes and households as a community worker keeps them in the browser (R11, R12, R17)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from linli.ground.accounts.tests.factories import make_holder
from linli.ground.registry import queries
from linli.ground.registry.models import Dwelling, Household, Membership
from linli.ground.registry.tests import factories
from linli.ground.registry.tests.homes import dwelling, keeper, settled

pytestmark = pytest.mark.django_db
DAY = "2026-06-01"


@pytest.fixture
def worker(client: Client) -> Client:
    client.force_login(make_holder("baizhi", "community_worker", factories.division()))
    return client


def test_a_home_is_registered_at_its_address_and_told_where_it_is_known_already(worker: Client) -> None:
    sent = {
        "community": factories.division().code, "site": "竹湖园路 8 号", "building": "2", "unit": "1", "room": "301",
        "use": "living", "tenure": "owned",
    }  # fmt: skip

    made = worker.post(reverse("registry:add_home"), sent, follow=True)
    again = worker.post(reverse("registry:add_home"), sent | {"building": "二幢"})

    assert made.context["home"].dwelling.address.text == "竹湖园路8号2栋1单元301室"
    assert again.status_code == 422
    assert "竹湖园路8号2栋1单元301室" in again.content.decode()
    assert Dwelling.everywhere.count() == 1


def test_whose_household_it_is_nobody_guesses(worker: Client) -> None:
    by = keeper()
    home = dwelling(by)
    settled(by, at=home)
    him = factories.person("梁大成")
    address = f"{reverse('registry:move_in', args=[him.pk])}?home={home.pk}"

    shown = worker.get(address)
    refused = worker.post(address, {"kind": "living", "on": DAY})

    assert shown.context["form"]["household"].value() is None
    assert refused.status_code == 422
    assert "请选择在哪一户，或者另立一户。" in refused.content.decode()
    assert queries.home_of(by, him).living is None


def test_somebody_joins_a_household_and_the_page_of_the_home_shows_both(worker: Client) -> None:
    by = keeper()
    home = dwelling(by)
    settled(by, at=home)
    him = factories.person("梁大成")
    family = Household.everywhere.get()
    address = f"{reverse('registry:move_in', args=[him.pk])}?home={home.pk}"

    shown = worker.post(address, {"kind": "living", "household": family.pk, "relation": "11", "on": DAY}, follow=True)

    assert shown.redirect_chain[-1][0] == reverse("registry:home", args=[home.pk])
    assert [one.person.name for one in shown.context["home"].households[0].members] == ["柳桂枝", "梁大成"]


def test_where_she_is_registered_asks_for_no_household(worker: Client) -> None:
    by = keeper()
    here, there = dwelling(by), dwelling(by, room="302")
    her = settled(by, at=here)
    settled(by, "梁大成", at=there)

    done = worker.post(
        f"{reverse('registry:move_in', args=[her.pk])}?home={there.pk}", {"kind": "registered", "on": DAY}
    )

    assert done.status_code == 302
    assert queries.home_of(by, her).is_apart


def test_a_split_without_a_head_is_refused_beside_what_was_typed(worker: Client) -> None:
    by = keeper()
    home = dwelling(by)
    her = settled(by, at=home)
    family = Household.everywhere.get()
    son = settled(by, "梁小军", at=home, household_id=family.pk, relation="20")
    sent = {f"relation-{her.pk}": "02", f"relation-{son.pk}": "20", f"leaves-{son.pk}": "on", "on": DAY, "version": 1}

    refused = worker.post(reverse("registry:split", args=[family.pk]), sent)
    done = worker.post(reverse("registry:split", args=[family.pk]), sent | {f"relation-{son.pk}": "02"}, follow=True)

    assert refused.status_code == 422
    assert "分出去的里有 0 位户主" in refused.content.decode()
    assert [one.person.name for one, _relation in done.context["members"]] == ["梁小军"]
    assert Membership.objects.filter(superseded_at=None, valid_to=None).count() == 2


def test_a_home_of_next_door_does_not_exist(worker: Client) -> None:
    theirs = dwelling(keeper(place=factories.next_door()), community=factories.next_door())

    assert worker.get(reverse("registry:home", args=[theirs.pk])).status_code == 404
    assert worker.get(reverse("registry:homes"), {"q": "竹湖园"}).context["rows"] == []
