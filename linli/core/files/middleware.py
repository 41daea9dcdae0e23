"""A request that is too large is refused before any of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.core.files.refusals import RequestTooLarge

MEGABYTE = 1024 * 1024


class RequestSizeMiddleware:
    """Answer 413 with a page that says what to do. The body stays unread: nothing reaches memory or disk.

    The server reads no more of a body than its Content-Length, so what is let through cannot grow later.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = _length(request)
        if size <= settings.REQUEST_MAX_BYTES:
            return self.get_response(request)
        refusal = RequestTooLarge(size=-(-size // MEGABYTE), limit=settings.REQUEST_MAX_BYTES // MEGABYTE)
        return render(request, "design/refused.html", {"sentence": str(refusal)}, status=refusal.status)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
