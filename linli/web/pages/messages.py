"""What one was told: a resident's inbox with her consent to text messages, and staff's reminders."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import Actor, requires
from linli.core.http import show
from linli.core.messages import queries, services
from linli.core.messages.consent_texts import CONSENT_TEXT, CONSENT_TEXTS
from linli.core.messages.queries import ShownMessage
from linli.web import permissions as may

PAGE = 20


@requires(may.MESSAGES)
@never_cache
@require_safe
def my_messages(request: HttpRequest) -> HttpResponse:
    """A resident's messages, newest first. Opened, they are read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = _inbox(request, actor) | {
        "consent_text": CONSENT_TEXTS[CONSENT_TEXT],
        "is_known": actor.person_id is not None,
        "agrees": actor.person_id is not None and queries.has_consent(actor.person_id),
    }
    return show(request, "web/my_messages.html", context)


@requires(may.MESSAGES)
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to text messages, or no longer; the portal's own messages come either way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person_id is None:
        return redirect("registry:identify_me")
    if request.POST.get("agree") == "yes":
        services.give_consent(actor.person_id, by=actor, through="portal", text_version=CONSENT_TEXT)
        notes.success(request, _("好的，办到哪一步了，也发短信告诉您。"))
    elif request.POST.get("agree") == "no":
        services.withdraw_consent(actor.person_id, by=actor)
        notes.success(request, _("好的，不再发短信。有新消息，到这里看。"))
    return redirect("web:my_messages")


@requires(may.USE_WORKBENCH)
@never_cache
@require_safe
def staff_messages(request: HttpRequest) -> HttpResponse:
    """What staff were reminded of, newest first."""
    return show(request, "web/staff_messages.html", _inbox(request, request.actor))  # type: ignore[attr-defined]


def _inbox(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Return one page of messages; those that were new are noted as read and shown as new this once."""
    before = _place(request.GET.get("before", ""))
    found = queries.messages_for(
        person_id=actor.person_id, account_id=actor.account_id, limit=PAGE + 1, before=before
    )  # fmt: skip
    shown = found[:PAGE]
    new = [message.id for message in shown if not message.is_read]
    if new and request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        services.mark_shown(new, by=actor)
    return {
        "rows": [(message, _way(message)) for message in shown],
        "new": len(new),
        "older": f"?{urlencode({'before': _mark(shown[-1])})}" if len(found) > PAGE else "",
        "is_first": before is None,
    }


def _way(message: ShownMessage) -> str:
    """Return the page that a message leads to, if it is one of ours."""
    return message.link if message.link.startswith("/") and not message.link.startswith("//") else ""


def _mark(message: ShownMessage) -> str:
    return f"{message.at.isoformat()}~{message.id}"


def _place(text: str) -> tuple[dt.datetime, UUID] | None:
    """Read the mark of the last message seen; whatever else stands there means the beginning."""
    moment, _tilde, last = text.partition("~")
    try:
        at = parse_datetime(moment)
        return (at, UUID(last)) if at is not None and at.tzinfo is not None else None
    except ValueError:
        return None
