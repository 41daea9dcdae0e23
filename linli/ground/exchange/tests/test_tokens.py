"""Who comes with a token: what it may do, and when it counts no more (R8)."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils.http import urlencode

from linli.core.audit.models import Entry
from linli.core.calendar import at, now
from linli.ground.exchange import rules, services
from linli.ground.exchange.models import ClientSecret
from linli.ground.exchange.tests.factories import SETUP, Program
from linli.ground.territory.models import Division

FORM = "application/x-www-form-urlencoded"


def asked(headers: dict[str, str] | None = None, **told: str):
    return Browser().post("/api/oauth/token", urlencode(told), content_type=FORM, headers=headers or {})


def test_a_token_acts_as_the_program_at_its_place(town):
    program = Program(town.home, ["registry.view"], name="一体机")

    me = program.get("/me").json()

    assert (me["kind"], me["name"], me["post"]["division_code"]) == ("client", "一体机", town.home.code)
    assert me["scopes"] == ["registry.view"]


def test_a_secret_is_kept_only_as_its_digest(town):
    new = Program(town.home, ["registry.view"]).new

    kept = ClientSecret.objects.get(client=new.client)

    assert kept.digest == rules.digest(new.secret)
    assert new.secret not in str(kept.__dict__)
    assert str(Entry.objects.filter(action="exchange.client_registered").get().facts).find(new.secret) == -1


def test_a_wrong_secret_is_told_as_rfc_6749_says(town):
    program = Program(town.home, ["registry.view"])

    answer = asked(grant_type="client_credentials", client_id=str(program.client.pk), client_secret="linli_wrong")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
        ({"grant_type": "client_credentials", "scope": "casework.decide"}, "invalid_scope"),
    ],
)
def test_what_else_is_wrong_with_a_request_for_a_token(town, more, error):
    program = Program(town.home, ["registry.view"])
    plain = f"{program.client.pk}:{program.new.secret}"
    header = {"Authorization": "Basic " + base64.b64encode(plain.encode()).decode()}

    answer = asked(header, **more)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_token_may_be_narrower_than_the_program(town):
    program = Program(town.home, ["registry.view", "casework.view"])
    program.token = program.get_token(scope="casework.view")["access_token"]

    assert program.get("/cases").status_code == 200
    refused = program.get("/persons")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert 'scope="registry.view"' in refused["WWW-Authenticate"]


def test_a_scope_that_is_taken_away_is_gone_from_tokens_that_are_out(town):
    program = Program(town.home, ["registry.view", "casework.view"])

    services.change_scopes(program.client.pk, by=SETUP, scopes=["casework.view"])

    assert program.get("/persons").status_code == 403


def test_both_secrets_count_while_one_is_changed_and_then_the_new_one_alone(town):
    program = Program(town.home, ["registry.view"])
    new = services.new_secret(program.client.pk, by=SETUP)
    told = {"grant_type": "client_credentials", "client_id": str(program.client.pk)}

    assert asked(**told, client_secret=program.new.secret).status_code == 200
    with at(now() + rules.OVERLAP + dt.timedelta(seconds=1)):
        assert asked(**told, client_secret=program.new.secret).status_code == 401
        assert asked(**told, client_secret=new.secret).status_code == 200


def test_a_revoked_secret_ends_its_tokens_at_once(town):
    program = Program(town.home, ["registry.view"])
    secret = ClientSecret.objects.get(client=program.client)

    services.revoke_secret(program.client.pk, secret.pk, by=SETUP)

    answer = program.get("/persons")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_program_that_was_shut_out_gets_nothing(town):
    program = Program(town.home, ["registry.view"])

    services.revoke_client(program.client.pk, by=SETUP)

    assert program.get("/persons").status_code == 401
    assert "access_token" not in program.get_token()


def test_wrong_secrets_are_counted_by_address(town):
    told = {"grant_type": "client_credentials", "client_id": str(town.home.pk), "client_secret": "x"}
    answers = [asked(**told).status_code for _try in range(21)]

    assert answers == [401] * 20 + [429]


def test_power_over_people_s_accounts_is_not_given_to_programs(town):
    for scope in ("accounts.give_role", "exchange.manage_clients", "certificates.manage_seals", "casework.apply"):
        with pytest.raises(rules.ScopeNotGood):
            services.register_client(
                by=SETUP, name="程序", answerable="某人", division_id=town.home.pk, scopes=[scope]
            )  # fmt: skip


def test_an_administrator_registers_programs_only_in_her_own_reach(town):
    admin = town.staff("administrator", town.west)

    with pytest.raises(Division.DoesNotExist):
        services.register_client(
            by=admin, name="程序", answerable="某人", division_id=town.home.pk, scopes=["casework.view"]
        )


def test_where_tokens_are_given_is_told(db):
    told = Browser().get("/.well-known/oauth-authorization-server").json()

    assert told["token_endpoint"].endswith("/api/oauth/token")
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "casework.accept" in told["scopes_supported"]
