"""For machines: is it alive, what may be indexed, what the phone calls it."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from linli.core.access import open_to_all


@open_to_all("monitors have no account; it tells nothing but up or down")
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    return JsonResponse({"status": "up", "database": "up"})


@open_to_all("crawlers have no account")
def robots(request: HttpRequest) -> HttpResponse:
    closed = (reverse("web:bench"), reverse("web:preferences"))
    return HttpResponse("".join(["User-agent: *\n", *(f"Disallow: {path}\n" for path in closed)]), "text/plain")


@open_to_all("the phone asks for it before anybody signs in")
def manifest(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(
        {
            "name": _("邻里"),
            "short_name": _("邻里"),
            "start_url": reverse("web:home"),
            "display": "standalone",
            "background_color": "#f6f3ec",
            "theme_color": "#0d5c5b",
            "icons": [{"src": static("design/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Content-Type"] = "application/manifest+json"
    return response
