"""Pages about one's own account: how they say so at the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from linli.core.access import open_to_all

View = Callable[..., HttpResponse]


def own(view: View) -> View:
    """Declare a page about one's own account: open to whoever is signed in, with a post or without."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return open_to_all("shows and changes one's own account only; others are sent to the door")(guarded)


def own_of_staff(view: View) -> View:
    """Declare a page about one's own account that only staff have; to residents it does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:  # type: ignore[union-attr]
            raise Http404
        return view(request, *args, **kwargs)

    return own(guarded)
