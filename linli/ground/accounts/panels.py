"""What accounts says on the shells' own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries

FOUND = 5
SHORTEST = 2


def staff_found(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """Colleagues within the actor's reach, by name or user name, with the roles that they hold."""
    actor = request.actor  # type: ignore[attr-defined]
    sought = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    if not actor.may(may.VIEW_STAFF) or len(sought) < SHORTEST:
        return None
    rows, more = queries.staff_page(actor, search=sought, size=FOUND)
    return ("accounts/_staff_found.html", {"rows": rows, "sought": sought, "more": more}) if rows else None
