"""Reading what waits for a second person, and what became of what one has asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.countersign.acts import act_named, acts
from linli.core.countersign.models import Countersignature
from linli.core.countersign.rules import State
from linli.core.crypto import unseal

PAYLOAD = "core_countersign.countersignature.payload"
MOST = 50


def for_actor(actor: Actor) -> QuerySet[Countersignature]:
    """What the actor may see: her own, and what was asked at her division or below that she holds the right to confirm."""
    if actor.account_id is None:
        return Countersignature.objects.none()
    seen = Q(asked_by_id=actor.account_id)
    if actor.post is not None:
        mine = [act.code for act in acts() if actor.may(act.confirms)]
        seen |= Q(act__in=mine, place__startswith=actor.post.code_prefix)
    return Countersignature.objects.filter(seen)


def waiting_for(actor: Actor) -> list[Countersignature]:
    """What the actor can settle now, the oldest first."""
    rows = for_actor(actor).filter(state=State.WAITING, expires_at__gt=now())
    if actor.account_id is not None:
        rows = rows.exclude(asked_by_id=actor.account_id)
    return list(rows.order_by("asked_at", "id")[:MOST])


def asked_by(actor: Actor) -> list[Countersignature]:
    """What the actor has asked for lately, the newest first."""
    rows = for_actor(actor).filter(asked_by_id=actor.account_id)  # type: ignore[misc]
    return list(rows.order_by("-asked_at", "-id")[:MOST])


def sentences(rows: Iterable[Countersignature]) -> dict[UUID, str]:
    """Say what each row asks for: each act is asked once for all of its rows."""
    payloads: dict[str, dict[UUID, dict[str, Any]]] = {}
    for row in rows:
        payloads.setdefault(row.act, {})[row.pk] = payload_of(row)
    return {
        pk: sentence
        for code, asked in payloads.items()
        for pk, sentence in zip(asked, act_named(code).describe(list(asked.values())), strict=True)
    }


def payload_of(row: Countersignature) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(unseal(row.payload, where=PAYLOAD, row=row.pk))
    return payload
