"""Every page that opens: for each address of the resolver, somebody who may and a row that is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.ground.accounts.models import Account
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.web.demonstration.building import FAMILY
from linli.web.demonstration.staff import KNOWN
from tests.house.doors import Door, bare_refusals, doors
from tests.house.fillings import address_of, fillings, owners_of, state_of

STATES = 6
"""So many states of one page are opened."""
TRIES = 5
"""So many rows of one state are tried."""


@dataclass
class Visitor:
    """Somebody at the door, signed in once; `account` None is anybody from the street."""

    account: Account | None

    @cached_property
    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        if self.account is not None:
            client.force_login(self.account)
            if self.account.kind == "staff":  # the window has read the card of whoever stands before it
                client.post(reverse("casework:window"), {"id_number": _newest_card()})
        return client

    @property
    def session(self) -> str:
        cookie = self.client.cookies.get("sessionid")
        return cookie.value if cookie else ""

    def __str__(self) -> str:
        if self.account is None:
            return "anybody"
        return self.account.username or self.account.name


@dataclass
class Opening:
    """One page that opens: where, for whom, in which state of its row."""

    door: Door
    address: str
    visitor: Visitor
    state: str

    def __str__(self) -> str:
        return f"{self.door} {self.address} ({self.visitor}{', ' if self.state else ''}{self.state})"


@dataclass
class Walk:
    """What came of knocking at every door."""

    openings: list[Opening] = field(default_factory=list)
    others: dict[str, set[str]] = field(default_factory=dict)
    """Doors at which nothing opened as a page, and what they answered."""


class Visitors:
    """The demonstration's named staff and family, the owners of rows, and anybody."""

    def __init__(self) -> None:
        self.anybody = Visitor(None)
        known = {account.username: account for account in Account.objects.filter(username__in=KNOWN)}
        self.staff = [Visitor(known[username]) for username in KNOWN]
        self._owners: dict[Any, list[Visitor]] = {}
        self._by_account: dict[Any, Visitor] = {}
        for account in Account.objects.all():
            visitor = Visitor(account)
            for key in filter(None, (account.pk, account.person_id)):
                self._owners.setdefault(key, []).append(visitor)
        self.family = [v for person in FAMILY for v in self._named(person.name)[:1]]
        newcomers = Account.objects.filter(kind="resident", person_id__isnull=True).order_by("created_at")[:1]
        self.family += [Visitor(account) for account in newcomers]

    def _named(self, name: str) -> list[Visitor]:
        account = Account.objects.filter(kind="resident", name=name).order_by("created_at").first()
        return self._owners[account.pk] if account else []

    def for_door(self, door: Door, ids: Iterable[Any]) -> Iterator[Visitor]:
        """Yield those who may enter, the likeliest first."""
        if not door.is_guarded:
            yield self.anybody
        yield from [visitor for one in ids for visitor in self._owners.get(one, [])]
        allowed = {role for permission in door.declared if door.is_guarded for role in permission.role_set}
        for visitor in self.staff:
            if not door.is_guarded or allowed & KNOWN_ROLES[str(visitor)]:
                yield visitor
        if not door.is_guarded or "resident" in allowed:
            yield from self.family


KNOWN_ROLES = {
    username: {role, "window_clerk"} if role == "community_worker" else {role}
    for username, (_name, role, _code, _department) in KNOWN.items()
}


@cache
def _newest_card() -> str:
    """Return the identity number of the person who was registered last: her row is the first that is tried."""
    person = Person.everywhere.order_by("-pk")[0]
    return str(registry.facts_of(person, in_clear=True)["id_number"].value)


def is_page(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")


def walk() -> Walk:
    """Knock at every door, as whoever may, with every kind of row."""
    with bare_refusals():
        return _walk()


def _walk() -> Walk:
    found = Walk()
    visitors = Visitors()
    for door in doors():
        if door.excused or not door.name or door.is_api:
            continue
        seen: dict[str, Opening] = {}
        answers: set[str] = set()
        tried: Counter[str] = Counter()
        for filling in fillings(door):
            state = state_of(filling)
            tried[state] += 1
            if state in seen or tried[state] > TRIES or len(seen) >= STATES:
                continue
            address = address_of(door, filling)
            for visitor in visitors.for_door(door, owners_of(filling)):
                answer = visitor.client.get(address)
                if is_page(answer):
                    seen[state] = Opening(door, address, visitor, state)
                    break
                answers.add(f"{answer.status_code} {answer.get('Content-Type', '').partition(';')[0]}".strip())
                if answer.status_code in (200, 405):
                    break
            if not seen and any(one.startswith(("200", "405")) for one in answers):
                break
        found.openings += seen.values()
        if not seen:
            found.others[str(door)] = answers
    return found
