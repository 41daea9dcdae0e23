"""No page runs a number of queries that grows with the rows it shows (acceptance 6)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.access import Actor
from linli.core.calendar import at, now
from linli.ground.accounts.models import Account
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Town
from linli.services.certificates.models import Seal
from tests.house.doors import Door, bare_refusals, doors
from tests.house.fillings import address_of, fillings
from tests.plenty import CODES, Neighbourhood

pytestmark = [pytest.mark.takes_minutes, pytest.mark.any_database]
"""How many queries a page runs is the same on every database."""
FEW, MORE = 2, 4
ROWS = 25
"""So many rows are tried until one opens a page."""

ONCE: dict[str, str] = {}
"""Pages whose number of queries may differ, each with the reason."""


@dataclass(frozen=True)
class Cost:
    queries: int
    size: int
    statements: tuple[str, ...]


@pytest.fixture
def neighbourhood(db: None, tmp_path: Any) -> Neighbourhood:
    town = Town()
    factories.catalogue(*CODES)
    town.seals()
    return Neighbourhood(town)


@dataclass(frozen=True)
class Visit:
    """One page and one who may open it."""

    door: Door
    address: str
    actor: Actor | None
    client: Client

    def __str__(self) -> str:
        return f"{self.door} ({next(iter(self.actor.roles)) if self.actor else 'anybody'})"


def opens(client: Client, address: str) -> bool:
    return client.get(address).status_code == 200


class Meter:
    """Opens pages and counts what they cost."""

    def __init__(self, people: list[Actor]) -> None:
        self.clients: list[tuple[Actor | None, Client]] = [(None, Client())]
        for actor in people:
            client = Client(raise_request_exception=True)
            client.force_login(Account.objects.get(pk=actor.account_id))
            self.clients.append((actor, client))

    def visits(self) -> list[Visit]:
        """Return every page that a plain GET opens: plain ones for all who may, those of one row for the first."""
        found = []
        for door in doors():
            if door.excused or not door.name or (door.is_api and door.method != "GET"):
                continue
            if not door.arguments:
                address = reverse(door.name)
                found += [Visit(door, address, *one) for one in self.for_door(door) if opens(one[1], address)]
            elif visit := self._first(door):
                found.append(visit)
        return found

    def _first(self, door: Door) -> Visit | None:
        for filling in itertools.islice(fillings(door), ROWS):
            address = address_of(door, filling)
            for actor, client in self.for_door(door):
                status = client.get(address).status_code
                if status == 405:
                    return None
                if status == 200:
                    return Visit(door, address, actor, client)
        return None

    def for_door(self, door: Door) -> list[tuple[Actor | None, Client]]:
        if not door.is_guarded:
            return self.clients[:3]  # anybody, a resident, one of the staff: open pages know no roles
        allowed = {role for permission in door.declared or () for role in permission.role_set}  # type: ignore[union-attr]
        return [(actor, client) for actor, client in self.clients if actor and actor.roles & allowed]

    @staticmethod
    def measure(visits: list[Visit], *, warm: bool = False) -> dict[str, Cost]:
        """Count what each page costs; unless it was opened just before, it is opened once to fill the caches."""
        costs = {}
        for visit in visits:
            if not warm and not opens(visit.client, visit.address):
                continue
            with CaptureQueriesContext(connection) as run:
                answer = visit.client.get(visit.address)
            size = 0 if answer.streaming else len(answer.content)
            costs[str(visit)] = Cost(len(run), size, tuple(query["sql"] for query in run.captured_queries))
        return costs


def test_no_page_costs_more_for_more_rows(neighbourhood: Neighbourhood):
    """R37: few rows and three times as many cost the same, on every page and for every role."""
    with at(now()):  # a limiter's minute that ends meanwhile is no row
        neighbourhood.heap(FEW)
        meter = Meter(neighbourhood.everybody)
        with bare_refusals():
            visits = meter.visits()
        few = meter.measure(visits, warm=True)
        neighbourhood.heap(MORE)
        many = meter.measure(visits)

    grown = {
        page: f"{few[page].queries} → {many[page].queries}: {_repeated(few[page], many[page])}"
        for page in few
        if page in many and many[page].queries > few[page].queries and page.split(" ")[0] not in ONCE
    }
    assert sum(many[page].size > few[page].size + 200 for page in few if page in many) >= 30, "nothing was heaped"
    assert grown == {}, "\n" + "\n".join(f"{page}  {how}" for page, how in grown.items())


def _repeated(few: Cost, many: Cost) -> str:
    """Return the statement whose number grew most."""

    def shape(sql: str) -> str:
        return sql.split(" WHERE ")[0][-160:]

    counted: dict[str, int] = {}
    for sql in many.statements:
        counted[shape(sql)] = counted.get(shape(sql), 0) + 1
    for sql in few.statements:
        counted[shape(sql)] = counted.get(shape(sql), 0) - 1
    return max(counted, key=lambda sql: counted[sql])


def test_the_heap_holds_everything(neighbourhood: Neighbourhood):
    """What plenty makes is really there, or the test above would measure empty pages."""
    from django.apps import apps

    neighbourhood.heap(1)

    empty = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("linli.") and not model._base_manager.exists()
    }
    assert empty - NOT_HEAPED.keys() == set()
    assert Seal.objects.count() >= 7


NOT_HEAPED = dict.fromkeys(
    (
        "core_audit.DaySeal", "core_calendar.CalendarYear", "core_http.Tally", "core_tasks.Schedule", "core_tasks.WorkerSeen",
        "accounts.AuthenticatorApp", "accounts.OutsideIdentity", "accounts.Passkey", "accounts.RecoveryCode",
        "accounts.SignIn", "accounts.OneTimeCode", "accounts.Throttle",
        "territory.CommunityMark", "territory.DivisionChange",
        "core_messages.Consent", "core_messages.OutboxEntry", "casework.Pause", "casework.Gap", "casework.Extension",
        "casework.Escalation", "casework.ConsentCode", "casework.CaseMandate",
        "catalogue.ForbiddenProof", "exchange.FeedHead", "web.Demonstration",
    ),
    "a handful at most for a house, a number or a case: no page lists them by the dozen",
)  # fmt: skip
"""Tables that may be without rows here, each with the reason."""
