"""What every answer tells the browser not to do: the headers that hold without a page's knowing of them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from linli.core.access import declared_permission

SENSORS = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
"""What no page of ours uses. Photographs are chosen in a file field, which needs none of it."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [f"{one}=()" for one in SENSORS]
        + [f"{one}=(self)" for one in ("publickey-credentials-create", "publickey-credentials-get")]
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}
"""`same-origin` and not `no-referrer`: under that one browsers send `Origin: null` with our own forms, and each would be
refused as somebody else's."""

HSTS = "max-age=31536000; includeSubDomains"
NEVER_KEPT = "private, no-store"
ASKED_AGAIN = "private, no-cache"


class HeadersMiddleware:
    """Put the headers on every answer, static files and refusals included. A page that sets one itself keeps it.

    Stands outermost. What may show somebody's data is not kept by any cache; what is open to everybody is asked for anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_COOKIES:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if "Cache-Control" not in response:
            response["Cache-Control"] = NEVER_KEPT if _is_somebodys(request, response) else ASKED_AGAIN
        return response


def _is_somebodys(request: HttpRequest, response: HttpResponseBase) -> bool:
    session = getattr(request, "session", None)
    match = request.resolver_match
    return (
        request.method not in ("GET", "HEAD")
        or bool(response.cookies)
        or (session is not None and SESSION_KEY in session)
        or isinstance(declared_permission(match.func) if match else None, tuple)
    )
