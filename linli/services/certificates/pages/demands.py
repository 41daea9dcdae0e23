"""Proofs that nobody may ask for: what replaces them, who still asks, and how often (R45)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access import Actor, open_to_all, requires
from linli.core.http import refusals_shown_on, show
from linli.ground.registry import queries as registry
from linli.ground.territory.models import Division
from linli.services.catalogue import queries as catalogue
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, services
from linli.services.certificates.forms import DemandForm
from linli.services.certificates.models import ProofDemand

PAGE = 30


@open_to_all("what nobody may ask for must be known to everybody")
@require_safe
def proofs(request: HttpRequest) -> HttpResponse:
    """The proofs that a community does not issue, what takes their place, and the way to say who asks for one."""
    q = request.GET.get("q", "").strip()[:60]
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        "q": q,
        "proofs": queries.found_proofs(q),
        "total": len(catalogue.forbidden_proofs()),
        "may_report": actor.may(may.REPORT_DEMAND) or not actor.is_signed_in,
    }
    return show(request, "certificates/proofs.html", context)


@requires(may.REPORT_DEMAND)
def report_demand(request: HttpRequest) -> HttpResponse:
    """Somebody still asks for one: who, and for what."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    initial = {"proof_name": request.GET.get("proof", "")[:120], "community": _own_place(actor)}
    form = DemandForm(request.POST if request.method == "POST" else None, initial=initial)
    if actor.post is not None:
        form.fields["community"].only = actor.post.counties  # type: ignore[attr-defined]
    if form.is_valid():
        with refusals_shown_on(form):
            services.report_demand(actor, **form.cleaned_data)
            messages.success(request, _("记下了。区里会按单位统计，去跟他们说。"))
            return redirect("certificates:proofs")
    context = {"form": form, "names": [proof.name for proof in catalogue.forbidden_proofs()]}
    return show(request, "certificates/report_demand.html", context, status=422 if form.errors else 200)


@requires(may.VIEW_DEMANDS)
@require_safe
def demands(request: HttpRequest) -> HttpResponse:
    """Who asks for such proofs, counted by body; below, the reports themselves."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    body = request.GET.get("body", "")[:120].replace("\x00", "")
    rows = queries.demands_for(actor)
    if body:
        rows = rows.filter(asking_key=body)
    shown, last = _page(rows, request.GET.get("before", ""))
    context = {
        "bodies": queries.demands_by_body(actor),
        "rows": shown,
        "body": body,
        "older": f"?{urlencode({'body': body, 'before': last})}" if last else "",
    }
    return show(request, "certificates/demands.html", context)


def _own_place(actor: Actor) -> Division | UUID | None:
    """Return where the form begins: where she lives, or where they work."""
    if actor.post is not None:
        return actor.post.division_id
    person = registry.person_of(actor)
    return person.community if person else None


def _page(rows: QuerySet[ProofDemand], before: str) -> tuple[list[ProofDemand], str]:
    """Return a page and the mark of its last row, "" at the end. A broken mark means the beginning."""
    moment, _tilde, last = before.partition("~")
    try:
        at, pk = dt.datetime.fromisoformat(moment), UUID(last)
        if at.tzinfo is not None:
            rows = rows.filter(Q(reported_at__lt=at) | Q(reported_at=at, pk__lt=pk))
    except ValueError:
        pass
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return shown, f"{shown[-1].reported_at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
