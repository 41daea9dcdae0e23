"""The two front doors: the portal's home and the workbench's. Rooms fill them through panels."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from linli.core.access import open_to_all, requires
from linli.core.calendar import today
from linli.core.design import worklist
from linli.core.design.panels import panels_for
from linli.core.http import show
from linli.web import heads
from linli.web import permissions as may


@open_to_all("the front door")
def home(request: HttpRequest) -> HttpResponse:
    panels = {place: panels_for(f"portal_{place}", request) for place in ("hero", "home", "aside")}
    return show(request, "web/home.html", {"panels": panels})


@requires(may.USE_WORKBENCH)
def bench(request: HttpRequest) -> HttpResponse:
    return show(request, "web/bench.html", {"panels": panels_for("bench_service", request), "door": "service"})


@requires(may.USE_WORKBENCH)
def bench_management(request: HttpRequest) -> HttpResponse:
    context = {
        "panels": panels_for("bench_management", request),
        "heads": heads.heads_for(request),
        "door": "management",
    }
    return show(request, "web/bench.html", context)


@requires(may.USE_WORKBENCH)
def worklist_page(request: HttpRequest) -> HttpResponse:
    """All that waits for the actor, from every room, the most urgent first (R23, R159)."""
    actor = request.actor  # type: ignore[attr-defined]
    work = worklist.worklist_for(actor, key=request.GET.get("what", ""))
    soon = worklist.nearly_due(actor)
    return show(request, "web/worklist.html", {"work": work, "today": today(), "soon": soon})


@requires(may.USE_WORKBENCH)
def find(request: HttpRequest) -> HttpResponse:
    """One search for all rooms (R159b): each answers for what it holds and the actor may see."""
    sought = request.GET.get("q", "").strip()[:100]
    return show(request, "web/find.html", {"sought": sought, "panels": panels_for("find", request) if sought else []})
