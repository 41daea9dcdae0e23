"""Files and papers of a case: every door asks whose case it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from linli.core import audit
from linli.core.access import Actor, requires
from linli.core.files.pages import file_response
from linli.core.ids import grouped
from linli.services.casework import permissions as may
from linli.services.casework import queries
from linli.services.casework.models import Case, CaseAction
from linli.services.casework.pages.timeline import PAPERS
from linli.services.catalogue.departments import Department
from linli.services.certificates import documents

REMEDIES = {
    "administrative": "不服本决定的，可以自知道之日起六十日内申请行政复议，也可以在六个月内提起行政诉讼。",
    "self_government": "认为本决定侵害您合法权益的，可以请求人民法院予以撤销，也可以向街道（乡镇）或者区（县）反映，由其责令改正。",
}


def _case(actor: Actor, number: str) -> Case:
    permission = may.VIEW_OWN if actor.kind == "resident" else may.VIEW
    return get_object_or_404(queries.cases_for(actor, permission), number=number.replace("-", "").upper())


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def material_file(request: HttpRequest, number: str, material_id: UUID) -> HttpResponse:
    """Show an attachment to whoever may see its case; staff's looks are written down."""
    case = _case(request.actor, number)
    row = get_object_or_404(queries.materials_of(request.actor, case), pk=material_id, file__isnull=False)
    if request.actor.kind == "staff":
        audit.record_look(
            request.actor,
            case.applicant_id,
            what=f"材料 {row.code}",
            purpose=f"办件 {case.number}",
            county_code=case.county_code,
        )
    return file_response(row.file, row.file_name)


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Make a paper of the case as PDF: only the ones that an act of this case has left behind."""
    case = _case(request.actor, number)
    act = (
        CaseAction.objects.filter(case=case, action__in=[a for a, k in PAPERS.items() if k == kind])
        .order_by("-at", "-id")
        .first()
    )
    if act is None:
        raise Http404
    width = "80mm" if request.GET.get("paper") == "80mm" else ("a5" if kind == "receipt" else "a4")
    pdf = documents.notice_pdf(kind, paper_data(case, act), paper=width)
    return _pdf(pdf, f"{case.number}-{kind}.pdf")


@requires(may.VIEW)
@require_GET
def visit_receipt(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One receipt for everything taken in at one visit (R32a)."""
    cases = list(queries.cases_of_visit(request.actor, visit_id))
    if not cases:
        raise Http404
    first = CaseAction.objects.filter(case=cases[0], action="submit").first()
    if first is None:
        raise Http404
    data = paper_data(cases[0], first)
    data["items"] = [
        {"name": queries.item_of(case).name.zh, "number": grouped(case.number), "answer_by": _day(case.answer_by)}
        for case in cases
    ]
    width = "80mm" if request.GET.get("paper") == "80mm" else "a5"
    return _pdf(documents.notice_pdf("receipt", data, paper=width), f"receipt-{visit_id}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _day(day: Any) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else ""


def paper_data(case: Case, act: CaseAction) -> dict[str, Any]:
    """Return what a paper prints: number, item, person, dates, reasons, remedy, and where to look."""
    item = queries.item_of(case)
    at = localtime(act.at)
    names = {m.code: m.name.zh for m in item.materials}
    link = f"{settings.BASE_URL}{reverse('casework:my_case', args=[case.number])}"
    issuer = case.community.short_name
    if act.action in ("grant", "refuse", "approve_extension") and item.chain[case.step].department:
        issuer = str(Department(item.chain[case.step].department).label)
    return {
        "number": grouped(case.number),
        "item": item.name.zh,
        "item_en": item.name.en,
        "applicant": case.applicant.name,
        "agent": case.agent.name if case.agent else "",
        "date": _day(at.date()),
        "time": f"{at:%H:%M}",
        "issuer": issuer,
        "received_at": case.accepted_community.short_name if case.accepted_community else case.get_channel_display(),
        "responsible": case.community.short_name,
        "materials": [
            {"name": names.get(m.code, m.code), "how": m.get_source_display()} for m in case.materials_given()
        ],
        "missing": act.facts.get("missing", []),
        "missing_why": act.said,
        "until": act.facts.get("until", ""),
        "due_on": _day(case.due_on),
        "answer_by": _day(case.answer_by),
        "limit_days": item.promised_limit.days,
        "reason": case.reason if act.action in ("refuse", "not_accept") else act.said,
        "remedy": REMEDIES[item.remedy],
        "procedure": act.facts.get("procedure", ""),
        "working_days": act.facts.get("working_days", ""),
        "how": act.facts.get("how", ""),
        "certificate": grouped(case.certificate_number),
        "link": link,
        "phone": item.phone,
    }
