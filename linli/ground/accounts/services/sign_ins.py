"""Where somebody is signed in: begun at the door, ended by herself, by a limit, or with what it rested on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import seal
from linli.core.ids import new_id
from linli.ground.accounts import devices, queries
from linli.ground.accounts.models import Account, SignIn


def begin(
    account: Account, session_key: str, *, method: str, user_agent: str, address: str, provider_session: str = ""
) -> SignIn:
    """Note that somebody is signed in here from now on."""
    browser, system = devices.device_of(user_agent)
    row = SignIn(
        id=new_id(),
        account=account,
        session_key=session_key,
        method=method,
        browser=browser,
        system=system,
        provider_session=provider_session[:255],
        began_at=now(),
        seen_at=now(),
    )
    row.address = seal(address, where=queries.SIGN_IN_ADDRESS, row=row.pk)
    row.save(force_insert=True)
    return row


def seen(sign_in_id: UUID | str) -> None:
    SignIn.objects.filter(pk=sign_in_id, ended_at__isnull=True).update(seen_at=now())


def follow(sign_in_id: UUID | str, *, session_key: str) -> None:
    """Note that the sign-in goes on under another session key."""
    SignIn.objects.filter(pk=sign_in_id).update(session_key=session_key)


def took_post(sign_in_id: UUID | str, post_id: UUID) -> None:
    SignIn.objects.filter(pk=sign_in_id).update(post_id=post_id)


def note_end(sign_in_id: UUID | str, *, because: str) -> None:
    """Note that a sign-in is over whose session is ended by the caller."""
    SignIn.objects.filter(pk=sign_in_id, ended_at__isnull=True).update(ended_at=now(), ended_because=because)


@transaction.atomic
def end_one(account: Account, sign_in_id: UUID) -> SignIn:
    """Sign one's own account out on one device. Raises SignIn.DoesNotExist for somebody else's or one that is over."""
    row = queries.open_sign_ins(account).get(pk=sign_in_id)
    _end([row], because="by_owner")
    audit.record(queries.actor_for(account), "accounts.sign_in_ended", row)
    return row


@transaction.atomic
def end_others(account: Account, *, but: UUID | str | None) -> int:
    """Sign one's own account out everywhere but here; return in how many places."""
    rows = _all_but(account, but)
    _end(rows, because="by_owner")
    if rows:
        audit.record(queries.actor_for(account), "accounts.sign_ins_ended", account, count=len(rows))
    return len(rows)


@transaction.atomic
def end_all(account: Account, *, because: str, by: Actor, but: UUID | str | None = None) -> int:
    """Sign an account out everywhere, for a reason that is not its owner's; return in how many places."""
    rows = _all_but(account, but)
    _end(rows, because=because)
    if rows:
        audit.record(by, "accounts.sign_ins_ended", account, count=len(rows), because=because)
    return len(rows)


@transaction.atomic
def end_where_post_is_gone(account: Account, gone: UUID, *, was_first: bool, by: Actor) -> int:
    """Sign an account out where it acted in a post that has just ended; return in how many places.

    A device on which no post was chosen acts in the first one.
    """
    rows = [row for row in queries.open_sign_ins(account) if row.post_id == gone or (was_first and row.post_id is None)]
    _end(rows, because="post_ended")
    if rows:
        audit.record(by, "accounts.sign_ins_ended", account, count=len(rows), because="post_ended")
    return len(rows)


@transaction.atomic
def end_for_provider(*, account: Account | None, provider_session: str, by: Actor) -> int:
    """Sign out what the identity provider says is over: one of its sessions, or all of an account's that came from it."""
    rows = SignIn.objects.filter(ended_at__isnull=True, method="provider")
    rows = rows.filter(provider_session=provider_session) if provider_session else rows.filter(account=account)
    if account is not None:
        rows = rows.filter(account=account)
    found = list(rows.select_related("account"))
    _end(found, because="provider")
    for row in found:
        audit.record(by, "accounts.sign_in_ended", row, because="provider")
    return len(found)


def sweep(before: dt.datetime) -> int:
    """Delete what ended before a moment, and end what its session has outlived; return how many were deleted.

    An ended sign-in is shown to nobody, and kept as long as the log (GB/T 22239-2019, 8.1.4.3).
    """
    moment = now()
    lasts = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignIn.objects.filter(ended_at__isnull=True, seen_at__lt=moment - lasts).update(
        ended_at=moment, ended_because="expired"
    )
    return SignIn.objects.filter(ended_at__lt=before).delete()[0]


def _all_but(account: Account, but: UUID | str | None) -> list[SignIn]:
    return [row for row in queries.open_sign_ins(account) if str(row.pk) != str(but)]


def _end(rows: Iterable[SignIn], *, because: str) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in rows:
        store(row.session_key).delete()
        SignIn.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=now(), ended_because=because)
