"""For everyone: where the windows are, and whether one is open now."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from linli.core.access import Actor, open_to_all
from linli.core.http import Request, show
from linli.ground.registry import queries as registry
from linli.ground.territory import queries as territory
from linli.ground.territory.forms import way
from linli.ground.territory.models import Division, Level
from linli.services.facilities import queries, words
from linli.services.facilities.queries import Shown

LISTED = (Level.COUNTY, Level.TOWNSHIP)


def told(one: Shown) -> dict[str, Any]:
    """Return a point as the templates show it."""
    return {
        "one": one,
        "point": one.point,
        "until": words.until(one),
        "today": words.hours(one.today),
        "week": words.week_lines(one.week),
        "coming": [(special, words.hours(special.spans)) for special in one.coming],
    }


def own_community(actor: Actor) -> Division | None:
    """Return where a resident lives, or the community at which staff work; None where nobody knows."""
    if actor.kind == "resident":
        person = registry.person_of(actor)
        return territory.division(person.community_id) if person and person.community_id else None
    if actor.post is not None and actor.post.level == Level.COMMUNITY:
        return territory.division(actor.post.division_id)
    return None


@open_to_all("where the windows are and when they open is for everybody")
@require_safe
def find(request: Request) -> HttpResponse:
    """Choose a community in three steps; one's own stands there already."""
    reached = way(
        "community", request.GET.get("community-county", ""), request.GET.get("community-township", ""),
        request.GET.get("community", ""), only=None,
    )  # fmt: skip
    if reached.community is not None and "community" in request.GET:
        return redirect("facilities:place", reached.community.code)
    mine = own_community(request.actor)
    context = {
        "widget": {"name": "community", "way": reached, "attrs": {"id": "id_community", "required": False}, "only": []},
        "mine": mine,
        "points": [told(one) for one in queries.shown(queries.points_at([mine]))] if mine else [],
    }
    return show(request, "facilities/find.html", context)


@open_to_all("where the windows are and when they open is for everybody")
@require_safe
def place(request: Request, code: str) -> HttpResponse:
    """A community's own windows, then those above it; for a township or county all that lie in it."""
    try:
        here = territory.by_code(code)
    except Division.DoesNotExist:
        raise Http404 from None
    if here.level == Level.COMMUNITY:
        return _community(request, here)
    if here.level not in LISTED:
        return redirect("facilities:find")
    rows = queries.shown(list(queries.points_below(here)))
    context = {
        "here": here,
        "rows": [(one, words.until(one), words.hours(one.today)) for one in rows],
        "open": sum(one.is_open for one in rows),
    }
    return show(request, "facilities/area.html", context)


def _community(request: Request, here: Division) -> HttpResponse:
    found = queries.places_for(here)
    own = [one for one in found if one.point.division_id == here.pk]
    closed = not any(one.is_open for one in own)
    shown_already = {one.point.pk for one in found}
    others = queries.open_in_county(here.county_code, near=here) if closed else []
    context = {
        "here": here,
        "full_name": territory.full_name(here),
        "own": [told(one) for one in own],
        "above": [told(one) for one in found if one.point.division_id != here.pk],
        "closed": closed,
        "open_now": [(one, words.until(one)) for one in others if one.point.pk not in shown_already],
        "county": next((d for d in territory.ancestors(here) if d.level == Level.COUNTY), None),
    }
    return show(request, "facilities/place.html", context)
