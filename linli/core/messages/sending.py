"""Sending: written with the caller's transaction, handed to the network afterwards."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from linli.core.calendar import now
from linli.core.crypto import seal
from linli.core.http.refusals import Refused
from linli.core.ids import new_id
from linli.core.messages.addresses import Contact, contact_of
from linli.core.messages.consent_texts import CASE_PROGRESS
from linli.core.messages.gateways import GatewayFailed, gateway
from linli.core.messages.templates import template as template_named

logger = logging.getLogger(__name__)


class CodeNotSent(Refused):
    code = "messages.code_not_sent"
    message = _("验证码短信现在发不出去，是短信平台不通，不是您的号码有错。请过几分钟再试，或者到社区窗口办。")
    status = 503


def send(
    *,
    template: str,
    person_id: UUID | None = None,
    account_id: UUID | None = None,
    context: dict[str, Any] | None = None,
    about: tuple[str, str] = ("", ""),
    link: str = "",
    once_key: str = "",
    purpose: str = CASE_PROGRESS,
    county_code: str = "",
) -> bool:
    """Tell somebody something: in the portal always, by text message with her consent. Tell whether it is new.

    Rolled back with the caller's transaction. once_key (event and receiver) makes a repetition harmless. about is the
    type and id of what it is about, link the page to open. context fills the places of both languages; personal data
    may stand in it, since the text is sealed. Raises LookupError for a template that nobody registered, KeyError for a
    place without a value, ValueError without a receiver.
    """
    from linli.core.messages.models import Channel, Message, State  # the package is imported before the app is ready
    from linli.core.messages.tasks import send_sms

    if person_id is None and account_id is None:
        raise ValueError("a message goes to a person or an account")
    contact = contact_of(person_id, account_id)
    text = template_named(template).text(contact.language, context or {})
    common = {
        "person_id": person_id,
        "account_id": account_id,
        "county_code": county_code or contact.county_code,
        "template": template,
        "purpose": purpose,
        "about_type": about[0],
        "about_id": about[1],
        "link": link,
        "once_key": once_key or str(new_id()),
        "created_at": now(),
    }
    if once_key and Message.everywhere.filter(county_code=common["county_code"], once_key=once_key).exists():
        return False

    rows = [_written(Message(**common, channel=Channel.PORTAL, state=State.SENT, sent_at=now()), text)]
    if person_id is not None:
        rows.append(_by_sms(Message(**common, channel=Channel.SMS), person_id, contact, text))
    try:
        with transaction.atomic():
            Message.everywhere.bulk_create(rows)
    except IntegrityError:
        if not once_key:
            raise
        return False  # somebody delivers the same event at this very moment
    for row in rows:
        if row.state == State.WAITING:
            send_sms.enqueue(row.county_code, str(row.pk))
    return True


def send_code(phone: str, text: str) -> None:
    """Send a one-time code at once; nothing of it is stored in clear. Raises CodeNotSent."""
    try:
        gateway().send(phone, text)
    except GatewayFailed as error:
        logger.warning("messages.code_not_sent", extra={"error": type(error).__name__})
        raise CodeNotSent from error


def _by_sms(row: Any, person_id: UUID, contact: Contact, text: str) -> Any:
    from linli.core.messages.models import State
    from linli.core.messages.queries import has_consent

    if not has_consent(person_id, purpose=row.purpose):
        row.state = State.NO_CONSENT
    elif not contact.phone:
        row.state = State.NO_ADDRESS
    else:
        row.address = seal(contact.phone, where="core_messages.message.address", row=row.pk)
        _written(row, text)
    return row


def _written(row: Any, text: str) -> Any:
    row.text = seal(text, where="core_messages.message.text", row=row.pk)
    return row
