"""Asking for a second person, and being one."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.countersign import queries, rules
from linli.core.countersign.acts import Payload, act_named, actor_of, is_wanted
from linli.core.countersign.models import Countersignature
from linli.core.countersign.rules import State
from linli.core.crypto import seal
from linli.core.ids import new_id


def demand(code: str, *, by: Actor, second: Actor | None) -> None:
    """Refuse an act that needs a second person and has none. Called by the service that does the act.

    second is whoever confirmed, as carry_out is handed it. Raises SecondPersonNeeded, NotTheSamePerson.
    """
    if not is_wanted(code, by):
        return
    if second is None:
        raise rules.SecondPersonNeeded
    if second.account_id == by.account_id:
        raise rules.NotTheSamePerson


@transaction.atomic
def ask(code: str, payload: Payload, *, by: Actor) -> Countersignature:
    """Ask for an act at the actor's own division. payload: plain values; it is sealed. Raises SecondPersonNeeded."""
    act = act_named(code)
    if by.account_id is None or by.post is None or not by.may(act.needs):
        raise rules.SecondPersonNeeded
    row = Countersignature(
        id=new_id(),
        act=code,
        place=by.post.division_code,
        asked_by_id=by.account_id,
        asked_by_name=by.name,
        asked_post_id=by.post.id,
        asked_at=now(),
        expires_at=now() + rules.LASTS,
    )
    row.payload = seal(json.dumps(payload, ensure_ascii=False, default=str), where=queries.PAYLOAD, row=row.pk)
    row.save(force_insert=True)
    audit.record(by, "countersign.asked", row, act=code)
    return row


@transaction.atomic
def confirm(row_id: UUID, *, by: Actor) -> Countersignature:
    """Confirm what another has asked for: it is done at once, with the asker's rights as they are now.

    Raises Countersignature.DoesNotExist out of reach, NotTheSamePerson, SettledAlready, TooLate, AskerMayNoMore, and
    what the act itself raises; then nothing is confirmed.
    """
    row = _open(row_id, by)
    act = act_named(row.act)
    if row.asked_by_id == by.account_id:
        raise rules.NotTheSamePerson
    if row.expires_at <= now():
        raise rules.TooLate
    asker = actor_of(row.asked_by_id, row.asked_post_id)
    if not asker.may(act.needs):
        raise rules.AskerMayNoMore
    _settle(row, State.CONFIRMED, by)
    audit.record(by, "countersign.confirmed", row, act=row.act, asked_by=row.asked_by_id)
    act.carry_out(queries.payload_of(row), asker, by)
    return row


@transaction.atomic
def refuse(row_id: UUID, *, by: Actor, reason: str) -> Countersignature:
    """Say no to what another has asked for, with a reason that she reads. Raises as confirm does, and ReasonNeeded."""
    row = _open(row_id, by)
    if row.asked_by_id == by.account_id:
        raise rules.NotTheSamePerson
    if not reason.strip():
        raise rules.ReasonNeeded
    return _let_go(row, State.REFUSED, by, reason=reason.strip()[:200])


@transaction.atomic
def withdraw(row_id: UUID, *, by: Actor) -> Countersignature:
    """Take back what one has asked for. Raises Countersignature.DoesNotExist for another's, SettledAlready."""
    row = _open(row_id, by)
    if row.asked_by_id != by.account_id:
        raise Countersignature.DoesNotExist
    return _let_go(row, State.WITHDRAWN, by)


def _let_go(row: Countersignature, state: State, by: Actor, *, reason: str = "") -> Countersignature:
    _settle(row, state, by, reason=reason)
    audit.record(by, f"countersign.{state}", row, act=row.act, asked_by=row.asked_by_id)
    act_named(row.act).let_go(queries.payload_of(row), actor_of(row.asked_by_id, row.asked_post_id))
    return row


def _open(row_id: UUID, by: Actor) -> Countersignature:
    row = queries.for_actor(by).get(pk=row_id)
    if row.state != State.WAITING:
        raise rules.SettledAlready
    return row


def _settle(row: Countersignature, state: State, by: Actor, *, reason: str = "") -> None:
    # One conditional update: of two who press at the same moment, one settles it.
    waiting = Countersignature.objects.filter(pk=row.pk, state=State.WAITING)
    if not waiting.update(
        state=state, settled_by_id=by.account_id, settled_by_name=by.name, settled_at=now(), reason=reason
    ):
        raise rules.SettledAlready
    row.state = state
