"""Who asks: `request.actor`, made once a request from the session's account and its post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from linli.core.access import ANONYMOUS, Actor


class ActorMiddleware:
    """Give each request its actor, and keep what was typed when a form meets an ended session.

    The actor costs nothing until somebody asks, then two queries beside the account's own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        from linli.ground.accounts import pages

        if not getattr(view, "linli_permissions", None):
            return None
        if not request.actor.is_signed_in:  # type: ignore[attr-defined]
            if getattr(request, "htmx", None):
                return _leave_for(settings_sign_in(), next_address=_page_behind(request))
            if request.method == "POST":
                return pages.sign_in_again(request)
        elif getattr(request.user, "must_change_password", False):
            return pages.to_password_change(request)
        return None


def _actor(request: HttpRequest) -> Actor:
    from linli.ground.accounts import queries

    account = request.user
    if not account.is_authenticated:
        return ANONYMOUS
    return queries.actor_for(account, request.session.get(queries.ACTING_POST))


def settings_sign_in() -> str:
    from django.conf import settings

    return resolve_url(settings.LOGIN_URL)


def _page_behind(request: HttpRequest) -> str:
    """Return the page that an htmx request came from: the fragment's own address is not one to go back to."""
    behind = urlsplit(request.headers.get("HX-Current-URL", ""))
    return behind._replace(scheme="", netloc="").geturl() or request.get_full_path()


def _leave_for(address: str, *, next_address: str) -> HttpResponse:
    response = HttpResponse(status=401)
    response["HX-Redirect"] = f"{address}?{urlencode({'next': next_address})}"
    return response
