"""The second proof of staff: codes from an app (RFC 6238, by pyotp), codes on paper, and the loss of both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import blind, blind_candidates, seal, unseal
from linli.core.ids import new_id, random_serial
from linli.ground.accounts import queries, rules, throttle
from linli.ground.accounts.models import Account, AuthenticatorApp, Passkey, RecoveryCode

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A telephone's clock may be half a minute early or late."""
WRONG_CODES = 5
PAUSE = dt.timedelta(minutes=5)
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12

ISSUER = "Linli 邻里"  # untranslated: the name, as the app shows it
SECRET = "accounts.authenticatorapp.secret"  # noqa: S105 (a place, not a secret)


def new_app_secret() -> str:
    """Return a fresh secret for an app, in base32: 160 bits from the system's generator."""
    return pyotp.random_base32()


def app_address(account: Account, secret: str) -> str:
    """Return the otpauth:// address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER)


def add_app(account: Account, *, secret: str, code: str) -> list[str]:
    """Take an app into use, in the place of the one before; return fresh recovery codes if these are the first.

    The code proves that the app has read the secret. Raises TooManyTries, FactorCodeWrong.
    """
    _take_try(account)
    moment = now()
    step = _step_of(secret, code, moment)
    if step is None:
        raise rules.FactorCodeWrong
    throttle.forget("second", str(account.pk))
    with transaction.atomic():
        app, _made = AuthenticatorApp.objects.get_or_create(
            account=account, defaults={"id": new_id(), "created_at": moment, "secret": ""}
        )
        app.secret = seal(secret, where=SECRET, row=app.pk)
        app.last_step, app.created_at, app.last_used_at = step, moment, None
        app.save()
        audit.record(queries.actor_for(account), "accounts.app_added", app)
        return first_recovery_codes(account)


@transaction.atomic
def remove_app(account: Account) -> None:
    """Take the app out of use. Raises LastFactor where the account's roles want one and there is no other."""
    factors = queries.factors_of(account)
    if factors.app is None:
        return
    if not factors.passkeys:
        _check_may_lose_the_last(account)
    factors.app.delete()
    audit.record(queries.actor_for(account), "accounts.app_removed", account)


def check_factor_code(account: Account, code: str) -> str:
    """Take a code of the app or one on paper; return which it was, "app" or "recovery".

    Each code serves once. Raises TooManyTries, FactorCodeWrong, FactorCodeUsed, RecoveryCodeWrong.
    """
    plain = rules.normalise_code(code)
    _take_try(account)
    if len(plain) == RECOVERY_LENGTH:
        _use_recovery_code(account, plain)
        method = "recovery"
    else:
        _use_app_code(account, plain)
        method = "app"
    throttle.forget("second", str(account.pk))
    return method


@transaction.atomic
def new_recovery_codes(account: Account) -> list[str]:
    """Replace all recovery codes; return the new ones, known only here and now."""
    RecoveryCode.objects.filter(account=account).delete()
    codes = [random_serial(RECOVERY_LENGTH) for _number in range(RECOVERY_CODES)]
    moment = now()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=blind(f"{account.pk}:{code}", purpose="recovery"), created_at=moment)
        for code in codes
    )
    audit.record(queries.actor_for(account), "accounts.recovery_codes_made", account)
    return codes


def first_recovery_codes(account: Account) -> list[str]:
    """Return fresh recovery codes if the account has none that still serve, else none."""
    if RecoveryCode.objects.filter(account=account, used_at__isnull=True).exists():
        return []
    return new_recovery_codes(account)


def forget_factors(account: Account, *, by: Actor, **facts: Any) -> None:
    """Delete everything that the account proves itself with beside the password. Runs in the caller's transaction."""
    AuthenticatorApp.objects.filter(account=account).delete()
    Passkey.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    audit.record(by, "accounts.factors_reset", account, **facts)


def next_code(account: Account) -> str:
    """Return the code that the account's app shows, or the next one if that has been used. For the demonstration."""
    app = AuthenticatorApp.objects.filter(account=account).first()
    if app is None or not settings.DEMO:
        return ""
    step = max(int(now().timestamp()) // STEP_SECONDS, app.last_step + 1)
    return pyotp.TOTP(unseal(app.secret, where=SECRET, row=app.pk)).at(step * STEP_SECONDS)


def add_made_up_app(account: Account) -> None:
    """Give an account of the demonstration an app that nobody has: its digits are shown at the door (next_code)."""
    app = AuthenticatorApp(id=new_id(), account=account, created_at=now())
    app.secret = seal(new_app_secret(), where=SECRET, row=app.pk)
    app.save(force_insert=True)


def code_now(secret: str) -> str:
    """Return the code that an app with this secret shows now. For the demonstration, where nobody has such an app."""
    return pyotp.TOTP(secret).at(int(now().timestamp())) if settings.DEMO else ""


def _use_app_code(account: Account, code: str) -> None:
    app = AuthenticatorApp.objects.filter(account=account).first()
    step = _step_of(unseal(app.secret, where=SECRET, row=app.pk), code, now()) if app else None
    if app is None or step is None:
        raise rules.FactorCodeWrong
    # One conditional update: of two that bring the same code at the same moment, one comes in.
    fresh = AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step)
    if not fresh.update(last_step=step, last_used_at=now()):
        raise rules.FactorCodeUsed


def _use_recovery_code(account: Account, code: str) -> None:
    digests = blind_candidates(f"{account.pk}:{code}", purpose="recovery")
    unused = RecoveryCode.objects.filter(account=account, digest__in=digests, used_at__isnull=True)
    with transaction.atomic():
        if not unused.update(used_at=now()):
            raise rules.RecoveryCodeWrong
        left = RecoveryCode.objects.filter(account=account, used_at__isnull=True).count()
        audit.record(queries.actor_for(account), "accounts.recovery_code_used", account, left=left)


def _step_of(secret: str, code: str, moment: dt.datetime) -> int | None:
    """Return the time step whose code this is, the newest first; None when it is none of them."""
    plain = rules.normalise_code(code)
    if len(plain) != 6 or not plain.isdigit():
        return None
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    here = int(moment.timestamp()) // STEP_SECONDS
    for step in range(here + DRIFT_STEPS, here - DRIFT_STEPS - 1, -1):
        if pyotp.utils.strings_equal(plain, app.at(step * STEP_SECONDS)):
            return step
    return None


def _check_may_lose_the_last(account: Account) -> None:
    if queries.needs_second_factor(account):
        raise rules.LastFactor


def _take_try(account: Account) -> None:
    if until := throttle.take("second", str(account.pk), limit=WRONG_CODES, pause=PAUSE):
        local = timezone.localtime(until) + dt.timedelta(seconds=59)
        raise rules.TooManyTries(time=local.strftime("%H:%M"))
