"""What changes messages and consents."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import unseal
from linli.core.ids import new_id
from linli.core.messages.addresses import rows_of
from linli.core.messages.consent_texts import CASE_PROGRESS
from linli.core.messages.gateways import GatewayFailed, NumberRefused, gateway
from linli.core.messages.models import Channel, Consent, Failure, Message, OutboxEntry, State
from linli.core.messages.queries import has_consent, own_messages

logger = logging.getLogger(__name__)

OF_NO_USE_AFTER = dt.timedelta(days=1)
KEEP_OUTBOX = dt.timedelta(days=30)
KEEP_CODES = dt.timedelta(days=1)


def mark_read(message_id: UUID, *, by: Actor) -> None:
    """Note that the receiver has read a message. Raises Message.DoesNotExist for somebody else's."""
    message = own_messages(by.person_id, by.account_id).get(pk=message_id)
    Message.everywhere.filter(pk=message.pk, county_code=message.county_code, read_at__isnull=True).update(
        state=State.READ, read_at=now()
    )


def mark_shown(message_ids: Collection[UUID], *, by: Actor) -> int:
    """Note that the receiver has had these messages before her; somebody else's stay as they are. Return how many."""
    shown = own_messages(by.person_id, by.account_id).filter(pk__in=message_ids, read_at__isnull=True)
    return shown.update(state=State.READ, read_at=now())


def mark_all_read(*, by: Actor) -> int:
    """Note that the receiver has read everything; return how many were new."""
    return (
        own_messages(by.person_id, by.account_id).filter(read_at__isnull=True).update(state=State.READ, read_at=now())
    )


@transaction.atomic
def give_consent(
    person_id: UUID,
    *,
    by: Actor,
    through: str,
    text_version: str,
    channel: str = Channel.SMS,
    purpose: str = CASE_PROGRESS,
) -> Consent:
    """Note that a person agrees to be told; the one in force is kept when it is given again.

    through says where she did (portal, window, telephone), text_version which words she saw. A resident agrees for
    herself alone (PermissionDenied); that staff act for someone before them, the room that calls makes sure of.
    """
    rows = _own_rows(person_id, by)
    standing = Consent.objects.filter(person_id__in=rows, channel=channel, purpose=purpose, withdrawn_at__isnull=True)
    if already := standing.first():
        return already
    given = Consent(id=new_id(), person_id=rows[0], channel=channel, purpose=purpose)
    given.text_version, given.given_through, given.given_at = text_version, through, now()
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError:
        return standing.get()
    audit.record(by, "messages.consent_given", given, person_id=person_id, channel=channel, about=purpose)
    return given


@transaction.atomic
def withdraw_consent(person_id: UUID, *, by: Actor, channel: str = Channel.SMS, purpose: str = CASE_PROGRESS) -> bool:
    """Note that a person no longer agrees, and stop what still waits; tell whether she did before. PermissionDenied."""
    rows = _own_rows(person_id, by)
    standing = Consent.objects.filter(person_id__in=rows, channel=channel, purpose=purpose, withdrawn_at__isnull=True)
    if not standing.update(withdrawn_at=now()):
        return False
    Message.everywhere.filter(person_id__in=rows, channel=channel, purpose=purpose, state=State.WAITING).update(
        state=State.NO_CONSENT, text="", address=""
    )
    audit.record(by, "messages.consent_withdrawn", person_id=person_id, channel=channel, about=purpose)
    return True


def hand_over(county_code: str, message_id: UUID, *, is_last_try: bool) -> None:
    """Hand a waiting text message to the network; harmless when it no longer waits.

    Raises GatewayFailed, to be tried again, unless this was the last try: then the message has failed, and what it said
    stands in the portal. Nothing holds a transaction open while the network answers.
    """
    waiting = Message.everywhere.filter(pk=message_id, county_code=county_code, state=State.WAITING)
    message = waiting.first()
    if message is None:
        return
    if message.person_id is None or not has_consent(message.person_id, purpose=message.purpose):
        waiting.update(state=State.NO_CONSENT, text="", address="")
        return
    waiting.update(tries=F("tries") + 1)
    phone = unseal(message.address, where="core_messages.message.address", row=message.pk)
    text = unseal(message.text, where="core_messages.message.text", row=message.pk)
    try:
        receipt = gateway().send(phone, text, reference=str(message.pk))
    except NumberRefused:
        _fail(message, Failure.NUMBER)
    except GatewayFailed:
        if not is_last_try:
            raise
        _fail(message, Failure.GATEWAY)
    else:
        waiting.update(state=State.SENT, receipt=receipt[:80], sent_at=now())


def record_receipt(receipt: str, *, arrived: bool) -> bool:
    """Note what the network reports of a message that it took; tell whether the receipt is known. May repeat."""
    sent = Message.everywhere.filter(receipt=receipt, channel=Channel.SMS) if receipt else Message.everywhere.none()
    if arrived:
        sent.filter(state__in=[State.SENT, State.FAILED]).update(state=State.DELIVERED, failure="", delivered_at=now())
    else:
        sent.filter(state=State.SENT).update(state=State.FAILED, failure=Failure.NUMBER)
    return sent.exists()


def settle() -> int:
    """Give up on text messages that nobody needs any more, and sweep out the outbox; return how many were given up."""
    moment = now()
    given_up = Message.everywhere.filter(state=State.WAITING, created_at__lt=moment - OF_NO_USE_AFTER).update(
        state=State.FAILED, failure=Failure.TOO_LATE
    )
    OutboxEntry.objects.filter(
        Q(created_at__lt=moment - KEEP_OUTBOX) | Q(created_at__lt=moment - KEEP_CODES, reference="")
    ).delete()
    return given_up


def _fail(message: Message, failure: Failure) -> None:
    Message.everywhere.filter(pk=message.pk, county_code=message.county_code, state=State.WAITING).update(
        state=State.FAILED, failure=failure
    )
    logger.warning("messages.not_sent", extra={"message_id": str(message.pk), "failure": str(failure)})


def _own_rows(person_id: UUID, by: Actor) -> list[UUID]:
    """Return all ids of the person, the present one first. Raises PermissionDenied unless a resident is she herself."""
    rows = rows_of(person_id)
    if by.kind in ("anonymous", "organisation") or (by.kind == "resident" and by.person_id not in rows):
        raise PermissionDenied
    return rows


def move_to_account(ids: list[UUID] | None, *, from_account: UUID, to_account: UUID) -> list[UUID]:
    """Let messages of one account be another's from now on; return their ids. ids: only these, None for all of them."""
    rows = Message.everywhere.filter(account_id=from_account)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    moved = list(rows.values_list("pk", flat=True))
    Message.everywhere.filter(pk__in=moved).update(account_id=to_account)
    return moved
