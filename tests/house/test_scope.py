"""Records of people and cases, asked for by somebody from elsewhere: at every door as if they did not exist (R8, R9).

The doors and the ids in them come from the resolver and the rows. Elsewhere is another community of the same county,
another county, another department's line, and another resident.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from linli.core.access import Actor
from linli.core.api.reading import parameters_of
from linli.core.calendar import at
from linli.core.ids import grouped
from linli.ground.accounts.models import Account
from linli.ground.registry.models import Person
from linli.services.casework.models import (
    Case,
    CaseMaterial,
    Draft,
    FollowUp,
    Objection,
    Opinion,
    Rating,
    StandingAuthority,
    WorkItem,
)  # fmt: skip
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town
from linli.services.certificates.models import Certificate
from tests.house.doors import Door, bare_refusals, doors
from tests.house.fillings import address_of, fillings, holds_rows_of
from tests.plenty import CODES, Neighbourhood
from tests.world import tables

pytestmark = [pytest.mark.takes_minutes, pytest.mark.any_database]
MONDAY = dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC)
ROWS = 6
"""So many rows are tried at each door by each stranger whose role opens it."""

COMMON = ("catalogue:",)
"""Rooms whose rows belong to no place and nobody: the catalogue is one for every county, its number is a version's."""

OURS = (Person, Case, CaseMaterial, Draft, Certificate, Opinion, FollowUp, WorkItem, Objection, StandingAuthority)
"""Tables whose rows belong to people and cases."""

CHANGES_ANYWHERE: dict[str, str] = {
    "casework:answers": "how an item is handled is for everybody in the county, and nobody's data stands in it (R39)",
    "casework:questions": "says how soon the county answers",
    "api:list_answers": "as casework:answers",
}
"""Guarded pages that may show what happens elsewhere, each with the reason."""


@dataclass
class Elsewhere:
    """A neighbourhood with everything in it, and those who have no business there."""

    here: Neighbourhood
    strangers: dict[str, Client]
    roles: dict[str, frozenset[str]]
    before: dict[tuple[str, str], str]

    def traces(self) -> set[str]:
        """Return what would give a record away: names nobody else bears, numbers, tokens, ids."""
        told = {person.name for person in Person.everywhere.all() if person.name in NAMES}
        told |= {str(pk) for pk in Person.everywhere.filter(name__in=NAMES).values_list("pk", flat=True)}
        for number in [
            *Case.everywhere.values_list("number", flat=True), *Certificate.everywhere.values_list("number", flat=True)
        ]:  # fmt: skip
            told |= {number, grouped(number)}
        return told | set(Certificate.everywhere.values_list("token", flat=True))


NAMES = ("司徒半夏", "司徒白术")


@pytest.fixture(scope="module")
def elsewhere(django_db_setup: None, django_db_blocker) -> Iterator[Elsewhere]:
    """A city of its own for all of these tests: they knock and change nothing."""
    limits = {"API_REQUESTS_PER_MINUTE": 10_000_000, "API_REQUESTS_PER_MINUTE_OF_ANYBODY": 10_000_000}
    with django_db_blocker.unblock(), tables(), override_settings(**limits), at(MONDAY):
        yield _elsewhere()


def _elsewhere() -> Elsewhere:
    town = Town()
    factories.catalogue(*CODES)
    town.seals()
    here = Neighbourhood(town, name=NAMES[0], others=NAMES[1])
    far = factories.division("510402002009", "远山社区", "community", "residents_committee", town.street)
    stranger = factories.resident(factories.person(town, name="欧阳紫苏", community=town.west_home))
    people: dict[str, Actor] = {"another resident": stranger}
    for role in ("community_worker", "window_clerk", "community_head", "grid_member"):
        people[f"{role} of another community"] = town.staff(role, far)
        people[f"{role} of another county"] = town.staff(role, town.west_home)
    for role, place in (
        ("street_staff", town.west_street), ("street_leader", town.west_street), ("district_staff", town.west),
        ("supervisor", town.west), ("auditor", town.west),
    ):  # fmt: skip
        people[f"{role} of another county"] = town.staff(role, place)
    people["department_staff of another county"] = town.staff("department_staff", town.west, "civil_affairs")
    people["department_staff of another line"] = town.staff("department_staff", town.county, "housing")
    strangers = {who: _signed_in(actor) for who, actor in people.items()}
    roles = {who: actor.roles for who, actor in people.items()}
    before = {(who, door.name): _shown(strangers[who], door) for who, door in _plain(roles)}
    here.heap_records(2)
    return Elsewhere(here, strangers, roles, before)


def _signed_in(actor: Actor) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def _may_knock(door: Door, roles: frozenset[str]) -> bool:
    """Tell whether the role opens a door at all: the others are refused before any row is looked for."""
    return any(roles & permission.role_set for permission in door.declared or ())  # type: ignore[union-attr]


def _plain(roles: dict[str, frozenset[str]]) -> list[tuple[str, Door]]:
    plain = [door for door in doors() if door.is_guarded and not door.arguments and door.name and is_read(door)]
    return [(who, door) for who, held in roles.items() for door in plain if _may_knock(door, held)]


def is_read(door: Door) -> bool:
    """Tell whether a door is a page, or an operation that only reads."""
    return not door.is_api or door.method == "GET"


def _shown(client: Client, door: Door) -> str:
    """Return what a page shows, without what changes at every request."""
    answer = client.get(reverse(door.name))
    if answer.status_code != 200 or answer.streaming:
        return str(answer.status_code)
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode(errors="replace"))  # tokens against forged forms
    text = re.sub(r'"next":"[^"]*"', "", text)  # a signed cursor bears the second in which it was made
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "", text)


