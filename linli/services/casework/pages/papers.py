"""Files and papers of a case: every door asks whose case it is."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from linli.core import audit
from linli.core.access import Actor, requires
from linli.core.files.pages import file_response
from linli.core.http import Request
from linli.services.casework import discretion, queries
from linli.services.casework import permissions as may
from linli.services.casework.models import Case, CaseAction, CaseMandate
from linli.services.casework.rules import plain_number
from linli.services.casework.services import papers


def _case(actor: Actor, number: str) -> Case:
    permission = may.VIEW_OWN if actor.kind == "resident" else may.VIEW
    return get_object_or_404(queries.cases_for(actor, permission), number=plain_number(number))


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def material_file(request: Request, number: str, material_id: UUID) -> HttpResponse:
    """Show an attachment to whoever may see its case; staff's looks are written down."""
    case = _case(request.actor, number)
    if not discretion.reads(case, request.actor):
        raise Http404
    row = get_object_or_404(queries.materials_of(request.actor, case), pk=material_id, file__isnull=False)
    if request.actor.kind == "staff":
        audit.record_look(
            request.actor,
            case.applicant_id,
            what=f"材料 {row.code}",  # untranslated: kept in the log
            purpose=f"办件 {case.number}",  # untranslated: kept in the log
            county_code=case.county_code,
        )
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def mandate_file(request: Request, number: str) -> HttpResponse:
    """Show the scan of what somebody acts on for another; staff's looks are written down."""
    case = _case(request.actor, number)
    if not discretion.reads(case, request.actor):
        raise Http404
    row = get_object_or_404(CaseMandate.everywhere.select_related("file"), case=case, file__isnull=False)
    if request.actor.kind == "staff":
        audit.record_look(
            request.actor,
            case.applicant_id,
            what="代办凭据",  # untranslated: kept in the log
            purpose=f"办件 {case.number}",  # untranslated: kept in the log
            county_code=case.county_code,
        )
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def paper(request: Request, number: str, kind: str) -> HttpResponse:
    """Hand out a paper of the case: only the ones that an act of this case has left behind, the latest of its kind."""
    case = _case(request.actor, number)
    if not discretion.reads(case, request.actor):
        raise Http404
    act = (
        CaseAction.objects.filter(case=case, action__in=[a for a, k in papers.PAPERS.items() if k == kind])
        .order_by("-at", "-id")
        .first()
    )
    if act is None:
        raise Http404
    pdf = papers.open_paper(case, act, slip=_wants_slip(request) and kind == "receipt")
    return _pdf(pdf, f"{case.number}-{kind}.pdf")


@requires(may.RECEIVE)
@require_GET
def visit_receipt(request: Request, visit_id: UUID) -> HttpResponse:
    """One receipt for everything taken in at one visit (R32a), also for what went to another county (R33)."""
    cases = [
        case
        for case in queries.cases_of_visit(request.actor, visit_id)
        if discretion.reads(case, request.actor) or discretion.took_in(case, request.actor)
    ]
    slips = list(queries.slips_of_visit(request.actor, visit_id))
    if not cases and not slips:
        raise Http404
    pdf = papers.open_receipt_of_visit(visit_id, cases, slips, by=request.actor, slip=_wants_slip(request))
    return _pdf(pdf, f"receipt-{visit_id}.pdf")


def _wants_slip(request: Request) -> bool:
    return request.GET.get("paper") == "80mm"


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
