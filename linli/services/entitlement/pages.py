"""For community workers: who seems entitled, why, and one press to prepare her application; the batches."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import requires
from linli.core.http import Refused, Request, refusals_shown_on, show
from linli.services.catalogue import conditions, words
from linli.services.entitlement import permissions as may
from linli.services.entitlement import queries, rules, services, tasks
from linli.services.entitlement.forms import SetAsideForm
from linli.services.entitlement.models import Found, State

RUNS_SHOWN = 30


@requires(may.VIEW)
@never_cache
@require_safe
def found(request: Request) -> HttpResponse:
    """Who waits to be visited, by item."""
    code = request.GET.get("item", "")[:60]
    rows, after = queries.open_for(request.actor, item_code=code, after=request.GET.get("after", "")[:100])
    names = queries.names_of()
    for row in rows:
        row.item_name = names.get(row.item_code, row.item_code)
    more = f"?{urlencode({'item': code, 'after': after})}" if after else ""
    context = {"rows": rows, "more": more, "item": code, "counts": queries.counts_for(request.actor)}
    return show(request, "entitlement/found.html", context)


@requires(may.VIEW)
@never_cache
@require_safe
def one(request: Request, found_id: UUID) -> HttpResponse:
    """Why she is on the list, and what can be done."""
    return _one(request, get_object_or_404(queries.found_for(request.actor), pk=found_id), SetAsideForm())


@requires(may.PREPARE)
@require_POST
def prepare(request: Request, found_id: UUID) -> HttpResponse:
    """One press: a draft in her own account, and she is told."""
    row = get_object_or_404(queries.found_for(request.actor, may.PREPARE), pk=found_id)
    try:
        services.prepare(row.pk, by=request.actor)
    except Refused as refusal:
        return _one(request, row, SetAsideForm(), problem=str(refusal))
    messages.success(request, _("申请准备好了，也告诉本人了。本人看过、同意了才会交上来。"))
    return redirect("entitlement:found")


@requires(may.PREPARE)
@require_POST
def set_aside(request: Request, found_id: UUID) -> HttpResponse:
    row = get_object_or_404(queries.found_for(request.actor, may.PREPARE), pk=found_id)
    form = SetAsideForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.set_aside(row.pk, by=request.actor, note=form.cleaned_data["note"])
            messages.success(request, _("记下了，以后不再列出来。"))
            return redirect("entitlement:found")
    return _one(request, row, form)


@requires(may.RUN)
@never_cache
@require_safe
def runs(request: Request) -> HttpResponse:
    """What was looked for, when, on what facts, and with what result."""
    rows, names = list(queries.runs_for(request.actor)[:RUNS_SHOWN]), queries.names_of()
    for row in rows:
        row.lines = [(names.get(code, code), *counted) for code, counted in sorted(row.counts.items())]
    return show(request, "entitlement/runs.html", {"runs": rows})


@requires(may.RUN)
@require_POST
def run(request: Request) -> HttpResponse:
    """Begin a batch now; the worker does it."""
    tasks.run.enqueue()
    messages.success(request, _("开始找了。城市大的话要几分钟，找完这里看得到。"))
    return redirect("entitlement:runs")


def _one(request: Request, row: Found, form: SetAsideForm, *, problem: str = "") -> HttpResponse:
    told = queries.why(row, by=request.actor)
    items = {item.code: item for item in queries.items()}
    item = items.get(row.item_code)
    context = {
        "row": row,
        "item_name": queries.names_of().get(row.item_code, row.item_code),
        "reasons": [(reason.holds, conditions.say(reason, item)) for reason in told.answer.reasons] if told else [],
        "left": [words.say(one.text) for one in item.applicants.conditions if not one.is_computed] if item else [],
        "form": form,
        "problem": problem,
        "may_prepare": row.state == State.OPEN and request.actor.may(may.PREPARE),
        "no_account": rules.NoAccount.code,
    }
    return show(request, "entitlement/one.html", context, status=422 if problem or form.errors else 200)
