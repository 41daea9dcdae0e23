"""What the shells themselves hold, for programs in the browser: messages, consent, and what was not delivered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import requires
from linli.core.api import Flag, In, Out, Page, Paging, Room, asked_of, keyset, listed
from linli.core.api.answers import marked, page_with
from linli.core.events import permissions as events_may
from linli.core.events import queries as events
from linli.core.events import services as events_services
from linli.core.messages import queries, services
from linli.core.messages.consent_texts import CONSENT_TEXT
from linli.ground.registry.services import IdentityNotConfirmed
from linli.ground.territory import queries as territory
from linli.web import permissions as may
from linli.web.kiosk import queries as kiosk_queries
from linli.web.kiosk import services as kiosk_services
from linli.web.models import KioskCall, KioskDevice

room = Room("messages", _("消息"))
kiosks = Room("kiosks", _("自助机"))
rooms = (room, kiosks)


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


# -- public screens --------------------------------------------------------------------------------------------------


class KioskOut(Out):
    """A public screen in a hall."""

    id: UUID
    place_code: str
    place_name: str
    name: str
    registered_at: dt.datetime
    paired_at: dt.datetime | None = Field(description="Null until the code has been typed into it")
    seen_at: dt.datetime | None
    revoked_at: dt.datetime | None


class PairingOut(KioskOut):
    code: str = Field(description="Shown this once; to be typed into the screen")


class KioskIn(In):
    place_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="Where it stands")


class CallOut(Out):
    """Somebody at a screen asks for help."""

    id: UUID
    kiosk_id: UUID
    kiosk_name: str
    called_at: dt.datetime
    answered_at: dt.datetime | None
    answered_name: str


@kiosks.get("/kiosks", summary=_("列出自助机"), response=Page[KioskOut])
@requires(may.KIOSKS)
def list_kiosks(request: HttpRequest, paging: Paging) -> Page[KioskOut]:
    """List the screens of one's place and below it, the newest first."""
    rows = kiosk_queries.devices_for(asked_of(request).actor)
    return keyset(request, rows, ("-registered_at", "-id"), paging, lambda one: KioskOut(**_kiosk(one)))


@kiosks.post("/kiosks", summary=_("登记自助机"), response=PairingOut, status=201, refuses=(404,))
@requires(may.KIOSKS)
def register_kiosk(request: HttpRequest, body: KioskIn) -> PairingOut:
    """Register a screen for a place within reach; its pairing code is shown once, so this is no request to repeat."""
    place = territory.by_code(body.place_code)
    device, code = kiosk_services.register_device(place.pk, name=body.name, by=asked_of(request).actor)
    return PairingOut(**_kiosk(device), code=code)


@kiosks.post("/kiosks/{uuid:kiosk_id}/pairing", summary=_("重新配对自助机"), response=PairingOut)
@requires(may.KIOSKS)
def pair_kiosk_anew(request: HttpRequest, kiosk_id: UUID) -> PairingOut:
    """Draw a new pairing code: what the screen held before no longer counts."""
    device, code = kiosk_services.pair_anew(kiosk_id, by=asked_of(request).actor)
    device.refresh_from_db()
    return PairingOut(**_kiosk(device), code=code)


@kiosks.delete("/kiosks/{uuid:kiosk_id}", summary=_("停用自助机"))
@requires(may.KIOSKS)
def revoke_kiosk(request: HttpRequest, kiosk_id: UUID) -> None:
    """Take a screen out of service for good: from the next touch on it is any browser."""
    kiosk_services.revoke(kiosk_id, by=asked_of(request).actor)


@kiosks.get("/kiosk-calls", summary=_("自助机叫人"), response=Page[CallOut])
@requires(may.ANSWER_CALLS)
def list_kiosk_calls(request: HttpRequest, paging: Paging) -> Page[CallOut]:
    """List the calls for help at one's own place that nobody has answered, the longest waiting first."""
    return keyset(request, kiosk_queries.calls_for(asked_of(request).actor), ("called_at", "id"), paging, _call_out)


@kiosks.post("/kiosk-calls/{uuid:call_id}/answer", summary=_("答应自助机的叫人"), response=CallOut)
@requires(may.ANSWER_CALLS)
def answer_kiosk_call(request: HttpRequest, call_id: UUID) -> CallOut:
    """Say that one goes to the screen."""
    row = kiosk_services.answer_call(call_id, by=asked_of(request).actor)
    row.refresh_from_db()
    return _call_out(row)


def _kiosk(device: KioskDevice) -> dict[str, Any]:
    plain = set(KioskOut.model_fields) - {"place_code", "place_name"}
    named = {"place_code": device.place.code, "place_name": device.place.short_name}
    return {name: getattr(device, name) for name in plain} | named


def _call_out(call: KioskCall) -> CallOut:
    return CallOut(
        id=call.pk, kiosk_id=call.device_id, kiosk_name=call.device.name, called_at=call.called_at,
        answered_at=call.answered_at, answered_name=call.answered_name,
    )  # fmt: skip
