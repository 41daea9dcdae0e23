"""Signing in: a password for staff, a one-time code for residents; both throttled, neither tells who is known."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from linli.core import audit, messages
from linli.core.calendar import now
from linli.core.crypto import blind, blind_candidates
from linli.core.ids import new_id
from linli.ground.accounts import queries, rules, throttle
from linli.ground.accounts.models import Account, AccountJoin, AccountKind, OneTimeCode
from linli.ground.accounts.services.joining import CODES, join, kept_of
from linli.ground.accounts.services.residents import resident_for_phone

PAUSE = dt.timedelta(minutes=5)
WRONG_PASSWORDS = 5
TRIES_AN_ADDRESS = 30
"""Wrong tries from one address in five minutes: a service centre's windows share one."""

CODE_LASTS = dt.timedelta(minutes=5)
CODE_TRIES = 3
RESEND_AFTER = dt.timedelta(seconds=60)
CODES_A_PHONE = 5
CODES_AN_ADDRESS = 30
CODE_PAUSE = dt.timedelta(hours=1)


def check_password(username: str, password: str, *, address: str) -> Account:
    """Return the account whose user name and password these are. Raises TooManyTries, SignInRefused.

    Unknown, closed and wrong are one answer, after the same work. Five wrong tries stop the name for five minutes.
    """
    username = rules.normalise_username(username)[:60]
    take_try("password", username, WRONG_PASSWORDS)
    take_try("address", address, TRIES_AN_ADDRESS)
    account = Account.objects.filter(username=username).exclude(kind=AccountKind.RESIDENT).first()
    if account is None:
        make_password(password)  # as much work as a check
        raise rules.SignInRefused
    if not account.check_password(password) or not account.is_active:
        raise rules.SignInRefused
    throttle.forget("password", username)
    throttle.give_back("address", address)
    return account


def send_code(phone: str, *, address: str) -> dt.datetime:
    """Send a one-time code to a telephone, whether it is known here or not; return when the next can be asked for.

    It lasts five minutes and replaces the one before. Raises PhoneNotGood, CodeJustSent, TooManyCodes, CodeNotSent.
    """
    phone = rules.normalise_mobile(phone)
    moment = now()
    if until := throttle.take("resend", phone, limit=1, pause=RESEND_AFTER):
        raise rules.CodeJustSent(seconds=max(1, round((until - moment).total_seconds())))
    for purpose, who, limit in (("codes", phone, CODES_A_PHONE), ("codes_from", address, CODES_AN_ADDRESS)):
        if until := throttle.take(purpose, who, limit=limit, pause=CODE_PAUSE):
            raise rules.TooManyCodes(time=_clock(until))
    code = f"{secrets.randbelow(10**6):06d}"
    row = OneTimeCode(id=new_id(), phone_index=blind(phone, purpose="phone"))
    row.digest, row.created_at, row.expires_at = _digest(row, code), moment, moment + CODE_LASTS
    with transaction.atomic():
        OneTimeCode.objects.filter(phone_index__in=blind_candidates(phone, purpose="phone")).delete()
        row.save(force_insert=True)
    messages.send_code(phone, _("登录验证码 %(code)s，5 分钟内有效。谁来要都别给，工作人员也不会要。") % {"code": code})
    return moment + RESEND_AFTER


