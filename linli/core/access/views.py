"""The declaration at the door of every page and operation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from linli.core.access.actor import Actor
from linli.core.access.permission import Permission

View = Callable[..., Any]


def requires(*needed: Permission, sign_in: str = "web:sign_in") -> Callable[[View], View]:
    """Let in whoever holds one of the permissions; send who is not signed in to the sign-in page.

    `request.actor` is set by the accounts room's middleware. Which rows the page then shows, the query says.
    """
    if not needed:
        raise ValueError("requires() needs a permission; a page for everyone is marked with open_to_all()")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor: Actor = request.actor  # type: ignore[attr-defined]
            if not actor.is_signed_in:
                return HttpResponseRedirect(f"{reverse(sign_in)}?{urlencode({'next': request.get_full_path()})}")
            if not any(actor.may(permission) for permission in needed):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.linli_permissions = needed  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(why: str) -> Callable[[View], View]:
    """Declare that a page is for everyone, signed in or not, and say why."""

    def decorate(view: View) -> View:
        view.linli_open = why  # type: ignore[attr-defined]
        return view

    return decorate


def dangerous(view: View) -> View:
    """Declare that what is sent to this page is not carried out unless she has proved lately who she is.

    Stands above `requires`. The accounts room's middleware asks her again, and keeps what she had typed.
    """
    view.linli_asks_again = True  # type: ignore[attr-defined]
    return view


def asks_again(view: Any) -> bool:
    """Tell whether a view has declared itself dangerous."""
    return bool(getattr(view, "linli_asks_again", False))


def declared_permission(view: Any) -> tuple[Permission, ...] | str | None:
    """Return what a view declares: its permissions, the reason why it is open, or None (the suite fails)."""
    return getattr(view, "linli_permissions", None) or getattr(view, "linli_open", None)
