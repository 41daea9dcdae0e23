"""Acting for another by the interface: authorities, mandates, consents, joined accounts, proposals, rating (R33, R37, R37b)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client

from linli.core.calendar import today
from linli.ground.accounts.models import Account, AccountJoin
from linli.ground.exchange.tests.factories import Program
from linli.ground.registry import queries as registry
from linli.services.casework.models import DeclinedProposal, Draft, Mandate, StandingAuthority
from linli.services.casework.tests import factories

ITEM = "old_age_allowance"


@pytest.fixture
def program(town) -> Program:
    factories.catalogue(ITEM, "senior_card")
    return Program(town.other)


def number_of(person) -> str:
    return str(registry.facts_of(person, in_clear=True)["id_number"].value)


def two(mother, daughter, **more: str) -> dict[str, str]:
    return {
        "agent_id_number": number_of(daughter), "applicant_id_number": number_of(mother), "relation": "child",
        "ground": "relation", "is_paper_seen": "true", **more,
    }  # fmt: skip


def sent(program: Program, path: str, told: dict[str, str], key: str = "once"):
    return program.browser.post(f"/api/v1{path}", told, headers=program.headers(**{"Idempotency-Key": key}))


def browser(actor) -> Client:
    found = Client()
    found.force_login(Account.objects.get(pk=actor.account_id))
    return found


def test_an_authority_is_recorded_once_seen_by_both_and_ended_by_one_of_them(program, mother, daughter):
    told = two(mother, daughter, until=str(today() + dt.timedelta(days=365)))

    made = sent(program, "/authorities", told)
    again = sent(program, "/authorities", told)

    assert made.status_code == 201, made.content
    assert made.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert StandingAuthority.objects.count() == 1
    for who in (mother, daughter):
        [row] = browser(factories.resident(who)).get("/api/v1/authorities").json()["items"]
        assert (row["applicant_name"], row["agent_name"], row["relation"]) == (mother.name, daughter.name, "child")
    path = f"/authorities/{made.json()['id']}/revocation"
    assert program.post(path, {}).status_code == 404, "nobody's card was read"
    assert program.post(path, {"shown_by": {"id_number": number_of(daughter)}}).status_code == 204
    assert StandingAuthority.objects.get().revoked_by == "office"
    assert program.post(path, {"shown_by": {"id_number": number_of(daughter)}}).status_code == 404


def test_an_authority_without_a_paper_or_for_too_long_is_refused_and_nothing_is_kept(program, mother, daughter):
    until = str(today() + dt.timedelta(days=30))
    for wrong, code in (
        ({"is_paper_seen": "false", "until": until}, "casework.authority_missing"),
        ({"until": str(today() + dt.timedelta(days=4000))}, "casework.authority_too_long"),
        ({"until": until, "applicant_id_number": number_of(daughter)}, "casework.acts_for_herself"),
    ):
        answer = sent(program, "/authorities", two(mother, daughter, **wrong), key=code)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not StandingAuthority.objects.exists()


def test_a_draft_rests_on_the_mandate_of_the_visit(program, mother, daughter):
    mandate = sent(program, "/mandates", two(mother, daughter)).json()

    draft = program.post(
        "/drafts",
        {"item_code": ITEM, "applicant": {"id_number": number_of(mother)}, "mandate_id": mandate["id"]},
    )  # fmt: skip

    assert draft.status_code == 201, draft.content
    row = Draft.objects.get(pk=draft.json()["id"])
    assert (row.agent_id, row.agent_relation, str(row.visit_id)) == (daughter.pk, "child", mandate["visit_id"])


def test_a_visit_may_rest_on_what_stands_between_the_two(program, mother, daughter):
    pair = {"agent": {"id_number": number_of(daughter)}, "applicant": {"id_number": number_of(mother)}}
    assert program.post("/mandates/by-authority", pair).json()["code"] == "casework.mandate_not_fitting"
    sent(program, "/authorities", two(mother, daughter, until=str(today() + dt.timedelta(days=30))))

    made = program.post("/mandates/by-authority", pair)

    assert made.status_code == 201, made.content
    assert Mandate.objects.get(pk=made.json()["id"]).agent_id == daughter.pk


def test_consent_is_written_down_only_when_she_was_told(program, mother):
    told = {"applicant_id_number": number_of(mother), "item_code": ITEM, "ground": "spoken"}

    refused = sent(program, "/consents", told, key="a")
    kept = sent(program, "/consents", {**told, "was_told": "true"}, key="b")

    assert (refused.status_code, refused.json()["code"]) == (422, "casework.consent_not_asked")
    assert kept.status_code == 201, kept.content
    assert (kept.json()["ground"], kept.json()["item_code"]) == ("spoken", ITEM)
    assert Mandate.objects.count() == 1


def test_accounts_are_joined_by_the_card_and_only_those_of_whose_card_was_read(clerk, mother, daughter):
    """A clerk's own browser: joining accounts is nothing that a program is given."""
    kept, hers = (factories.resident(who).account_id for who in (mother, daughter))
    window = browser(clerk)
    window.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    shown = {"id_number": number_of(mother)}

    def post(path: str, told: dict):
        return window.post(f"/api/v1{path}", told, content_type="application/json", headers={"X-CSRFToken": "a" * 32})

    found = post("/resident-accounts/search", shown)
    stranger = post("/resident-accounts/joins", {**shown, "keep": str(kept), "other": str(hers)})

    assert found.status_code == 200, found.content
    assert [row["id"] for row in found.json()["items"]] == [str(kept)]
    assert (stranger.status_code, stranger.json()["code"]) == (409, "accounts.not_joinable")
    assert not AccountJoin.objects.exists()


def test_what_is_proposed_is_listed_with_its_rule_and_declined_for_good(program, mother):
    her = browser(factories.resident(mother))

    found = her.get("/api/v1/me/proposals").json()["items"]
    assert "senior_card" in [one["code"] for one in found]
    assert all(one["because"] for one in found)
    her.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    gone = her.post("/api/v1/me/proposals/senior_card/decline", headers={"X-CSRFToken": "a" * 32})

    assert gone.status_code == 204, gone.content
    assert DeclinedProposal.everywhere.get().item_code == "senior_card"
    assert "senior_card" not in [one["code"] for one in her.get("/api/v1/me/proposals").json()["items"]]


def test_a_link_to_rate_speaks_for_itself_and_a_forged_one_for_nobody(program, client):
    assert client.get("/api/v1/ratings/forged").status_code == 404
    answer = client.post("/api/v1/ratings/forged", {"score": 5}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (404, "casework.rating_link_forged")
