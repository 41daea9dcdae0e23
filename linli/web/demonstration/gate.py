"""While the demonstration is being made, people look around and sign in; what they do themselves has to wait.

The replay lives in the past: a case that somebody handed in today would be accepted by silence, reminded of and written
to as of three months ago. So nothing is taken in before it has arrived at today.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.web.demonstration.progress import progress

OPEN = {
    "web:sign_in", "web:preferences", "accounts:sign_out", "accounts:choose_post", "accounts:choose_language",
}  # fmt: skip
"""What changes nothing but who is looking, and how."""
WAIT_SECONDS = "30"


class DemonstrationMiddleware:
    """Tell every page how far the demonstration is, and answer what would change something with a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.in_the_making = progress()  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if (
            request.in_the_making is None  # type: ignore[attr-defined]
            or request.method in ("GET", "HEAD", "OPTIONS")
            or (match is not None and match.view_name in OPEN)
        ):
            return None
        response = render(request, "web/in_the_making.html", status=503)
        response["Retry-After"] = WAIT_SECONDS
        return response
