"""Registering, pairing and revoking public screens; calling for help and answering."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from linli.core import audit, messages
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.ground.accounts import queries as accounts
from linli.ground.accounts import throttle
from linli.services.casework import rules as case_rules
from linli.services.casework.models import Case
from linli.web import permissions as may
from linli.web.kiosk import notices, queries, rules  # noqa: F401 (notices registers the words)
from linli.web.models import KioskCall, KioskDevice

HELPERS = ("window_clerk", "community_worker", "community_head", "street_staff", "district_staff")


@transaction.atomic
def register_device(place_id: UUID, *, name: str, by: Actor) -> tuple[KioskDevice, str]:
    """Register a screen for a place within reach; return it with its pairing code, shown once.

    Raises Division.DoesNotExist out of reach, NameNeeded.
    """
    place = accounts.division_for(by, may.KIOSKS, place_id)
    name = case_rules.clean_text(name, 60)
    if not name:
        raise rules.NameNeeded
    row = KioskDevice.objects.create(
        id=new_id(), place=place, county_code=place.county_code, name=name, registered_by=by.account_id,
        registered_name=by.name, registered_at=now(),
    )  # fmt: skip
    audit.record(by, "web.kiosk_registered", row)
    return row, _new_code(row)


@transaction.atomic
def pair_anew(device_id: UUID, *, by: Actor) -> tuple[KioskDevice, str]:
    """Return a new pairing code: what the device held before no longer counts. Raises KioskDevice.DoesNotExist."""
    row = queries.devices_for(by).get(pk=device_id, revoked_at__isnull=True)
    KioskDevice.objects.filter(pk=row.pk).update(token_digest="", paired_at=None)
    audit.record(by, "web.kiosk_paired_anew", row)
    return row, _new_code(row)


def _new_code(row: KioskDevice) -> str:
    code = "".join(secrets.choice("0123456789") for _ in range(rules.PAIRING_DIGITS))
    KioskDevice.objects.filter(pk=row.pk).update(
        pairing_digest=queries.digest(code), pairing_expires_at=now() + rules.PAIRING_LASTS
    )
    return code


@transaction.atomic
def _claim(code: str) -> tuple[KioskDevice, str]:
    row = (
        KioskDevice.objects.select_related("place")
        .filter(pairing_digest=queries.digest(code), pairing_expires_at__gt=now(), revoked_at__isnull=True)
        .first()
    )
    if row is None:
        raise rules.PairingFailed
    token = secrets.token_urlsafe(32)
    # One conditional update: of two machines that type the code at the same moment, one has it.
    claimed = KioskDevice.objects.filter(pk=row.pk, pairing_digest=queries.digest(code)).update(
        token_digest=queries.digest(token), pairing_digest="", pairing_expires_at=None, paired_at=now(), seen_at=now()
    )
    if not claimed:
        raise rules.PairingFailed
    return row, f"{row.pk}.{token}"


def pair(code: str, *, address: str) -> tuple[KioskDevice, str]:
    """Make the browser that sends a pairing code the registered screen; return it with what its cookie holds.

    Raises PairingFailed, TooManyPairings.
    """
    if throttle.take("kiosk_pairing", address, limit=rules.PAIRING_TRIES, pause=rules.PAIRING_LASTS):
        raise rules.TooManyPairings
    return _claim(code.replace("-", "").replace(" ", ""))


@transaction.atomic
def revoke(device_id: UUID, *, by: Actor) -> KioskDevice:
    """Take a screen out of service for good: from the next touch on it is any browser. Raises KioskDevice.DoesNotExist."""
    row = queries.devices_for(by).get(pk=device_id)
    if KioskDevice.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=now(), revoked_name=by.name):
        audit.record(by, "web.kiosk_revoked", row)
    row.refresh_from_db()
    return row


def note_seen(device: KioskDevice, moment: dt.datetime) -> None:
    """Note now and then that the screen is in use."""
    if device.seen_at is None or moment - device.seen_at > rules.SEEN_EVERY:
        KioskDevice.objects.filter(pk=device.pk).update(seen_at=moment)


@transaction.atomic
def call_for_help(device: KioskDevice) -> KioskCall:
    """Call somebody to the screen: once while nobody has come. Staff of the place are told at once."""
    waiting = KioskCall.objects.filter(device=device, answered_at__isnull=True)
    if (row := waiting.first()) is not None:
        return row
    try:
        with transaction.atomic():
            row = KioskCall.objects.create(id=new_id(), device=device, county_code=device.county_code, called_at=now())
    except IntegrityError:
        return waiting.get()
    for account in accounts.accounts_with_roles(HELPERS, [device.place_id]):
        messages.send(
            account_id=account.pk,
            template="web.kiosk_call",
            context={"place": device.place.short_name, "name": device.name},
            about=("web.kioskcall", str(row.pk)),
            link=reverse("web:kiosk_calls"),
            once_key=f"kiosk_call.{row.pk}.{account.pk}",
        )
    return row


@transaction.atomic
def answer_call(call_id: UUID, *, by: Actor) -> KioskCall:
    """Say that one goes to the screen. Raises KioskCall.DoesNotExist; whoever comes second changes nothing."""
    row = queries.calls_for(by).get(pk=call_id)
    if KioskCall.objects.filter(pk=row.pk, answered_at__isnull=True).update(
        answered_at=now(), answered_by=by.account_id, answered_name=by.name
    ):
        audit.record(by, "web.kiosk_call_answered", row)
    return row


def look_up(number: str, *, device: KioskDevice) -> Case:
    """Find a case by the number on its receipt, for item and state alone. Raises NotFoundHere, TooManyLooks."""
    if throttle.take("kiosk_looks", str(device.pk), limit=rules.LOOKS, pause=rules.LOOKS_PAUSE):
        raise rules.TooManyLooks
    case = queries.public_case(number)
    if case is None:
        raise rules.NotFoundHere
    return case
