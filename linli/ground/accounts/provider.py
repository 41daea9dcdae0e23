"""The city's OpenID provider: what is said to it and believed of it. The protocol is authlib's, the tokens joserfc's.

Authorization code with PKCE (S256), state and nonce; addresses and keys by discovery; a key that is not known is asked
for once more, so that the provider can change its keys at any time.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from linli.core.calendar import now
from linli.ground.accounts import rules, throttle

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5
LEEWAY_SECONDS = 120
LOGOUT_LASTS = dt.timedelta(minutes=10)
"""A notice of a logout that is older is not believed."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Signatures that only the provider can make: neither "none" nor one made with the secret that both know."""


@dataclass(frozen=True)
class Said:
    """What the provider says of somebody. session: its own, for the logout; proofs: how she proved herself (amr)."""

    issuer: str
    subject: str
    username: str
    name: str
    groups: tuple[str, ...]
    session: str
    proofs: frozenset[str]
    proved_at: float


@dataclass(frozen=True)
class Logout:
    """A verified notice that a session, or all of a subject, is over at the provider."""

    issuer: str
    subject: str
    session: str


def is_there() -> bool:
    """Tell whether a provider is set."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def name() -> str:
    """Return what the provider is called in front of people; empty where there is none."""
    return (settings.OIDC_NAME or str(_("统一身份认证"))) if is_there() else ""


def send_there(request: HttpRequest, back_to: str, *, prove_again: bool = False) -> HttpResponse:
    """Answer with the way to the provider; state, nonce and verifier wait in the session. Raises ProviderAway."""
    more = {"prompt": "login", "max_age": "0"} if prove_again else {}
    with _troubles():
        answer: HttpResponse = _client().authorize_redirect(request, back_to, **more)
    return answer


def come_back(request: HttpRequest) -> Said:
    """Return what the provider says of whoever comes back from it. Raises ProviderRefused, ProviderAway.

    Refused: a state that this session does not wait for, a nonce of another sign-in, a token of another issuer, for
    another client, out of date, or signed with a key that is not the provider's.
    """
    with _troubles():
        client = _client()
        if request.GET.get("iss", settings.OIDC_ISSUER).rstrip("/") != settings.OIDC_ISSUER:  # RFC 9207
            raise rules.ProviderRefused
        token = client.authorize_access_token(
            request,
            claims_options={
                "iss": {"essential": True, "values": [client.server_metadata["issuer"]]},
                "aud": {"essential": True, "values": [settings.OIDC_CLIENT_ID]},
            },
            leeway=LEEWAY_SECONDS,
        )
        claims = token.get("userinfo")
        if not claims or not claims.get("sub"):
            raise rules.ProviderRefused
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    return Said(
        issuer=settings.OIDC_ISSUER,
        subject=str(claims["sub"])[:255],
        username=str(claims.get(settings.OIDC_USERNAME_CLAIM) or ""),
        name=str(claims.get("name") or ""),
        groups=tuple(str(group) for group in ([groups] if isinstance(groups, str) else groups)),
        session=str(claims.get("sid") or ""),
        proofs=frozenset(str(proof) for proof in claims.get("amr") or ()),
        proved_at=float(claims.get("auth_time") or 0),
    )


def read_logout(token: str) -> Logout:
    """Return what a notice of a logout says (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises LogoutTokenBad.

    It is believed once: a notice that comes again is not.
    """
    registry = jwt.JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY_SECONDS,
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        iat={"essential": True},
        jti={"essential": True},
    )
    try:
        client = _client()
        registry.options["iss"] = {"essential": True, "value": client.server_metadata["issuer"]}
        claims = _decode(client, token)
        registry.validate(claims)
    except (JoseError, ValueError, requests.RequestException) as error:
        logger.warning("accounts.logout_token_bad", extra={"error": type(error).__name__})
        raise rules.LogoutTokenBad from error
    events = claims.get("events")
    told = isinstance(events, dict) and LOGOUT_EVENT in events and "nonce" not in claims
    subject, session = str(claims.get("sub") or ""), str(claims.get("sid") or "")
    is_old = now().timestamp() - float(claims["iat"]) > LOGOUT_LASTS.total_seconds() + LEEWAY_SECONDS
    if not told or is_old or not (subject or session):
        raise rules.LogoutTokenBad
    if throttle.take("logout_notice", str(claims["jti"]), limit=1, pause=2 * LOGOUT_LASTS):
        raise rules.LogoutTokenBad
    return Logout(issuer=settings.OIDC_ISSUER, subject=subject, session=session)


def _decode(client: DjangoOAuth2App, token: str) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    try:
        return jwt.decode(token, KeySet.import_key_set(client.fetch_jwk_set()), registry=registry).claims
    except InvalidKeyIdError:
        # Anybody can send a token with a key that nobody knows: the provider is not asked each time.
        if throttle.take("provider_keys", settings.OIDC_ISSUER, limit=5, pause=dt.timedelta(minutes=1)):
            raise
        return jwt.decode(token, KeySet.import_key_set(client.fetch_jwk_set(force=True)), registry=registry).claims


def _client() -> DjangoOAuth2App:
    """Return the client with the provider's addresses, asked for once a process. Raises ValueError, RequestException."""
    client = _made(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPE)
    metadata = client.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        client.server_metadata.clear()
        raise ValueError("the provider names another issuer than LINLI_OIDC_ISSUER")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    client.server_metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
    return client


@lru_cache(maxsize=4)
def _made(issuer: str, client_id: str, client_secret: str, scope: str) -> DjangoOAuth2App:
    return OAuth().register(
        "city",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "default_timeout": TIMEOUT_SECONDS},
    )


@contextmanager
def _troubles() -> Iterator[None]:
    """Turn what goes wrong on the way into a refusal; the log gets the kind of error, and nothing of the person."""
    try:
        yield
    except (OAuthError, JoseError) as error:
        logger.warning("accounts.provider_refused", extra={"error": getattr(error, "error", type(error).__name__)})
        raise rules.ProviderRefused from error
    except (requests.RequestException, ValueError, KeyError) as error:
        logger.warning("accounts.provider_away", extra={"error": type(error).__name__})
        raise rules.ProviderAway from error
