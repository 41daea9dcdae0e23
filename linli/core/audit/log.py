"""Writing the log. Called once a service, inside its transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction

from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.ids import new_id

HOUSE = "house"
"""The chain of what has no county."""


def record(
    by: Actor,
    action: str,
    subject: models.Model | None = None,
    *,
    person_id: UUID | None = None,
    purpose: str = "",
    chain: str = "",
    **facts: Any,
) -> None:
    """Add an entry to the chain named, else to the chain of the subject's county, else to the house's.

    action is "room.what_happened", in the past tense. facts are ids and plain values; personal data never.
    person_id names the person concerned, who can read the entry in her portal. Must run inside a transaction.
    """
    record_each(by, action, [(subject, facts)], person_id=person_id, purpose=purpose, chain=chain)


def record_each(
    by: Actor,
    action: str,
    subjects: Sequence[tuple[models.Model | None, dict[str, Any]]],
    *,
    person_id: UUID | None = None,
    purpose: str = "",
    chain: str = "",
) -> None:
    """Add an entry for each of several subjects of one chain, with its facts: as record, with the chain taken once."""
    from linli.core.audit import chain_end
    from linli.core.audit.models import ChainHead, Entry  # the package is imported before the app is ready

    if not subjects:
        return
    chain = chain or getattr(subjects[0][0], "county_code", "") or HOUSE
    with transaction.atomic(savepoint=False):  # a fault here undoes the whole act; there is nothing to go back to
        head = chain_end.locked(chain)
        if head is None:
            ChainHead.objects.get_or_create(chain=chain)
            head = chain_end.locked(chain) or (0, "")
        last, last_hash = head
        entries = []
        for subject, facts in subjects:
            entry = Entry(
                id=new_id(),
                chain=chain,
                seq=last + 1,
                at=now(),
                actor_kind=by.kind,
                actor_id=by.account_id,
                actor_role=by.post.role if by.post else "",
                actor_division=by.post.division_code if by.post else "",
                acting_for=by.post.acting_for if by.post else "",
                action=action,
                subject_type=subject._meta.label_lower if subject is not None else "",
                subject_id=str(subject.pk) if subject is not None else "",
                person_id=person_id,
                purpose=(purpose or by.why)[:200],
                facts=plain(facts),
                previous_hash=last_hash,
            )
            entry.hash = last_hash = entry_hash(entry)
            last += 1
            entries.append(entry)
        chain_end.append(entries)


VIEWED = "registry.person_viewed"
"""The action under which a look at a person's data is noted."""


def record_look(by: Actor, person_id: UUID, *, what: str, purpose: str, county_code: str = "") -> None:
    """Note that somebody looked at a person's data: what was seen, and the purpose given."""
    record(by, VIEWED, person_id=person_id, purpose=purpose, chain=county_code, what=what)


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as every database gives them back: fractions as text, since jsonb writes 1e16 otherwise than we."""
    restored: dict[str, Any] = json.loads(json.dumps(facts, default=str), parse_float=str)
    return restored


def entry_hash(entry: Any) -> str:
    """Return SHA-256 over the canonical JSON of everything in the entry but its own hash."""
    told = {
        name: getattr(entry, name)
        for name in (
            "id", "chain", "seq", "at", "actor_kind", "actor_id", "actor_role", "actor_division", "acting_for",
            "action", "subject_type", "subject_id", "person_id", "purpose", "facts", "previous_hash",
        )
    }  # fmt: skip
    told["at"] = entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
