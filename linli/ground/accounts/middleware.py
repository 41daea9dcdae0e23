"""Who asks: `request.actor`, made once a request from the session's account and its post."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from linli.core.access import ANONYMOUS


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: ANONYMOUS)  # type: ignore[attr-defined]
        return self.get_response(request)