def test_what_happens_elsewhere_changes_nothing_on_my_pages(elsewhere: Elsewhere):
    """Lists, counts, figures and panels: the same before and after."""
    with at(MONDAY):
        changed = [
            f"{door}: {who}"
            for who, door in _plain(elsewhere.roles)
            if door.name not in CHANGES_ANYWHERE
            and _shown(elsewhere.strangers[who], door) != elsewhere.before[(who, door.name)]
        ]

    assert changed == []


def test_searching_finds_nothing_of_elsewhere(elsewhere: Elsewhere):
    """By number, by name and by identity number; what was typed is shown again, and nothing else."""
    case = Case.everywhere.filter(applicant=elsewhere.here.her).order_by("submitted_at").first()
    assert case is not None
    certificate = Certificate.everywhere.order_by("issued_at").first()
    assert certificate is not None
    traces = elsewhere.traces()
    found = []
    with at(MONDAY):
        for word in (case.number, NAMES[0], certificate.number, str(elsewhere.here.her.pk)):
            for who, door in _plain(elsewhere.roles):
                known = parameters_of(door.operation) if door.is_api else {"q", "words", "name", "number"}
                asked = {name: word for name in ("q", "words", "name", "number") if name in known}
                answer = elsewhere.strangers[who].get(reverse(door.name), asked)
                if answer.status_code == 200 and not answer.streaming:
                    told = _told(answer, traces - {word, grouped(word)})
                    found += [f"{door} {who}: {told}"] if told else []

    assert found == []


def _told(answer: Any, traces: set[str]) -> list[str]:
    text = answer.content.decode(errors="replace")
    return [trace for trace in traces if trace in text][:2]


def test_a_record_of_elsewhere_does_not_exist_at_any_door(elsewhere: Elsewhere):
    """Detail, file, paper, PDF: 403, 404 or 405, or a page without a trace of it. Posting changes nothing."""
    traces = elsewhere.traces()
    state = _state()
    wrong = []
    with at(MONDAY), bare_refusals():
        for door in doors():
            if not (door.is_guarded and door.arguments and holds_rows_of(door, OURS)) or door.name.startswith(COMMON):
                continue
            for filling in itertools.islice(fillings(door), ROWS):
                address = address_of(door, filling)
                asked = {str(value) for value in filling.values()}
                for who, client in elsewhere.strangers.items():
                    if not _may_knock(door, elsewhere.roles[who]):
                        continue
                    knocks = (
                        [door.knock(client, address, door.example())]
                        if door.is_api
                        else [client.get(address), client.post(address, {"version": "1", "said": "文字"})]
                    )
                    for answer in knocks:
                        if answer.status_code in (403, 404, 405):
                            continue
                        if answer.status_code == 302 and answer["Location"].startswith(("/sign-in/", "/my/identity/")):
                            continue
                        told = _told(answer, traces - asked) if not answer.streaming else ["a file"]
                        if told or answer.status_code not in (200, 422) or "pdf" in answer.get("Content-Type", ""):
                            wrong.append(f"{door} {address} {who}: {answer.status_code} {told}")

    assert wrong == []
    assert _state() == state


def _state() -> list[Any]:
    """Return what strangers could have changed."""
    return [
        sorted(Case.everywhere.values_list("number", "status", "version")),
        sorted(Certificate.everywhere.values_list("number", "status", "version")),
        sorted(Person.everywhere.values_list("pk", "version")),
        sorted(Draft.objects.values_list("pk", "version")),
        Rating.everywhere.count(),
        sorted(Opinion.everywhere.values_list("pk", "answered_at", "verdict"), key=str),
        sorted(WorkItem.everywhere.values_list("pk", "outcome")),
        sorted(Objection.objects.values_list("pk", "answer")),
        sorted(StandingAuthority.objects.values_list("pk", "revoked_by")),
    ]


def test_those_who_belong_here_do_open_them(elsewhere: Elsewhere):
    """The other half: the same doors open for the neighbourhood's own people, or the tests above would prove nothing."""
    mine = [_signed_in(actor) for actor in elsewhere.here.everybody]
    for holder in Account.objects.filter(person_id__in=Certificate.everywhere.values("holder_id"))[:1]:
        mine.append(Client())
        mine[-1].force_login(holder)
    opened = set()
    with at(MONDAY), bare_refusals():
        for door in doors():
            if not (door.is_guarded and door.arguments and holds_rows_of(door, OURS)) or door.name.startswith(COMMON):
                continue
            if not is_read(door):
                continue
            for filling in itertools.islice(fillings(door), 10 * ROWS):
                address = address_of(door, filling)
                answers = {client.get(address).status_code for client in mine}
                if 200 in answers:
                    opened.add(door.name)
                if answers & {200, 405}:
                    break

    assert {
        "casework:handle", "casework:my_case", "casework:file", "casework:paper", "casework:draft_form",
        "casework:opinion", "casework:follow_up", "casework:close_work_item", "registry:person", "registry:looks",
        "certificates:own", "certificates:own_file", "certificates:one", "certificates:file",
        "api:get_case", "api:get_case_file", "api:get_case_paper", "api:get_draft", "api:get_draft_file",
        "api:get_person", "api:list_looks", "api:list_tags", "api:get_certificate", "api:get_certificate_pdf",
    } <= opened  # fmt: skip
