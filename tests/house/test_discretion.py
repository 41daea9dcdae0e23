"""What a sensitive case says, and whom it concerns, stands at no door but those of who handles it (R41b).

Asked at every door of the rooms that know of cases: by a supervisor, an auditor, the window of elsewhere that took the
case in, the street whose step it is not yet, another line. The other half: who handles it, and she herself, read it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access import Actor
from linli.core.calendar import at
from linli.core.crypto import unseal
from linli.core.messages.models import Message
from linli.core.tasks.testing import run_all
from linli.ground.accounts.models import Account
from linli.services.casework import queries, services
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town
from linli.services.catalogue.services import ITEMS
from linli.services.certificates import services as certificates
from linli.services.certificates.models import Certificate
from tests.house.doors import Door, doors
from tests.house.fillings import address_of, fillings

pytestmark = pytest.mark.any_database
MONDAY = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
NAME = "司徒半夏"
STORY = "那天夜里他又动了手"
REASON = "伤情鉴定写得很清楚"
QUESTION = "请民政看看能不能住庇护所"
TOLD = (NAME, STORY, REASON, QUESTION)
ROOMS = ("casework:", "certificates:", "web:")


@dataclass
class Told:
    town: Town
    case: Case
    her: Actor
    took_in: Actor


def client_of(actor: Actor) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


@pytest.fixture
def told(db: None) -> Told:
    """Legal aid, taken in at another community's window, with an opinion asked for, at the street's step."""
    with at(MONDAY):
        town = Town()
        factories.catalogue("legal_aid", "senior_meal")
        town.seals()
        keeper = Account.objects.get(pk=town.staff("community_head", town.home, name="山楂").account_id)
        certificates.make_seal(town.county, "justice", "东区司法局", keeper, factories.SETUP)
        who = factories.person(town, name=NAME, born=dt.date(1980, 5, 6))
        clerk = town.staff("window_clerk", town.other)
        draft = factories.drafted(clerk, "legal_aid", who, channel="window")
        draft.refresh_from_db()
        answers = queries.form_data(draft) | {"story": STORY, "matter": "marriage", "exempt": "violence"}
        services.save_draft(draft.pk, by=clerk, form_data=answers)
        case = services.submit(clerk, draft.pk, key="1")
        services.accept(case.number, by=town.staff("community_worker", town.home), said=REASON)
        services.ask_opinion(
            case.number, by=town.staff("street_staff", town.street), department="civil_affairs", question=QUESTION
        )
        return Told(town, case, factories.resident(who), clerk)


def decide(told: Told) -> None:
    services.forward(told.case.number, by=told.town.staff("street_staff", told.town.street), said=REASON)
    services.decide(
        told.case.number, by=told.town.staff("department_staff", told.town.county, "justice"), granted=True, said=REASON
    )
    run_all()


def strangers(town: Town) -> dict[str, Actor]:
    return {
        "supervisor": town.staff("supervisor", town.county, name="青黛"),
        "auditor": town.staff("auditor", town.city, name="石斛"),
        "window of elsewhere": town.staff("window_clerk", town.other),
        "worker of elsewhere": town.staff("community_worker", town.other),
        "community after acceptance": town.staff("community_worker", town.home),
        "another line": town.staff("department_staff", town.county, "human_resources"),
    }


def opens(door: Door, actor: Actor) -> bool:
    return any(actor.roles & permission.role_set for permission in door.declared or ())  # type: ignore[union-attr]


def addresses(door: Door) -> list[str]:
    if not door.arguments:
        return [reverse(door.name)]
    return [address_of(door, filling) for filling in itertools.islice(fillings(door), 12)]


def words_at_every_door(actor: Actor) -> list[str]:
    """Return where the actor reads something that is not for her, and every file that she is given."""
    client = client_of(actor)
    found = []
    for door in doors():
        if not (door.name.startswith(ROOMS) and door.is_guarded and opens(door, actor)):
            continue
        for address in addresses(door):
            answer = client.get(address)
            if answer.status_code != 200:
                continue
            if answer.streaming or "html" not in answer.get("Content-Type", ""):
                found.append(f"{address}: a file")
                continue
            text = answer.content.decode(errors="replace")
            found += [f"{address}: {word}" for word in TOLD if word in text]
    return found


@pytest.mark.parametrize("decided", [False, True])
def test_nobody_else_reads_it_at_any_door(told: Told, decided: bool):
    with at(MONDAY):
        if decided:
            decide(told)
            assert Certificate.everywhere.filter(item_code="legal_aid").exists()
        found = {who: words_at_every_door(actor) for who, actor in strangers(told.town).items()}

    assert {who: doors for who, doors in found.items() if doors} == {}


def test_nobody_else_finds_it_by_her_name_or_number(told: Told):
    """The case's own number finds it: that it exists and until when, is no secret to who oversees it."""
    with at(MONDAY):
        for who, actor in strangers(told.town).items():
            client = client_of(actor)
            for url in ("casework:search", "web:find"):
                found = client.get(reverse(url), {"q": NAME}).content.decode()
                assert told.case.shown_number not in found, (who, url)
        seen = client_of(strangers(told.town)["supervisor"]).get(reverse("casework:search"), {"q": told.case.number})
        page = client_of(strangers(told.town)["supervisor"]).get(told.case.get_absolute_url()).content.decode()

    assert told.case.shown_number in seen.content.decode()
    assert "这类事的内容不公开" in page
    assert "法律援助" in page
    assert "受理，开始计时" in page


