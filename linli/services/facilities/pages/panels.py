"""What facilities says on other rooms' pages: beside a guide, on the resident's home, on the workbench."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access import Actor
from linli.core.ids import is_digits
from linli.services.facilities import permissions as may
from linli.services.facilities import queries
from linli.services.facilities.pages.portal import own_community, told

FOUND = 5
SHORTEST = 2
Panel = tuple[str, dict[str, Any]] | None


def windows_beside_guide(request: HttpRequest) -> Panel:
    """The reader's own community's window first, then the way to any other of the city."""
    mine = own_community(_actor(request))
    points = queries.shown(queries.points_at([mine])) if mine else []
    return "facilities/_guide.html", {"points": [told(one) for one in points], "mine": mine}


def my_window(request: HttpRequest) -> Panel:
    """Whether the window of the reader's community is open now."""
    actor = _actor(request)
    mine = own_community(actor) if actor.kind == "resident" else None
    points = queries.shown(queries.points_at([mine])[:1]) if mine else []
    if mine is None or not points:
        return "facilities/_find_card.html", {"place": mine}
    return "facilities/_home_card.html", {"place": mine, **told(points[0])}


def days_ahead(request: HttpRequest) -> Panel:
    """How many of the coming days lack a window, with the way to the list (R35)."""
    actor = _actor(request)
    if not actor.may(may.WATCH):
        return None
    figure = {
        "name": _("以后 60 天里没有窗口开的"),
        "value": queries.coming_gaps(actor).order_by().count(),
        "whole": _("天"),
        "url": reverse("facilities:days"),
        "words": _("看是哪几天"),
    }
    return "design/panels/figures.html", {"id": "windows", "title": _("窗口"), "figures": [figure]}


def at_community(request: HttpRequest) -> Panel:
    """A community's own windows, or those above it that serve it, on its front page (R158)."""
    here = request.community  # type: ignore[attr-defined]
    found = queries.places_for(here)
    own = [one for one in found if one.point.division_id == here.pk]
    context = {"here": here, "own": [told(one) for one in own], "above": [told(one) for one in found if not own]}
    return "facilities/_at_community.html", context


def points_found(request: HttpRequest) -> Panel:
    """Service points within the actor's reach by their name or place (R159b)."""
    actor = _actor(request)
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    if not actor.may(may.VIEW) or len(sought) < SHORTEST or is_digits(sought):
        return None
    rows, more = queries.desk_page(actor, sought=sought, size=FOUND)
    return ("facilities/_found.html", {"rows": rows, "sought": sought, "more": more}) if rows else None


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
