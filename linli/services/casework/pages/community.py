"""What casework says on a community's front page: what is posted, and how the work goes (R158)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from linli.core.calendar import today
from linli.services.casework import figures, queries

Panel = tuple[str, dict[str, Any]] | None
SHOWN = 5


def posted(request: HttpRequest) -> Panel:
    """What is posted for objections today; over, it stands here no longer."""
    notices = queries.posted_notices(request.community)  # type: ignore[attr-defined]
    day = today()
    current = [one for one in notices if one.until is None or one.until >= day]
    return "casework/_community_notices.html", {"notices": current[:SHOWN], "more": len(current) > SHOWN}


def in_figures(request: HttpRequest) -> Panel:
    return "casework/_community_figures.html", {"told": figures.told_of(request.community)}  # type: ignore[attr-defined]
