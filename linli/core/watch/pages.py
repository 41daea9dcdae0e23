"""The two addresses at which anybody's machine may ask. What is wrong, only `linli metrics` tells, on its own address."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.core.access import open_to_all
from linli.core.watch import readiness


@open_to_all("monitors have no account; that it answers is all it tells")
@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers. Asks neither database nor files, which a restart would not mend."""
    return JsonResponse({"status": "alive"})


@open_to_all("monitors have no account; it tells ready or not, and not why")
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, tables, file store and a worker are there."""
    if readiness.is_ready(readiness.kept_findings()):
        return JsonResponse({"status": "ready"})
    return JsonResponse({"status": "not ready"}, status=503)
