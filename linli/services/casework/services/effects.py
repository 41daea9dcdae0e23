"""What a granted result changes beyond its case: the special groups that the person belongs to (R41a)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate, make_aware

from linli.core.access import Actor
from linli.ground.registry import queries as registry
from linli.ground.registry import services as registry_services
from linli.ground.registry.models import Person
from linli.services.casework import queries
from linli.services.casework.models import Case, CaseAction
from linli.services.casework.spells import Turn, spells
from linli.services.catalogue.content import Item
from linli.services.certificates import queries as certificates
from linli.services.certificates import rules as certificate_rules


def groups_of(item: Item) -> list[str]:
    """Return the groups that a granted result of the item begins or ends."""
    effects = item.effects
    if effects is None:
        return []
    return list(dict.fromkeys([*([effects.gives] if effects.gives else []), *effects.ends]))


@transaction.atomic
def settle_groups(case: Case, *, by: Actor) -> None:
    """Bring the groups that a case touches to what all decisions about its applicant say. Harmless when repeated."""
    if codes := groups_of(queries.item_of(case)):
        person = registry.last_row(case.applicant_id)
        for code in codes:
            _settle(person, code, by=by)


@transaction.atomic
def settle_person(person: Person, *, by: Actor) -> None:
    """Bring every group that decisions put a person into to what is known today: her death ends them."""
    present = registry.last_row(person.pk)
    for code in sorted({tag.code for tag in registry.tags_of(present) if tag.decision_id}):
        _settle(present, code, by=by)


def _settle(person: Person, code: str, *, by: Actor) -> None:
    granted = _granted(person)
    tags = [tag for tag in registry.tags_of(person) if tag.code == code]
    written = {tag.decision_id or tag.pk: tag.valid_to for tag in tags if tag.valid_to}
    revoked = _revoked(granted)
    turns, sources = [], {}
    for case in granted:
        item = queries.item_of(case)
        effects = item.effects
        if effects is None or case.decided_at is None or not (effects.gives == code or code in effects.ends):
            continue
        day = localdate(case.decided_at)
        gives = effects.gives == code
        ends = [
            certificate_rules.end_of_validity(day, item.result.valid_months), revoked.get(case.number), person.died_on
        ]  # fmt: skip
        until = min((end for end in ends if end is not None), default=None) if gives else None
        turns.append(Turn(case.decided_at, day, gives, until, decision_id=case.pk))
        sources[case.pk] = f"{item.name.zh}，办件 {case.shown_number}"  # untranslated: kept with the tag
    for tag in tags:
        if tag.decision_id is None:
            begins = make_aware(dt.datetime.combine(tag.valid_from, dt.time.min))
            turns.append(Turn(begins, tag.valid_from, gives=True, tag_id=tag.pk))
    told = [
        registry_services.Spell(
            valid_from=held.begins, valid_to=held.ends, decision_id=held.decision_id, tag_id=held.tag_id,
            source=sources.get(held.decision_id, "") if held.decision_id else "",
        )
        for held in spells(turns, written)
    ]  # fmt: skip
    registry_services.keep_spells(person, code, told, by=by)


def _granted(person: Person) -> list[Case]:
    """Return what was granted to a human being, wherever she lived: the program asks, nobody reads it."""
    rows = Case.everywhere.filter(
        Exists(CaseAction.objects.filter(case_id=OuterRef("pk"), county_code=OuterRef("county_code"), action="grant")),
        applicant_id__in=registry.rows_of(person),
        decided_at__isnull=False,
    )
    return list(rows.select_related("item_version").order_by("decided_at", "id"))


def _revoked(granted: list[Case]) -> dict[str, dt.date]:
    found: dict[str, dt.date] = {}
    for county in sorted({case.county_code for case in granted}):
        numbers = [case.number for case in granted if case.county_code == county]
        found |= {number: localdate(at) for number, at in certificates.revocations(county, numbers).items()}
    return found
