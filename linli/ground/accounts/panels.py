"""What accounts says on the shells' own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries

SHOWN_TO_ALL = ("community_head", "community_worker", "window_clerk", "grid_member")
MOST_NAMED = 12
FOUND = 5
SHORTEST = 2


def who_to_turn_to(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Who is responsible in a community: names and roles; the number to call is its window's (R158)."""
    people = queries.responsible_at(request.community, SHOWN_TO_ALL)  # type: ignore[attr-defined]
    return ("accounts/_who_to_turn_to.html", {"people": people[:MOST_NAMED]}) if people else None


def staff_found(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Colleagues within the actor's reach, by name or user name, with the roles that they hold."""
    actor = request.actor  # type: ignore[attr-defined]
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if not actor.may(may.VIEW_STAFF) or len(sought) < SHORTEST:
        return None
    rows, more = queries.staff_page(actor, search=sought, size=FOUND)
    return ("accounts/_staff_found.html", {"rows": rows, "sought": sought, "more": more}) if rows else None
