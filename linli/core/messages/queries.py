"""Reading messages: one person's own, what was told about a thing, and the outbox of a demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from linli.core.crypto import unseal
from linli.core.messages.addresses import rows_of
from linli.core.messages.consent_texts import CASE_PROGRESS
from linli.core.messages.models import Channel, Consent, Failure, Message, OutboxEntry, State
from linli.core.messages.templates import title_of

MANY = 100
"""Counting stops here: the page then says 99+."""


@dataclass(frozen=True)
class ShownMessage:
    """A message as its receiver reads it."""

    id: UUID
    title: str
    text: str
    link: str
    about_type: str
    about_id: str
    at: dt.datetime
    is_read: bool


@dataclass(frozen=True)
class Told:
    """What was told about a thing, for those who handle it: channel and state, without the words."""

    title: str
    channel: str
    state: str
    why: str
    at: dt.datetime
    person_id: UUID | None
    account_id: UUID | None


@dataclass(frozen=True)
class OutboxLine:
    """A text message that the outbox holds. Outside a demonstration the text stays closed."""

    id: UUID
    phone: str
    text: str
    at: dt.datetime


def messages_for(
    *,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    limit: int = 50,
    before: tuple[dt.datetime, UUID] | None = None,
) -> list[ShownMessage]:
    """Return somebody's messages in the portal, newest first; before is the `at` and `id` of the last one seen.

    Person and account together are one resident who has linked the two. Neither is nobody: the answer is empty.
    """
    rows = own_messages(person_id, account_id)
    if before:
        at, last = before
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=last))
    return [
        ShownMessage(
            id=row.pk,
            title=title_of(row.template),
            text=unseal(row.text, where="core_messages.message.text", row=row.pk),
            link=row.link,
            about_type=row.about_type,
            about_id=row.about_id,
            at=row.created_at,
            is_read=row.read_at is not None,
        )
        for row in rows.order_by("-created_at", "-pk")[:limit]
    ]


def own_messages(person_id: UUID | None, account_id: UUID | None) -> QuerySet[Message]:
    """Return the portal messages that a person, in whichever county, or an account received; neither received none."""
    whose = Q(pk__in=[])
    if person_id is not None:
        whose |= Q(person_id__in=rows_of(person_id))
    if account_id is not None:
        whose |= Q(account_id=account_id)
    return Message.everywhere.filter(whose, channel=Channel.PORTAL)


def unread_count(
    *, person_id: UUID | None = None, account_id: UUID | None = None, counties: Collection[str] | None = None
) -> int:
    """Count what somebody has not read yet; MANY stands for that many or more.

    counties: only what concerns them or no county at all: what stands on every page of a clerk asks no other county.
    """
    rows = own_messages(person_id, account_id).filter(read_at__isnull=True)
    if counties is not None:
        rows = rows.filter(county_code__in=["", *sorted(counties)])
    return rows[:MANY].count()


def not_arrived(since: dt.datetime) -> dict[str, int]:
    """Count the text messages since a moment that did not arrive, by Failure: counts, nobody's data."""
    rows = Message.everywhere.filter(state=State.FAILED, created_at__gte=since).values("failure")
    return {row["failure"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by()}


def told_about(about_type: str, about_id: str, *, county_code: str) -> list[Told]:
    """Return what was told about a thing of a county and what became of it, newest first: for whoever may see the thing."""
    rows = Message.everywhere.filter(county_code=county_code, about_type=about_type, about_id=about_id)
    rows = rows.order_by("-created_at", "-pk")
    return [
        Told(
            title=title_of(row.template),
            channel=str(Channel(row.channel).label),
            state=str(State(row.state).label),
            why=str(Failure(row.failure).label) if row.failure else "",
            at=row.read_at or row.delivered_at or row.sent_at or row.created_at,
            person_id=row.person_id,
            account_id=row.account_id,
        )
        for row in rows
    ]


def has_consent(person_id: UUID, *, channel: str = Channel.SMS, purpose: str = CASE_PROGRESS) -> bool:
    """Tell whether a person agrees today to hear about something over a channel."""
    return Consent.objects.filter(
        person_id__in=rows_of(person_id), channel=channel, purpose=purpose, withdrawn_at__isnull=True
    ).exists()


def consents_of(person_id: UUID) -> list[Consent]:
    """Return what a person has agreed to and withdrawn, newest first."""
    return list(Consent.objects.filter(person_id__in=rows_of(person_id)).order_by("-given_at", "-pk"))


def outbox(limit: int = 50, *, open_text: bool | None = None) -> list[OutboxLine]:
    """Return the newest text messages of the outbox, telephones masked. The text is shown in a demonstration only.

    open_text=True is for whoever sits at the machine itself (`linli messages outbox`).
    """
    shows_text = settings.DEMO if open_text is None else open_text
    return [
        OutboxLine(
            id=row.pk,
            phone=_masked(unseal(row.address, where="core_messages.outboxentry.address", row=row.pk)),
            text=unseal(row.text, where="core_messages.outboxentry.text", row=row.pk) if shows_text else "",
            at=row.created_at,
        )
        for row in OutboxEntry.objects.order_by("-created_at", "-pk")[:limit]
    ]


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"
