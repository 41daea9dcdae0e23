"""A program that reaches people or cases: two people say so before its secret opens anything (R22, R150)."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.utils.http import urlencode

from linli.core.audit.models import Entry
from linli.core.countersign import queries as waiting
from linli.core.countersign import services as two
from linli.ground.exchange import rules, services
from linli.services.casework.tests.factories import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


def token(new: services.NewSecret) -> int:
    told = {"grant_type": "client_credentials", "client_id": str(new.client.pk), "client_secret": new.secret}
    kind = "application/x-www-form-urlencoded"
    return Browser().post("/api/oauth/token", urlencode(told), content_type=kind).status_code


def register(town: Town, by, *scopes: str) -> services.NewSecret:
    return services.register_client(
        by=by, name="医保结算", answerable="医保局 苏叶", division_id=town.county.pk, scopes=scopes
    )


def test_its_secret_opens_nothing_before_another_has_confirmed(town: Town):
    asker, other = town.staff("administrator", town.county), town.staff("administrator", town.city)
    new = register(town, asker, "casework.view", "catalogue.view")

    assert (new.client.scopes, token(new)) == ([], 401)
    assert not waiting.waiting_for(asker)
    (row,) = waiting.waiting_for(other)
    (sentence,) = waiting.sentences([row]).values()
    assert "医保结算" in sentence
    assert "查看办件" in sentence
    with pytest.raises(two.rules.NotTheSamePerson):
        two.confirm(row.pk, by=asker)
    two.confirm(row.pk, by=other)

    assert token(new) == 200
    granted = Entry.objects.get(action="exchange.scopes_granted")
    assert (granted.actor_id, granted.facts["confirmed_by"]) == (asker.account_id, str(other.account_id))


def test_the_security_administrator_may_be_the_second_and_no_stays_no(town: Town):
    new = register(town, town.staff("administrator", town.county), "registry.view")
    security = town.staff("security_administrator", town.county)
    (row,) = waiting.waiting_for(security)
    two.refuse(row.pk, by=security, reason="没有协议")

    new.client.refresh_from_db()
    assert (new.client.scopes, new.client.asked_scopes, token(new)) == ([], [], 401)


def test_what_meets_nobody_takes_one_and_more_waits_while_the_rest_goes_on(town: Town):
    asker, other = town.staff("administrator", town.county), town.staff("administrator", town.city)
    new = register(town, asker, "catalogue.view")
    assert token(new) == 200

    services.change_scopes(new.client.pk, by=asker, scopes=["territory.view", "casework.view"])
    new.client.refresh_from_db()
    assert (new.client.scopes, token(new)) == (["territory.view"], 200)
    (first,) = waiting.waiting_for(other)
    services.change_scopes(new.client.pk, by=asker, scopes=["territory.view", "casework.decide"])
    with pytest.raises(rules.AskedAnew):
        two.confirm(first.pk, by=other)
    two.confirm(waiting.waiting_for(other)[1].pk, by=other)

    new.client.refresh_from_db()
    assert new.client.scopes == ["casework.decide", "territory.view"]


def test_the_house_itself_asks_nobody_and_neither_does_a_place_without_a_second(town: Town, settings):
    settings.FOUR_EYES = []
    assert token(register(town, town.staff("administrator", town.county), "casework.view")) == 200
