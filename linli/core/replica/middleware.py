"""Remember of somebody that she has just written."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from linli.core.replica.reading import WROTE

READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class WroteMiddleware:
    """Give whoever has sent something a cookie for as long as the copy may be behind. Not there without a copy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICA_URL:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in READING:
            response.set_cookie(
                WROTE,
                "1",
                max_age=settings.REPLICA_LAG_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
