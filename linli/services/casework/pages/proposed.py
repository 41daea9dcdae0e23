"""What may concern a resident: on her own pages, and on her page of the workbench for whoever looks after her."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import Actor, requires
from linli.core.http import Request, show
from linli.ground.registry import permissions as registry_may
from linli.ground.registry import queries as registry
from linli.services.casework import permissions as may
from linli.services.casework import proposals, rules, services

ON_ONE_PAGE = 12


@requires(may.APPLY)
@require_GET
def my_proposals(request: Request) -> HttpResponse:
    """Everything that is proposed to her, each with its rule."""
    context = {"proposals": proposals.proposals_to(request.actor, most=ON_ONE_PAGE), "back": request.path}
    return show(request, "casework/my_proposals.html", context)


@requires(may.APPLY)
@require_POST
def decline(request: Request, code: str) -> HttpResponse:
    """She does not want to be told of it again; back to where she was."""
    try:
        services.decline_proposal(rules.clean_text(code, 60), by=request.actor)
    except rules.ChoiceNotKnown:
        raise Http404 from None
    to = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return redirect(to if to and ours else reverse("casework:my_proposals"))


def at_home(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The panel of the portal's home."""
    actor: Actor = request.actor
    if actor.kind != "resident" or actor.person_id is None:
        return None
    found = proposals.proposals_to(actor)
    return ("casework/_proposals_panel.html", {"proposals": found, "back": request.path}) if found else None


def of_person(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """The panel of a person's page in the workbench: for those who may know her groups, and handle applications."""
    actor: Actor = request.actor
    if not (actor.may(registry_may.VIEW_TAGS) and actor.may(may.HANDLE)) or request.resolver_match is None:
        return None
    person = registry.persons_for(actor).filter(pk=request.resolver_match.kwargs["person_id"]).first()
    found = proposals.proposals_for(person, in_public=False) if person is not None else []
    return ("casework/_proposals_for_worker.html", {"proposals": found}) if found else None
