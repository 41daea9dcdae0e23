"""What the shells themselves hold, for programs in the browser: messages, consent, and what was not delivered."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from linli.core.access import requires
from linli.core.api import Flag, In, Out, Page, Paging, Room, asked_of, listed
from linli.core.api.answers import marked, page_with
from linli.core.events import permissions as events_may
from linli.core.events import queries as events
from linli.core.events import services as events_services
from linli.core.messages import queries, services
from linli.core.messages.consent_texts import CONSENT_TEXT
from linli.ground.registry.services import IdentityNotConfirmed
from linli.web import permissions as may

room = Room("messages", _("消息"))


class MessageOut(Out):
    """A message as its receiver reads it."""

    id: UUID
    title: str
    text: str
    link: str
    at: dt.datetime
    is_read: bool


class ConsentIn(In):
    agree: Flag


class ConsentOut(Out):
    """Whether text messages may be sent; the portal's own come either way."""

    agrees: bool


class UndeliveredOut(Out):
    """A delivery inside the house that gave up, and why."""

    id: UUID
    event: str
    subscriber: str
    attempts: int
    failed_at: dt.datetime
    reason: str


@room.get("/messages", summary=_("看发给我的消息"), response=Page[MessageOut])
@requires(may.MESSAGES, may.USE_WORKBENCH)
def list_messages(request: HttpRequest, paging: Paging) -> Page[MessageOut]:
    """List what I was told, newest first. Reading them here does not mark them as read."""
    actor = asked_of(request).actor
    moment, _tilde, last = marked(request, paging.after).partition("~")
    at = parse_datetime(moment) if moment else None
    found = queries.messages_for(
        person_id=actor.person_id, account_id=actor.account_id, limit=paging.limit + 1,
        before=(at, UUID(last)) if at else None,
    )  # fmt: skip
    shown = found[: paging.limit]
    more = f"{shown[-1].at.isoformat()}~{shown[-1].id}" if len(found) > paging.limit else ""
    items = [MessageOut(**{name: getattr(one, name) for name in MessageOut.model_fields}) for one in shown]
    return page_with(request, items, more)


@room.post("/messages/{uuid:message_id}/reading", summary=_("记下已读"), status=204)
@requires(may.MESSAGES, may.USE_WORKBENCH)
def mark_message_read(request: HttpRequest, message_id: UUID) -> None:
    """Note that I have read a message."""
    services.mark_read(message_id, by=asked_of(request).actor)


@room.put("/me/consent", summary=_("同意或不再同意发短信"), response=ConsentOut)
@requires(may.MESSAGES)
def set_consent(request: HttpRequest, body: ConsentIn) -> ConsentOut:
    """Agree to text messages about my applications, or no longer."""
    actor = asked_of(request).actor
    if actor.person_id is None:
        raise IdentityNotConfirmed
    if body.agree:
        services.give_consent(actor.person_id, by=actor, through="portal", text_version=CONSENT_TEXT)
    else:
        services.withdraw_consent(actor.person_id, by=actor)
    return ConsentOut(agrees=queries.has_consent(actor.person_id))


@room.get("/undelivered", summary=_("没有送到的内部消息"), response=Page[UndeliveredOut])
@requires(events_may.VIEW)
def list_undelivered(request: HttpRequest, paging: Paging) -> Page[UndeliveredOut]:
    """List the deliveries inside the house that gave up, the longest waiting first."""
    rows = events.undelivered(1000)
    return listed(request, rows, paging, _undelivered_out)  # type: ignore[type-var]


@room.post("/undelivered/{uuid:delivery_id}/again", summary=_("重新投递内部消息"), status=204)
@requires(events_may.DELIVER_AGAIN)
def deliver_again(request: HttpRequest, delivery_id: UUID) -> None:
    """Give a delivery that gave up all its attempts again."""
    events_services.deliver_again(delivery_id, by=asked_of(request).actor)


def _undelivered_out(one: events.Undelivered) -> UndeliveredOut:
    return UndeliveredOut(**{name: getattr(one, name) for name in UndeliveredOut.model_fields})
