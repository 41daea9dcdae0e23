"""How far the items reach: every community, the city and the countryside alike, and where they differ (R28)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import Actor, requires
from linli.core.calendar import today
from linli.core.http import refusals_shown_on, show
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level
from linli.services.catalogue import figures, queries, services
from linli.services.catalogue import permissions as may
from linli.services.catalogue.figures import TARGET_YEAR
from linli.services.catalogue.forms import VarianceForm, day_initial
from linli.services.catalogue.models import ItemVersion, Variance
from linli.services.catalogue.rules import Area, Part

TABS = (
    ("catalogue:coverage", gettext_lazy("上了平台没有")),
    ("catalogue:reach", gettext_lazy("每个社区都有吗")),
    ("catalogue:equality", gettext_lazy("城乡一样吗")),
    ("catalogue:variances", gettext_lazy("各地的差异")),
)


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return the ways through the pages of coverage."""
    return [(reverse(name), str(label), name == here) for name, label in TABS]


@requires(may.VIEW)
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    """The matrix of basic items and the places below one (R28b): shares, each opening what is missing."""
    place = _place(request)
    told = figures.matrix(place)
    context = {
        "tabs": tabs("catalogue:reach"),
        "matrix": told,
        "year": TARGET_YEAR,
        "columns": [
            {"division": column.division, "share": told.of_column(number), "communities": len(column.places)}
            for number, column in enumerate(told.columns)
        ],
        "rows": [{"row": row, "cells": list(zip(told.columns, row.cells, strict=True))} for row in told.rows],
        "is_leaf": place.level == Level.COMMUNITY,
        **_ways(place, "catalogue:reach"),
    }
    return show(request, "catalogue/reach.html", context)


@requires(may.VIEW)
@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """The communities in which an item is not offered, and why: what an empty cell opens."""
    code, place = request.GET.get("item", "")[:60], _place(request)
    name = queries.names([code], in_force=True).get(code)
    if name is None:
        raise Http404
    found = figures.gaps(code, place)
    context = {
        "name": name,
        "gaps": found,
        "total": sum(len(gap.places) for gap in found),
        "may_edit": _actor(request).may(may.EDIT),
        **_ways(place, "catalogue:reach"),
    }
    return show(request, "catalogue/gaps.html", context)


@requires(may.VIEW)
@require_GET
def equality(request: HttpRequest) -> HttpResponse:
    """Items open to the city and not to the countryside; differing standards side by side (R28a)."""
    place = _place(request)
    told = figures.equality(place)
    context = {
        "tabs": tabs("catalogue:equality"),
        "equality": told,
        "differing": [(one, [_told(variance) for variance in one.there]) for one in told.differing],
        **_ways(place, "catalogue:equality"),
    }
    return show(request, "catalogue/equality.html", context)


@requires(may.VIEW)
@require_GET
def variances(request: HttpRequest) -> HttpResponse:
    """Every difference that is recorded, with its reason; those of one's own line and place can be ended."""
    rows = queries.variances()
    names = queries.names({row.item.code for row in rows})
    mine = set(queries.variances_for(_actor(request)).values_list("pk", flat=True))
    context = {
        "tabs": tabs("catalogue:variances"),
        "rows": [{**_told(row), "name": names[row.item.code], "may_end": row.pk in mine} for row in rows],
    }
    return show(request, "catalogue/variances.html", context)


@requires(may.EDIT)
def record_variance(request: HttpRequest, code: str) -> HttpResponse:
    """Record where the item differs, to what standard, and why."""
    actor = _actor(request)
    if not queries.versions_for(actor, may.EDIT).filter(item__code=code).exists():
        raise Http404
    place = _place(request)
    form = VarianceForm(request.POST if request.method == "POST" else None, initial=day_initial(today()))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            services.record_variance(code, by=actor, place=place, **form.cleaned_data)
            messages.success(request, _("记下了。居民在这个事项的指南上也看得到。"))
            return redirect("catalogue:variances")
    context = {
        "code": code,
        "name": queries.names([code])[code],
        "form": form,
        "children": list(territory.children(place)),
        **_ways(place, "catalogue:record_variance"),
    }
    return show(request, "catalogue/record_variance.html", context, status=422 if form.errors else 200)


@requires(may.EDIT)
@require_POST
def end_variance(request: HttpRequest, variance_id: UUID) -> HttpResponse:
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
    try:
        services.end_variance(variance_id, by=_actor(request), version=version)
    except (Variance.DoesNotExist, ItemVersion.DoesNotExist):
        raise Http404 from None
    messages.success(request, _("结束了：那里从今天起和别处一样。"))
    return redirect("catalogue:variances")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _place(request: HttpRequest) -> Division:
    """Return the place that is looked at: the one asked for, else where the actor works."""
    post = _actor(request).post
    try:
        return territory.by_code(request.GET.get("at", "") or (post.division_code if post else ""))
    except Division.DoesNotExist:
        raise Http404 from None


def _ways(place: Division, page: str) -> dict[str, Any]:
    """Return the place and the way up from it, nearest last."""
    return {"place": place, "above": list(reversed(territory.ancestors(place))), "page": page}


def _told(row: Variance) -> dict[str, Any]:
    """Return a difference in the reader's words."""
    return {
        "variance": row,
        "where": where(row),
        "part": str(Part(row.part).label),
        "standard": figures.standard_of(row),
        "why": figures.told_of(row),
    }


def where(row: Variance) -> str:
    """Say which communities: 盐边县的农村社区."""
    if row.area == Area.ALL:
        return row.division.short_name
    return _("%(place)s的%(area)s") % {"place": row.division.short_name, "area": Area(row.area).label}


def differences_of(code: str) -> list[dict[str, Any]]:
    """Return where an item differs today, for its public page."""
    return [_told(row) for row in queries.variances(code=code)]
