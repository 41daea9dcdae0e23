"""Pages for what went wrong: they say what happened and what to do now."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from linli.core.design.context import LANGUAGES
from linli.core.http.middleware import is_unavailable
from linli.core.ids import check_character, grouped, random_serial

logger = logging.getLogger("linli.web.errors")


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return too_large(request, exception)
    return render(request, "web/400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "web/403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "web/404.html", status=404)


def too_large(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "web/413.html", {"most": settings.UPLOAD_MAX_BYTES // 1024 // 1024}, status=413)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that stood open too long, or came from elsewhere; what was typed can be found again."""
    return render(request, "web/csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Show an incident number, and log it with the traceback. Needs neither session nor database.

    A database that was gone before any page was reached, when the session was read, is no fault of ours: it is said as
    RefusalMiddleware says it, and asked again later.
    """
    if is_unavailable(error := sys.exc_info()[1]):
        logger.error("http.unavailable", exc_info=error)
        return busy(request)
    body = random_serial(7)
    incident = grouped(body + check_character(body))
    logger.error("web.broken %s", incident, exc_info=sys.exc_info(), extra={"incident": incident, "path": request.path})
    return HttpResponse(render_to_string("web/500.html", {"incident": incident, **_plain()}), status=500)


def busy(request: HttpRequest) -> HttpResponse:
    """Say that it is to be tried again in a while. Needs neither session nor database."""
    page = render_to_string("design/busy.html", {"request": request, **_plain()})
    return HttpResponse(page, status=503, headers={"Retry-After": "10"})


def _plain() -> dict[str, Any]:
    """Return what every page knows that can be told without asking who reads."""
    return {"demo": settings.DEMO, "language_tag": LANGUAGES.get(get_language() or "", LANGUAGES["zh-hans"])["tag"]}
