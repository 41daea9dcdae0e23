"""The tree of divisions for staff, loading a list for administrators, and choosing a community for everyone."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access import Actor, open_to_all, requires
from linli.core.calendar import today
from linli.core.http import refusals_shown_on, show
from linli.ground.territory import permissions as may
from linli.ground.territory import queries, services
from linli.ground.territory.forms import LoadForm, way
from linli.ground.territory.models import Division, Level

FINDINGS_SHOWN = 100


@requires(may.VIEW)
@require_safe
def divisions(request: HttpRequest, code: str = "") -> HttpResponse:
    """One division: what it is, what lies below, as of a day. Without a code, that of one's own post."""
    on = _day(request.GET.get("on", ""))
    search = request.GET.get("q", "").strip()[:60]
    context = {
        "on": on,
        "is_today": on == today(),
        "search": search,
        "may_load": _actor(request).may(may.IMPORT),
        "found": [(place, _above(place)) for place in queries.search(search)] if search else [],
    }
    try:
        here = queries.by_code(code, on) if code else _start(_actor(request), on)
    except Division.DoesNotExist:
        if not (left := queries.successors(code)) and not queries.was_borne(code):
            raise Http404 from None
        return show(request, "territory/retired.html", context | {"code": code, "successors": left})
    if here is None:
        return show(request, "territory/empty.html", context)
    context |= {
        "here": here,
        "above": list(reversed(queries.ancestors(here))),
        "counts": queries.counts(here, on),
        "tree": _tree(here, on),
        "codes": queries.codes_of(here),
    }
    return show(request, "territory/division.html", context)


@requires(may.IMPORT)
def load(request: HttpRequest) -> HttpResponse:
    """Try a list, or load it; the report says every line that is wrong."""
    form = LoadForm(request.POST, request.FILES) if request.method == "POST" else LoadForm()
    report = None
    if form.is_valid():
        trying = "try" in request.POST
        with refusals_shown_on(form):
            report = services.import_divisions(
                form.cleaned_data["file"], by=_actor(request), on=form.cleaned_data["on"],
                complete=form.cleaned_data["complete"], dry_run=trying,
            )  # fmt: skip
            if not trying and not report.is_refused:
                messages.success(
                    request,
                    _("载入好了：新增 %(created)s，改动 %(changed)s，不变 %(unchanged)s，停用 %(ended)s。")
                    % {name: getattr(report, name) for name in ("created", "changed", "unchanged", "ended")},
                )
                return redirect("territory:divisions")
    wrong = bool(form.errors) or (report is not None and report.is_refused)
    context = {"form": form, "report": report, "shown": report.findings[:FINDINGS_SHOWN] if report else []}
    return show(request, "territory/load.html", context, status=422 if wrong else 200)


@open_to_all("divisions are public; the picker says nothing about people")
@require_safe
def picker(request: HttpRequest) -> HttpResponse:
    """The three steps of choosing a community: a fragment for a form that has them, a page of its own for a reader."""
    name = request.GET.get("name", "community")
    if not re.fullmatch(r"[A-Za-z][\w-]{0,60}", name, re.ASCII):
        raise Http404
    only = frozenset(request.GET.getlist("only")) or None
    reached = way(
        name, request.GET.get(f"{name}-county", ""), request.GET.get(f"{name}-township", ""),
        request.GET.get(name, ""), only=only,
    )  # fmt: skip
    attrs = {"id": f"id_{name}", "required": bool(request.GET.get("required"))}
    context = {"widget": {"name": name, "way": reached, "attrs": attrs, "only": sorted(only or ())}, "fetched": True}
    return show(request, "territory/picker.html", context, fragment="territory/_community_steps.html")


def _start(actor: Actor, on: dt.date) -> Division | None:
    """Return where a reader begins: her own place, or the top of the tree; None while nothing is loaded."""
    if actor.post is not None:
        place = queries.in_force(on).filter(pk=actor.post.division_id).first()
        if place is not None:
            return queries.division(place.pk)
    top = queries.children(None, on).first()
    return queries.division(top.pk) if top else None


def _tree(here: Division, on: dt.date) -> list[tuple[Division, int, list[Division]]]:
    """Return the children, each with the number of its communities and, below a county, with the communities."""
    children = list(queries.children(here, on))
    count = queries.communities_by_child(here, on)
    grandchildren: dict[UUID, list[Division]] = defaultdict(list)
    if here.level == Level.COUNTY:
        for place in queries.in_force(on).filter(parent__in=children).order_by("code", "id"):
            grandchildren[place.parent_id].append(place)  # type: ignore[index]
    return [
        (child, next((n for prefix, n in count.items() if child.code.startswith(prefix)), 0), grandchildren[child.pk])
        for child in children
    ]


def _above(place: Division) -> str:
    return "".join(division.short_name for division in reversed(queries.ancestors(place)[:2]))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
