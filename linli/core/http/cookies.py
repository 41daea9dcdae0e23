"""Our own cookies: how pages look, which door was used. Under HTTPS no other host and no plain connection can set them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse

A_YEAR = 365 * 24 * 60 * 60


def cookie(request: HttpRequest, name: str) -> str:
    """Return what was kept under the name, "" for nothing."""
    return request.COOKIES.get(f"{settings.COOKIE_PREFIX}{name}", "")


def keep_cookie(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice of the reader's for a year; no script reads it."""
    response.set_cookie(
        f"{settings.COOKIE_PREFIX}{name}",
        value,
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
        httponly=True,
    )


class _Cookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class MessageStorage(FallbackStorage):
    """The sentences that a page hands over to the next: in a cookie as safe as the others, the rest in the session."""

    storage_classes = (_Cookie, SessionStorage)
