"""What registry tells the mechanisms: a person is a subject of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy

from linli.core.access import Actor
from linli.core.audit import permissions as audit_may
from linli.core.audit import subjects
from linli.core.calendar import today
from linli.ground.registry import rules, sealed
from linli.ground.registry.models import IdKind, Person


def _find(actor: Actor, text: str) -> str:
    try:
        number = rules.check_identity_number(text, IdKind.CITIZEN, on=today(), allow_demo=settings.DEMO)
    except rules.NumberNotGood:
        return ""
    rows = Person.objects.within(actor.reach(audit_may.READ)).filter(
        id_index__in=sealed.identity_candidates(IdKind.CITIZEN, number), valid_to__isnull=True
    )
    return str(next(iter(rows.values_list("pk", flat=True)[:1]), ""))


def _names(ids: Sequence[str]) -> dict[str, str]:
    rows = Person.everywhere.filter(pk__in=list(map(UUID, ids)))
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def _entries(person_id: str) -> dict[str, Any]:
    return {"person_id": UUID(person_id)}


subjects.register(
    subjects.Subject("person", gettext_lazy("居民"), find=_find, names=_names, entries=_entries, is_person=True)
)
