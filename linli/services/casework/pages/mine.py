"""The resident's own cases: wait, bring, take over, withdraw, rate."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.core.access import requires
from linli.core.calendar import today
from linli.core.http import Refused, Request, refusals_shown_on, show
from linli.services.casework import permissions as may
from linli.services.casework import proposals, queries, rules, services
from linli.services.casework.forms import RatingForm
from linli.services.casework.lifecycle import LIFECYCLE
from linli.services.casework.models import Case, Status
from linli.services.casework.pages.apply import in_language, material_rows
from linli.services.casework.pages.clocks import picture_of
from linli.services.casework.pages.steps import step_times
from linli.services.casework.pages.timeline import coming, in_reading_language, story
from linli.services.casework.services.closing import RATEABLE
from linli.services.casework.services.moving import clocks_of
from linli.services.catalogue.content import Item
from linli.services.certificates import permissions as certificates_may
from linli.services.certificates import queries as certificates


@requires(may.VIEW_OWN)
@require_GET
def cases(request: Request) -> HttpResponse:
    """Everything of hers: what waits for her first, then what runs, then what is over."""
    rows = list(queries.my_cases(request.actor).select_related("supplement")[:100])
    for row in rows:
        row.item_name = in_language(queries.item_of(row).name)
        if row.status == Status.SUPPLEMENT_REQUESTED:
            _say_in_language(row, queries.item_of(row))
    context = {
        "waiting": [row for row in rows if row.status == Status.SUPPLEMENT_REQUESTED],
        "running": [row for row in rows if row.is_open and row.status != Status.SUPPLEMENT_REQUESTED],
        "over": [row for row in rows if not row.is_open],
        "drafts": [(d, in_language(queries.item_of(d).name)) for d in queries.drafts_of(request.actor)[:10]],
    }
    return show(request, "casework/my_cases.html", context)


def _mine(request: Request, number: str) -> Case:
    return get_object_or_404(queries.my_cases(request.actor), number=rules.plain_number(number))


def _say_in_language(case: Case, item: Item) -> None:
    """Name what was asked for in the reader's language; nothing of it is saved."""
    names = {m.code: in_language(m.name) for m in item.materials}
    for missing in case.supplement.missing:
        missing["name"] = names.get(missing["code"], missing["name"])


def _page(request: Request, case: Case, **more: Any) -> dict[str, Any]:
    item = queries.item_of(case)
    if case.status == Status.SUPPLEMENT_REQUESTED:
        _say_in_language(case, item)
    promised = clocks_of(case)[0] if case.accepted_at and case.is_open else None
    names = {m.code: in_language(m.name) for m in item.materials}
    gaps = [gap for gap in case.gaps.all() if gap.met_at is None] if case.is_open else []
    for gap in gaps:
        gap.name = names.get(gap.material_code, gap.material_code)  # type: ignore[attr-defined]
    held = (
        certificates.certificates_for(request.actor, certificates_may.OWN)
        .filter(number=case.certificate_number)
        .first()
    )
    asked = getattr(case, "supplement", None)
    if asked is not None:
        asked.missing = [
            one | {"name": names.get(one["code"], one["name"])} for one in in_reading_language(asked.missing)
        ]
    actions = queries.timeline(case)
    queries.with_facts(case)
    is_hers = request.actor.person_id not in case.facts.agent_rows
    gives = item.effects.gives if item.effects and case.decided_at and is_hers else ""
    choices = {choice.way.action: choice for choice in LIFECYCLE.choices(case, request.actor)}
    return {
        "case": case,
        "item": item,
        "item_name": in_language(item.name),
        "for_other": not is_hers,
        "by_agent": case.agent_id is not None and is_hers,
        "picture": picture_of(case, promised) if promised and promised.due_on else None,
        "mandate": getattr(case, "mandate", None),
        "story": story(actions, for_applicant=True),
        "coming": coming(case, item),
        "steps": step_times(case, item, actions),
        "materials": material_rows(item, list(queries.materials_of(request.actor, case))),
        "supplement": asked if case.status == Status.SUPPLEMENT_REQUESTED else None,
        "gaps": gaps,
        "may_withdraw": "withdraw" in choices and choices["withdraw"].is_open,
        "may_take_over": "take_over" in choices and choices["take_over"].is_open,
        "may_rate": case.status in RATEABLE and not hasattr(case, "rating"),
        "rating": getattr(case, "rating", None),
        "certificate": held,
        "certificate_waits": held is None and case.status == Status.GRANTED and queries.certificate_waits(case),
        "rating_form": RatingForm(),
        "proposals": proposals.proposals_to(request.actor, opened_by=[gives]) if gives else [],
        "received": request.GET.get("received") == "1",
        "today": today(),
        **more,
    }


@requires(may.VIEW_OWN)
@require_GET
def case(request: Request, number: str) -> HttpResponse:
    return show(request, "casework/my_case.html", _page(request, _mine(request, number)))


@requires(may.APPLY)
def supplement(request: Request, number: str) -> HttpResponse:
    """Bring what was asked for: one file a material, all at once, looked at on the spot."""
    row = _mine(request, number)
    asked = getattr(row, "supplement", None)
    if asked is None or row.status != Status.SUPPLEMENT_REQUESTED:
        return redirect("casework:my_case", row.number)
    problem = ""
    if request.method == "POST":
        given = [
            (m["code"], request.FILES[f"file-{m['code']}"])
            for m in asked.missing
            if f"file-{m['code']}" in request.FILES
        ]
        try:
            said = rules.clean_text(request.POST.get("said", ""), 500)
            services.supplement(row.number, by=request.actor, given=given, said=said)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("casework:my_case", row.number)
    context = _page(request, row, asked=asked, problem=problem)
    return show(request, "casework/my_supplement.html", context, status=422 if problem else 200)


@requires(may.APPLY)
@require_POST
def bring_later(request: Request, number: str, code: str) -> HttpResponse:
    row = _mine(request, number)
    if not row.gaps.filter(material_code=code, met_at__isnull=True).exists():
        raise Http404
    upload = request.FILES.get("file")
    problem = "" if upload else _("请先选一张照片或一个文件。")
    if upload:
        try:
            services.bring_later(row.number, code, by=request.actor, upload=upload)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("casework:my_case", row.number)
    return show(request, "casework/my_case.html", _page(request, row, problem=problem), status=422)


@requires(may.APPLY)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Ask once more before it is withdrawn; say what is lost."""
    row = _mine(request, number)
    problem = ""
    if request.method == "POST":
        try:
            said = rules.clean_text(request.POST.get("said", ""), 500)
            services.withdraw(row.number, by=request.actor, said=said)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("casework:my_case", row.number)
    context = {"case": row, "item_name": in_language(queries.item_of(row).name), "problem": problem}
    return show(request, "casework/my_withdraw.html", context, status=422 if problem else 200)


@requires(may.APPLY)
@require_POST
def take_over(request: Request, number: str) -> HttpResponse:
    row = _mine(request, number)
    services.take_over(row.number, by=request.actor)
    return redirect("casework:my_case", row.number)


@requires(may.RATE)
@require_POST
def rate(request: Request, number: str) -> HttpResponse:
    row = _mine(request, number)
    form = RatingForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            services.rate(row.number, by=request.actor, **form.cleaned_data)
            return redirect("casework:my_case", row.number)
    return show(request, "casework/my_case.html", _page(request, row, rating_form=form), status=422)
