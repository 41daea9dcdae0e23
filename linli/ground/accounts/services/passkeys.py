"""Passkeys (WebAuthn): a key that never leaves the person's device, checked by the library `webauthn`.

Each is made and used with the device's own lock (a finger, a face, a PIN): having it and unlocking it are two proofs.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from linli.core import audit
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.ground.accounts import queries, rules, throttle
from linli.ground.accounts.models import Account, AccountKind, Passkey
from linli.ground.accounts.services.second_factor import first_recovery_codes
from linli.ground.accounts.services.sign_in import TRIES_AN_ADDRESS, take_try

NAME = "Linli"


def are_possible() -> bool:
    """Tell whether passkeys can be used here: a browser ties them to a name, and a bare address is none."""
    return not all(part.isdigit() for part in _host().split("."))


def options_for_new(account: Account) -> tuple[str, bytes]:
    """Return what the browser needs to make a passkey, as JSON, and the challenge to keep."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=NAME,
        user_id=account.pk.bytes,
        user_name=account.username,
        user_display_name=account.name or account.username,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(account),
    )
    return options_to_json(options), options.challenge


def options_for_use(account: Account | None) -> tuple[str, bytes]:
    """Return what the browser needs to use a passkey: one of the account's, or without one any that it knows."""
    options = generate_authentication_options(
        rp_id=_host(),
        allow_credentials=_descriptors(account) if account else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options), options.challenge


def add(account: Account, *, name: str, response: str, challenge: bytes) -> list[str]:
    """Register the passkey that the browser has made; return fresh recovery codes if these are the first.

    Raises PasskeyFailed, PasskeyKnown.
    """
    try:
        made = verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
        transports = json.loads(response).get("response", {}).get("transports", [])
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise rules.PasskeyFailed from error
    passkey = Passkey(
        id=new_id(),
        account=account,
        name=name.strip()[:40],
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=[str(one)[:20] for one in transports][:8],
        created_at=now(),
    )
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
            audit.record(queries.actor_for(account), "accounts.passkey_added", passkey)
            return first_recovery_codes(account)
    except IntegrityError:
        raise rules.PasskeyKnown from None


def use(response: str, *, challenge: bytes, address: str, account: Account | None = None) -> Account:
    """Return the account whose passkey has answered the challenge; with `account`, only one of hers is taken.

    Raises TooManyTries, PasskeyUnknown, PasskeyFailed, AccountClosed.
    """
    take_try("address", address, TRIES_AN_ADDRESS)
    try:
        told = json.loads(response)
        credential_id, handle = str(told["rawId"]), told["response"].get("userHandle")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise rules.PasskeyFailed from error
    passkey = Passkey.objects.filter(credential_id=credential_id).select_related("account").first()
    if passkey is None or (account is not None and passkey.account_id != account.pk):
        raise rules.PasskeyUnknown
    if handle and handle != bytes_to_base64url(passkey.account_id.bytes):
        raise rules.PasskeyFailed
    try:
        proved = verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise rules.PasskeyFailed from error
    # Conditional: of two answers with one count, which a copied key would give, one is taken.
    unchanged = Passkey.objects.filter(pk=passkey.pk, sign_count=passkey.sign_count)
    if not unchanged.update(sign_count=proved.new_sign_count, last_used_at=now()):
        raise rules.PasskeyFailed
    if not passkey.account.is_active or passkey.account.kind != AccountKind.STAFF:
        raise rules.AccountClosed
    throttle.give_back("address", address)
    return passkey.account


@transaction.atomic
def remove(account: Account, passkey: Passkey) -> None:
    """Take a passkey out of use. Raises LastFactor where the account's roles want one and there is no other."""
    factors = queries.factors_of(account)
    if factors.app is None and len(factors.passkeys) == 1 and queries.needs_second_factor(account):
        raise rules.LastFactor
    audit.record(queries.actor_for(account), "accounts.passkey_removed", passkey)
    passkey.delete()


def _descriptors(account: Account) -> list[PublicKeyCredentialDescriptor]:
    keys = Passkey.objects.filter(account=account).values_list("credential_id", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in keys]


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _origin() -> str:
    there = urlsplit(settings.BASE_URL)
    return f"{there.scheme}://{there.netloc}"
