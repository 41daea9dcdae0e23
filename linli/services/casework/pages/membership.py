"""Registered unemployed, month by month: for the human-resources line and for who oversees it (R41a)."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from linli.core.access import requires
from linli.core.http import Request, show
from linli.ground.registry.models import SpecialGroup
from linli.services.casework import membership
from linli.services.casework import permissions as may


@requires(may.FIGURES)
@require_GET
def unemployed(request: Request) -> HttpResponse:
    group = SpecialGroup.REGISTERED_UNEMPLOYED
    months = membership.by_month(request.actor, group)
    context = {"months": months, "standing": membership.standing(request.actor, group)}
    return show(request, "casework/unemployed.html", context)