def check_code(phone: str, code: str, *, address: str) -> Account:
    """Return the resident's account behind a telephone and the code sent to it; the first time, it is made.

    A code serves once and bears three wrong tries. Raises PhoneNotGood, TooManyTries, CodeWrong, CodeUsedUp,
    AccountClosed.
    """
    phone, moment = rules.normalise_mobile(phone), now()
    take_try("address", address, TRIES_AN_ADDRESS)
    row = (
        OneTimeCode.objects.filter(
            phone_index__in=blind_candidates(phone, purpose="phone"), expires_at__gt=moment, used_at__isnull=True
        )
        .order_by("-created_at")
        .first()
    )
    if row is None:
        raise rules.CodeUsedUp
    # The try is counted before the code is compared: a hundred at once are still three.
    usable = OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True, wrong_tries__lt=CODE_TRIES)
    if not usable.update(wrong_tries=F("wrong_tries") + 1):
        raise rules.CodeUsedUp
    if not constant_time_compare(row.digest, _digest(row, "".join(code.split()))):
        left = CODE_TRIES - row.wrong_tries - 1
        if left <= 0:
            raise rules.CodeUsedUp
        raise rules.CodeWrong(left=left)
    if not OneTimeCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=moment):
        raise rules.CodeUsedUp
    throttle.give_back("address", address)
    account = kept_of(resident_for_phone(phone))
    if not account.is_active:
        raise rules.AccountClosed
    if not account.phone_verified:
        Account.objects.filter(pk=account.pk).update(phone_verified=True)
        account.phone_verified = True
    return account


def check_own_password(account: Account, password: str) -> None:
    """Make sure that it is still she who is signed in. Raises TooManyTries, OldPasswordWrong."""
    take_try("password", account.username, WRONG_PASSWORDS)
    if not account.check_password(password):
        raise rules.OldPasswordWrong(field="password")
    throttle.forget("password", account.username)


def change_password(account: Account, *, old: str, new: str, address: str) -> Account:
    """Replace one's own password. Raises TooManyTries, OldPasswordWrong, PasswordNotGood."""
    take_try("password", account.username, WRONG_PASSWORDS)
    if not account.check_password(old):
        raise rules.OldPasswordWrong
    throttle.forget("password", account.username)
    try:
        validate_password(new, account)
    except ValidationError as error:
        raise rules.PasswordNotGood(" ".join(error.messages)) from None
    if old == new:
        raise rules.PasswordNotGood(_("新密码要和现在的不一样。"))
    account.set_password(new)
    account.must_change_password = False
    with transaction.atomic():
        account.save(update_fields=["password", "must_change_password"])
        audit.record(queries.actor_for(account), "accounts.password_changed", account)
    return account


@transaction.atomic
def signed_in(account: Account, *, method: str, second: str = "") -> None:
    """Note that somebody has signed in: by "password", "code", "passkey" or "provider", and what came second."""
    facts: dict[str, Any] = {"method": method} | ({"second": second} if second else {})
    audit.record(queries.actor_for(account), "accounts.signed_in", account, **facts)


@transaction.atomic
def signed_out(account: Account) -> None:
    """Note that somebody has signed out."""
    audit.record(queries.actor_for(account), "accounts.signed_out", account)


def sweep_codes(before: dt.datetime) -> int:
    """Delete codes that expired before a moment; return how many. For the worker's night."""
    return OneTimeCode.objects.filter(expires_at__lt=before).delete()[0]


def take_try(purpose: str, who: str, limit: int) -> None:
    """Take one of so many tries in five minutes. Raises TooManyTries."""
    if until := throttle.take(purpose, who, limit=limit, pause=PAUSE):
        raise rules.TooManyTries(time=_clock(until))


def _digest(row: OneTimeCode, code: str) -> str:
    return blind(f"{row.pk}:{code}", purpose="one_time_code")


def _clock(moment: dt.datetime) -> str:
    """Return the time of day from which it goes on, rounded up to the minute: 15:42."""
    local = timezone.localtime(moment)
    return (local + dt.timedelta(seconds=59)).strftime("%H:%M")


def join_by_codes(account: Account, *, phone: str, other_code: str, own_code: str, address: str) -> AccountJoin:
    """Join another account of a resident to her own, once she has read back the codes of both telephones.

    Raises what check_code and join raise.
    """
    other = check_code(phone, other_code, address=address)
    check_code(queries.phone_of(account), own_code, address=address)
    return join(account.pk, other.pk, by=queries.actor_for(account), proof=CODES)
