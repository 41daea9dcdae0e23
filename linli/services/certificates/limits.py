"""How often one address may ask the public pages; the limits themselves stand in rules.LIMITS."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.core.calendar import now
from linli.core.crypto import blind
from linli.services.certificates.rules import LIMITS

View = Callable[..., HttpResponse]


def limited(name: str) -> Callable[[View], View]:
    """Answer 429 with a sentence and Retry-After to an address that asks more often than LIMITS[name] allows."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            wait = seconds_to_wait(name, request.META.get("REMOTE_ADDR", ""))
            if not wait:
                return view(request, *args, **kwargs)
            response = render(request, "certificates/too_many.html", {"seconds": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response

        return guarded

    return decorate


def seconds_to_wait(name: str, address: str) -> int:
    """Count one request of an address; return 0 when it may go ahead, else how many seconds are left to wait.

    Counted in windows of whole periods. The address is kept only as a keyed digest, and only as long as its window.
    """
    limit = LIMITS[name]
    moment = int(now().timestamp())
    window = moment // limit.seconds
    key = f"certificates.{name}.{window}.{blind(address or '-', purpose='certificates.limit')[-32:]}"
    cache.add(key, 0, limit.seconds)
    try:
        asked = cache.incr(key)
    except ValueError:  # forgotten by the cache between the two lines: this is the first one it knows of
        asked = 1
    return 0 if asked <= limit.requests else (window + 1) * limit.seconds - moment
