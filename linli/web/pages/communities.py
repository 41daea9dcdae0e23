"""The front page of each community, and the way to it (R158): composed from facts alone, nothing past its validity."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.core.access import Actor, open_to_all
from linli.core.design.panels import panels_for
from linli.core.http import show
from linli.ground.registry import queries as registry
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level

FOUND = 60
CODE_DIGITS = 12


@open_to_all("where people live is no secret; its page says what is there for everybody")
@require_safe
def communities(request: HttpRequest) -> HttpResponse:
    """Find a community by its name, or through its county."""
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    counties = territory.counties()
    county = next((one for one in counties if one.code[:6] == request.GET.get("county", "")), None)
    found = [one for one in territory.search(sought, FOUND * 2) if one.level == Level.COMMUNITY] if sought else []
    if len(found) == 1:
        return redirect("web:community", found[0].code)
    context = {
        "sought": sought,
        "found": [(one, territory.full_name(one)) for one in found[:FOUND]],
        "counties": counties,
        "county": county,
        "groups": territory.community_choices(county.code[:6]) if county else [],
        "mine": _own(request.actor),  # type: ignore[attr-defined]
    }
    return show(request, "web/communities.html", context)


@open_to_all("where people live is no secret; its page says what is there for everybody")
@require_safe
def community(request: HttpRequest, code: str) -> HttpResponse:
    """One community's front page, by its division code; a name leads to the one that bears it."""
    if not (len(code) == CODE_DIGITS and code.isdecimal()):
        return _by_name(code)
    try:
        here = territory.by_code(code)
    except Division.DoesNotExist:
        after = [one for one in territory.successors(code) if one.level == Level.COMMUNITY]
        if len(after) == 1:
            return redirect("web:community", after[0].code)
        raise Http404 from None
    if here.level != Level.COMMUNITY:
        return redirect("facilities:place", here.code)
    request.community = here  # type: ignore[attr-defined]
    context = {
        "here": here,
        "full_name": territory.full_name(here),
        "above": [one for one in territory.ancestors(here) if one.level in (Level.TOWNSHIP, Level.COUNTY)],
        "panels": {place: panels_for(f"community_{place}", request) for place in ("main", "aside")},
    }
    return show(request, "web/community.html", context)


def _by_name(name: str) -> HttpResponse:
    found = [one for one in territory.search(name, FOUND) if one.level == Level.COMMUNITY and one.short_name == name]
    if not found:
        raise Http404
    if len(found) > 1:
        return redirect(f"{reverse('web:communities')}?{urlencode({'q': name})}")
    return redirect("web:community", found[0].code)


def _own(actor: Actor) -> Division | None:
    """Return where a resident lives, or the community at which staff work; None where nobody knows."""
    if actor.kind == "resident":
        person = registry.person_of(actor)
        return territory.division(person.community_id) if person and person.community_id else None
    if actor.post is not None and actor.post.level == Level.COMMUNITY:
        return territory.division(actor.post.division_id)
    return None
