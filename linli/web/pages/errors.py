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
    """Show an incident number, and log it with the traceback. Needs neither session nor database."""
    body = random_serial(7)
    incident = grouped(body + check_character(body))
    logger.error("web.broken %s", incident, exc_info=sys.exc_info(), extra={"incident": incident, "path": request.path})
    language = LANGUAGES.get(get_language() or "", LANGUAGES["zh-hans"])
    context = {"incident": incident, "demo": settings.DEMO, "language_tag": language["tag"]}
    return HttpResponse(render_to_string("web/500.html", context), status=500)
