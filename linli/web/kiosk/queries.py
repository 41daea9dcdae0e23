"""Reading public screens and the calls from them."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from linli.core.access import Actor, Permission
from linli.ground.accounts import queries as accounts
from linli.services.casework import queries as casework
from linli.services.casework.models import Case
from linli.web import permissions as may
from linli.web.models import KioskCall, KioskDevice

COOKIE = "linli_kiosk"
HAS_SCRIPT = "kiosk.script"
"""The session's key for a screen whose script tells that somebody stands there."""


def digest(secret: str) -> str:
    """Return what is kept of a token or pairing code: both are drawn at random, so a plain digest gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


def devices_for(actor: Actor, permission: Permission = may.KIOSKS) -> QuerySet[KioskDevice]:
    """Return the screens that stand where the actor holds the permission: her place and all below."""
    rows = KioskDevice.objects.select_related("place")
    if actor.kind != "system":
        rows = rows.filter(place__in=accounts.divisions_within(actor, permission).order_by())
    return rows.order_by("place__code", "name", "id")


def calls_for(actor: Actor) -> QuerySet[KioskCall]:
    """Return the calls for help at the actor's own place that nobody has answered, the longest waiting first."""
    if actor.post is None or not actor.may(may.ANSWER_CALLS):
        return KioskCall.objects.none()
    return (
        KioskCall.objects.filter(answered_at__isnull=True, device__place_id=actor.post.division_id)
        .select_related("device__place")
        .order_by("called_at", "id")
    )


def device_of(request: HttpRequest) -> KioskDevice | None:
    """Return the registered screen that a request comes from; None for every other browser, and for a revoked one."""
    kept = request.COOKIES.get(COOKIE, "")
    device_id, _dot, token = kept.partition(".")
    try:
        row = KioskDevice.objects.select_related("place").get(pk=UUID(device_id))
    except (ValueError, KioskDevice.DoesNotExist):
        return None
    if row.revoked_at or not row.token_digest or not hmac.compare_digest(row.token_digest, digest(token)):
        return None
    return row


def public_case(number: str) -> Case | None:
    """Return a case for whoever holds its number (from the receipt): for its item and state alone.

    A sensitive one (R41b) does not exist here. Nothing of the person may be shown.
    """
    case = casework.by_exact_number(number)
    return None if case is None or casework.item_of(case).sensitive else case
