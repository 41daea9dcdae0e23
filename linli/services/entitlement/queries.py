"""Reading who was found, and why: always from somebody's reach."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from linli.core import audit
from linli.core.access import Actor, Permission
from linli.core.conditions import Answer, closure, parse
from linli.core.files import services as files
from linli.core.ids import as_uuid
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import words
from linli.services.catalogue.content import Item
from linli.services.entitlement import freezing
from linli.services.entitlement import permissions as may
from linli.services.entitlement.models import Found, Run, State
from linli.services.entitlement.rules import FACTS

PAGE = 50


class FactsAlteredError(Exception):
    """The frozen facts are not those that the run has read: their checksum differs."""


@dataclass(frozen=True)
class Why:
    """Whether a run put a person on an item's list: what her facts answered, and the version of the rule that asked."""

    run: Run
    answer: Answer
    item_version: str
    is_listed: bool


def found_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Found]:
    """Rows within the actor's reach: the one way to them."""
    return Found.objects.within(actor.reach(permission)).select_related("person", "community", "last_run")


def open_for(actor: Actor, *, item_code: str = "", after: str = "") -> tuple[list[Found], str]:
    """Return a page of those who wait to be visited, by item, and the mark of the next page ("" at the end)."""
    rows = found_for(actor).filter(state=State.OPEN)
    if item_code:
        rows = rows.filter(item_code=item_code)
    code, _tilde, last = after.partition("~")
    if _tilde and (mark := as_uuid(last)):
        rows = rows.filter(item_code=code, pk__gt=mark) | rows.filter(item_code__gt=code)
    page = list(rows.order_by("item_code", "id")[: PAGE + 1])
    more = f"{page[PAGE - 1].item_code}~{page[PAGE - 1].pk}" if len(page) > PAGE else ""
    return page[:PAGE], more


def counts_for(actor: Actor) -> list[tuple[str, str, int]]:
    """Return code, name and number of those who wait, for each item that has any."""
    codes = found_for(actor).filter(state=State.OPEN).order_by().values_list("item_code", flat=True)
    counted, names = Counter(codes), names_of()
    return [(code, names.get(code, code), counted[code]) for code in sorted(counted)]


def names_of() -> dict[str, str]:
    """Return the names of the items in force by code."""
    return {item.code: words.say(item.name) for item in items()}


def items() -> list[Item]:
    return [catalogue.item(version) for version in catalogue.published()]


def runs_for(actor: Actor) -> QuerySet[Run]:
    """The runs, the newest first, for whoever may start one."""
    rows = Run.objects.select_related("facts") if actor.may(may.RUN) else Run.objects.none()
    return rows.order_by("-started_at", "-id")


@transaction.atomic
def why(row: Found, *, by: Actor) -> Why | None:
    """Say why a person is on the list, from the facts that were frozen. The look is recorded. Raises FactsAlteredError."""
    audit.record_look(by, row.person_id, what="eligibility", purpose="visit", county_code=row.county_code)
    return explain(row.last_run, row.person_id, row.item_code)


def explain(run: Run, person_id: UUID, item_code: str) -> Why | None:
    """Say what a run found of a person for an item, then and with the rule of then; None where it did not ask.

    For whoever may see the person. Raises FactsAlteredError where the kept facts are not those that were read.
    """
    if item_code not in run.rules:
        return None
    content = files.open_file(run.facts)
    if hashlib.sha256(content).hexdigest() != run.facts_sha256:
        raise FactsAlteredError(run.pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        path.write_bytes(content)
        facts = freezing.read(path, person_id)
    if facts is None:
        return None
    told = run.rules[item_code]
    answer = closure(parse(told["rule"], FACTS), on=run.day)(facts)
    listed = closure(parse(told["listed"], FACTS), on=run.day)(facts)
    return Why(run, answer, told["version"], listed.holds is True)