@pytest.mark.parametrize("granted", [True, False])
def test_others_read_that_it_was_decided_and_not_how(told: Told, granted: bool):
    with at(MONDAY):
        services.forward(told.case.number, by=told.town.staff("street_staff", told.town.street))
        by = told.town.staff("department_staff", told.town.county, "justice")
        services.decide(told.case.number, by=by, granted=granted, said=REASON)
        client = client_of(strangers(told.town)["supervisor"])
        pages = [client.get(told.case.get_absolute_url()), client.get(reverse("casework:all"))]
        texts = [page.content.decode() for page in pages]
        texts.append(client.get(reverse("web:find"), {"q": told.case.number}).content.decode())

    assert all("作出" in text and "决定" in text for text in texts)
    assert "批准了" not in texts[0]
    assert "没有批准" not in texts[0]
    assert all("已批准</td>" not in text and "不予批准</td>" not in text for text in texts)


def test_those_who_handle_it_read_it_and_find_it_by_name(told: Told):
    with at(MONDAY):
        street = told.town.staff("street_staff", told.town.street)
        justice = told.town.staff("department_staff", told.town.county, "justice")
        assert (
            client_of(justice).get(told.case.get_absolute_url()).content.decode().count(STORY) == 0
        )  # not its step yet
        page = client_of(street).get(told.case.get_absolute_url()).content.decode()
        assert all(word in page for word in TOLD)
        found = client_of(street).get(reverse("casework:search"), {"q": NAME}).content.decode()
        assert told.case.shown_number in found
        decide(told)
        page = client_of(justice).get(told.case.get_absolute_url()).content.decode()
        assert STORY in page
        certificate = Certificate.everywhere.get(item_code="legal_aid")
        shown = client_of(justice).get(reverse("certificates:one", args=[certificate.number]))
        own = client_of(told.her).get(reverse("casework:my_case", args=[told.case.number]))

    assert shown.status_code == 200
    assert own.status_code == 200
    assert REASON in own.content.decode()


def test_the_window_that_took_it_in_hands_over_one_receipt_and_no_other_paper(told: Told):
    with at(MONDAY):
        client = client_of(told.took_in)
        colleague = client_of(told.town.staff("community_head", told.town.other, name="杜衡"))
        Case.everywhere.filter(pk=told.case.pk).update(visit_id=told.case.pk)
        receipt = reverse("casework:visit_receipt", args=[told.case.pk])

        assert client.get(receipt)["Content-Type"] == "application/pdf"
        assert colleague.get(receipt).status_code == 404
        for kind in ("receipt", "acceptance"):
            assert client.get(reverse("casework:paper", args=[told.case.number, kind])).status_code == 404


def test_until_it_is_accepted_the_community_responsible_reads_it_and_batches_tell_nothing(told: Told):
    with at(MONDAY):
        who = factories.person(told.town, name="司徒白术", born=dt.date(1980, 5, 6))
        case = factories.submitted(told.town, who, "legal_aid")
        worker = told.town.staff("community_worker", told.town.home)
        assert "司徒白术" in client_of(worker).get(case.get_absolute_url()).content.decode()
        batch = client_of(worker).post(reverse("casework:batch"), {"action": "accept", "number": [case.number]})
        assert batch.status_code == 200
        assert "司徒白术" not in batch.content.decode()
        assert "司徒白术" not in client_of(worker).get(case.get_absolute_url()).content.decode()


def test_a_text_message_names_neither_the_matter_nor_the_reason(told: Told):
    with at(MONDAY):
        decide(told)
        rows = Message.everywhere.filter(about_id=str(told.case.pk), person_id=told.her.person_id)
        texts = [unseal(row.text, where="core_messages.message.text", row=row.pk) for row in rows]

    assert len(texts) >= 4
    assert not [text for text in texts if "法律援助" in text or REASON in text]
    assert [text for text in texts if told.case.shown_number in text]


def test_family_planning_legal_aid_and_corrections_are_sensitive_and_open_to_all_who_live_here():
    """R41b: the five exist, may be applied for without local registration, and are read by the handling desks only."""
    from linli.services.catalogue import reading

    items = {item.code: item for _file, item in reading.read_folder(ITEMS).items}
    five = [
        "reproductive_health_consultation",
        "healthy_birth_guidance",
        "fp_family_help",
        "fp_rights",
        "migrant_fp_service",
    ]

    for code in [*five, "legal_aid", "legal_consultation", "community_corrections_help", "released_prisoner_help"]:
        assert items[code].sensitive, code
        assert items[code].elsewhere is None, code
        assert not [c for c in items[code].applicants.conditions if c.fact == "registered_here"], code
