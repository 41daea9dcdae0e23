"""What people already have of what the city grants, and what they have asked for: for one person and for everybody."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import today
from linli.core.conditions import Answer
from linli.ground.registry import queries as registry
from linli.ground.registry import vocabulary
from linli.ground.registry.models import Person
from linli.services.casework import figures
from linli.services.casework.models import OPEN, Case, DeclinedProposal, Status
from linli.services.casework.proposals import NOT_AGAIN_DAYS
from linli.services.catalogue import conditions
from linli.services.catalogue.content import Item
from linli.services.certificates import queries as certificates

Codes = dict[UUID, set[str]]
GRANTED = (Status.GRANTED, Status.DELIVERED)


@dataclass(frozen=True)
class Known:
    """Codes of items by the person's row: those that she has, and those that she has asked for or does not want."""

    benefits: Codes = field(default_factory=lambda: defaultdict(set))
    asked: Codes = field(default_factory=lambda: defaultdict(set))


def of_everybody(*, on: dt.date) -> Known:
    """Return what everybody has and has asked for on a day, of every county. Four queries; for batches."""
    known = Known()
    for holder, code in certificates.held_by_everybody(on):
        known.benefits[holder].add(code)
    cases = Case.everywhere.order_by()
    for applicant, code in cases.filter(_granted()).values_list("applicant_id", "item_code").iterator():
        known.benefits[applicant].add(code)
    for applicant, code in cases.filter(_asked(on)).values_list("applicant_id", "item_code").iterator():
        known.asked[applicant].add(code)
    for person, code in DeclinedProposal.everywhere.order_by().values_list("person_id", "item_code").iterator():
        known.asked[person].add(code)
    return known


def benefits_of(person: Person, *, on: dt.date) -> set[str]:
    """Return the codes of the items that a person has on a day. The caller has reached the person."""
    rows, counties = registry.rows_of(person), registry.counties_of(person)
    held = {
        code
        for row in rows
        for code in certificates.held_by(row, on=on, counties=counties).values_list("item_code", flat=True)
    }
    granted = Case.everywhere.filter(_granted(), applicant_id__in=rows)
    if counties:
        granted = granted.filter(county_code__in=counties)
    return held.union(granted.order_by().values_list("item_code", flat=True))


def eligibility(actor: Actor, person: Person, item: Item) -> Answer | None:
    """Hold an item's conditions against what is known of a person whom the caller has reached; None where none can be.

    It tells whoever decides, and decides nothing (R31). The look at her circumstances is recorded.
    """
    rule = conditions.rule_of_item(item)
    if rule is None:
        return None
    audit.record_look(actor, person.pk, what="eligibility", purpose="application", county_code=person.county_code)
    facts = vocabulary.facts_of(person, on=today(), benefits=benefits_of(person, on=today()))
    return conditions.answer(rule, facts, on=today())


def _granted() -> Q:
    return Q(status__in=GRANTED) & ~figures.ended_ungranted()


def _asked(on: dt.date) -> Q:
    lately = on - dt.timedelta(days=NOT_AGAIN_DAYS)
    return Q(status__in=OPEN) | (figures.ended_ungranted() & Q(submitted_at__date__gte=lately))
