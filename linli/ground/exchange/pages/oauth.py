"""OAuth 2.0 for programs: client credentials against a short-lived token (RFC 6749, RFC 8414)."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
from urllib.parse import unquote_plus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from linli.core.access import open_to_all
from linli.ground.accounts import throttle
from linli.ground.exchange import queries, rules, services, tokens
from linli.ground.exchange.models import ClientSecret

TRIES = 20
PAUSE = dt.timedelta(minutes=5)
CODES = {"invalid_client": 401, "slow_down": 429}


@csrf_exempt
@open_to_all("a program shows its secret here; it has no session that could be misused")
@sensitive_post_parameters("client_secret")
def token(request: HttpRequest) -> HttpResponse:
    """Give a token for an id and its secret. Errors are those of RFC 6749, section 5.2."""
    if request.method != "POST":
        response = _error("invalid_request", "use POST", status=405)
        response["Allow"] = "POST"
        return response
    if request.content_type != "application/x-www-form-urlencoded":
        return _error("invalid_request", "send application/x-www-form-urlencoded")
    by_header = request.headers.get("Authorization", "")
    if by_header and "client_secret" in request.POST:
        return _error("invalid_request", "one way of authentication only")
    given = _from_header(by_header) if by_header else (
        request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    )  # fmt: skip
    address = request.META.get("REMOTE_ADDR", "")
    until = throttle.take("exchange.token", address, limit=TRIES, pause=PAUSE)
    if until is not None:
        response = _error("slow_down", "too many wrong secrets from this address")
        response["Retry-After"] = str(int(PAUSE.total_seconds()))
        return response
    secret = _good_secret(*given)
    if secret is None:
        return _error("invalid_client", "no such client, or not its secret")
    throttle.give_back("exchange.token", address)
    if request.POST.get("grant_type") != "client_credentials":
        code = "unsupported_grant_type" if request.POST.get("grant_type") else "invalid_request"
        return _error(code, "grant_type is client_credentials")
    held = frozenset(secret.client.scopes)
    asked = frozenset(request.POST.get("scope", "").split())
    if asked - held:
        return _error("invalid_scope", "the client does not hold every scope that it asks for")
    granted = asked or held
    services.note_token(secret.client)
    return _no_store(
        JsonResponse(
            {
                "access_token": tokens.issue(secret, granted),
                "token_type": "Bearer",
                "expires_in": rules.TOKEN_SECONDS,
                "scope": " ".join(sorted(granted)),
            }
        )
    )


@require_GET
@open_to_all("where tokens are given is no secret")
def metadata(request: HttpRequest) -> HttpResponse:
    """Tell where tokens are given and for what (RFC 8414)."""
    base = settings.BASE_URL.rstrip("/")
    told = {
        "issuer": base,
        "token_endpoint": base + reverse("exchange:token"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": sorted(queries.scopes_on_offer()),
        "service_documentation": base + reverse("exchange:reference"),
    }
    response = JsonResponse(told)
    response["Cache-Control"] = "public, max-age=300"
    return response


def _good_secret(client_id: str, secret: str) -> ClientSecret | None:
    try:
        pk = UUID(client_id)
    except ValueError:
        return None
    digest = rules.digest(secret) if secret.isascii() else ""
    for one in ClientSecret.objects.filter(client_id=pk).select_related("client"):
        if hmac.compare_digest(one.digest, digest) and tokens.is_good(one):
            return one
    return None


def _from_header(header: str) -> tuple[str, str]:
    """Read id and secret from HTTP Basic, form-encoded before they were joined (RFC 6749, 2.3.1)."""
    scheme, _space, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    client_id, _colon, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _error(code: str, description: str, *, status: int = 0) -> HttpResponse:
    status = status or CODES.get(code, 400)
    response = JsonResponse({"error": code, "error_description": description}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="linli"'
    return _no_store(response)


def _no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response
