"""At a registered screen nothing stays: it opens residents' pages alone, and forgets whoever has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.core.calendar import now
from linli.web.kiosk import queries, rules, services

SEEN = "kiosk.seen"
OPEN_ROOMS = ("catalogue", "facilities", "casework", "certificates")
OPEN_PAGES = frozenset(
    {
        "web:home", "web:communities", "web:community", "web:preferences", "accounts:sign_out", "accounts:outbox",
        "web:csrf", "registry:identify_me",
    }
)  # fmt: skip
"""What opens at a screen without a right, beside its own pages: what the portal shows to everybody."""
FILES = frozenset({"casework:paper", "casework:visit_receipt", "certificates:own_file", "certificates:by_file"})
"""What would open a file over the whole screen, without a way back."""


class KioskMiddleware:
    """Give each request its screen (`request.kiosk`, None elsewhere), and hold what is promised there (R156)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.kiosk = None  # type: ignore[attr-defined]
        if queries.COOKIE not in request.COOKIES:
            return self.get_response(request)
        device = queries.device_of(request)
        if device is None:  # revoked, or paired anew elsewhere
            logout(request)
            response = self.get_response(request)
            response.delete_cookie(queries.COOKIE)
            return response
        request.kiosk = device  # type: ignore[attr-defined]
        moment = now()
        services.note_seen(device, moment)
        if self._has_rested(request, moment.timestamp()):
            logout(request)
            return _closed(redirect(f"{reverse('web:kiosk_start')}?over=1"))
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            request.session[SEEN] = moment.timestamp()
        return _closed(response)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Open what residents may open; lead everything else to the screen's own first page."""
        match = request.resolver_match
        if request.kiosk is None or match is None:  # type: ignore[attr-defined]
            return None
        name = match.view_name
        if name in ("web:home", "web:bench"):
            return redirect("web:kiosk")
        if name == "web:sign_in":
            onward = request.GET.get("next", "") or request.POST.get("next", "")
            query = f"?{urlencode({'next': onward})}" if onward else ""
            return redirect(reverse("web:kiosk_sign_in") + query)
        if name == "casework:paper" and kwargs.get("kind") == "receipt":
            return redirect("web:kiosk_receipt", kwargs["number"])
        if name in FILES:
            messages.info(request, _("这一份请到窗口打印，或者在手机上下载。这台机器打印页面，不打开文件。"))
            return redirect(_page_before(request))
        return None if _opens_here(view, name) else redirect("web:kiosk")

    @staticmethod
    def _has_rested(request: HttpRequest, moment: float) -> bool:
        seen = request.session.get(SEEN) if SESSION_KEY in request.session else None
        return seen is not None and rules.is_over(
            seen=seen,
            moment=moment,
            rest_seconds=settings.KIOSK_REST_SECONDS,
            has_script=bool(request.session.get(queries.HAS_SCRIPT)),
        )


def _page_before(request: HttpRequest) -> str:
    before = urlsplit(request.headers.get("Referer", ""))
    return before.path if before.netloc == request.get_host() and before.path else reverse("web:kiosk")


def _opens_here(view: Any, name: str) -> bool:
    if permissions := getattr(view, "linli_permissions", None):
        return any("resident" in permission.role_set for permission in permissions)
    return name in OPEN_PAGES or name.startswith("web:kiosk") or name.split(":")[0] in OPEN_ROOMS


def _closed(response: HttpResponse) -> HttpResponse:
    """Keep nothing of a page in the browser: going back shows nothing either."""
    if not response.get("Content-Type", "").startswith(("text/css", "text/javascript", "image/")):
        response["Cache-Control"] = "no-store"
    return response
