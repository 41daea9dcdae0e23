"""The door to the telephone network. Which one, LINLI_SMS_GATEWAY says; the embedded edition writes to an outbox."""

from __future__ import annotations

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from linli.core.calendar import now
from linli.core.crypto import seal
from linli.core.ids import new_id

logger = logging.getLogger(__name__)


class GatewayFailed(Exception):  # noqa: N818 (what happened)
    """The network did not take the message; later it may. Carries no number and no text."""


class NumberRefused(GatewayFailed):
    """The network will never deliver to this number."""


class Gateway(Protocol):
    """What a city connects: a class that takes no arguments."""

    def send(self, phone: str, text: str, *, reference: str = "") -> str:
        """Hand over one text message and return the network's receipt. Raises GatewayFailed, NumberRefused.

        reference is the same each time one message is tried again, so that the network can drop a repetition.
        """


class OutboxGateway:
    """Sends nothing: keeps what it is handed for the outbox page and notes in the log that there was something."""

    def send(self, phone: str, text: str, *, reference: str = "") -> str:
        from linli.core.messages.models import OutboxEntry  # settings name this class before the apps are ready

        entry = OutboxEntry(id=new_id(), reference=reference, created_at=now())
        entry.text = seal(text, where="core_messages.outboxentry.text", row=entry.pk)
        entry.address = seal(phone, where="core_messages.outboxentry.address", row=entry.pk)
        entry.save(force_insert=True)
        logger.info("messages.in_outbox", extra={"entry": str(entry.pk), "characters": len(text)})
        return f"outbox-{entry.pk}"


def gateway() -> Gateway:
    """Return the gateway that the settings name; a demonstration never reaches the network, whatever they say."""
    if settings.DEMO:
        return OutboxGateway()
    made: Gateway = import_string(settings.SMS_GATEWAY)()
    return made
