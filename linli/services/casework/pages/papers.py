"""Files and papers of a case: every door asks whose case it is."""

# untranslated: papers are Chinese, whoever prints them
# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import override
from django.views.decorators.http import require_GET

from linli.core import audit
from linli.core.access import Actor, requires
from linli.core.files.pages import file_response
from linli.core.http import Request
from linli.core.ids import grouped
from linli.ground.registry import queries as registry
from linli.ground.registry.models import Person
from linli.services.casework import permissions as may
from linli.services.casework import queries
from linli.services.casework.models import Case, CaseAction, CaseMandate, MaterialSource, Relation
from linli.services.casework.pages.handle import may_read_contents
from linli.services.casework.pages.timeline import PAPERS
from linli.services.casework.rules import plain_number
from linli.services.casework.services.facts import printed_facts
from linli.services.catalogue.content import Item, Limit, PublicNotice, SpecialProcedure
from linli.services.catalogue.departments import Department
from linli.services.certificates import documents


def _case(actor: Actor, number: str) -> Case:
    permission = may.VIEW_OWN if actor.kind == "resident" else may.VIEW
    return get_object_or_404(queries.cases_for(actor, permission), number=plain_number(number))


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def material_file(request: Request, number: str, material_id: UUID) -> HttpResponse:
    """Show an attachment to whoever may see its case; staff's looks are written down."""
    case = _case(request.actor, number)
    if not may_read_contents(case, request.actor):
        raise Http404
    row = get_object_or_404(queries.materials_of(request.actor, case), pk=material_id, file__isnull=False)
    if request.actor.kind == "staff":
        audit.record_look(
            request.actor,
            case.applicant_id,
            what=f"材料 {row.code}",
            purpose=f"办件 {case.number}",
            county_code=case.county_code,
        )
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def mandate_file(request: Request, number: str) -> HttpResponse:
    """Show the scan of what somebody acts on for another; staff's looks are written down."""
    case = _case(request.actor, number)
    if not may_read_contents(case, request.actor):
        raise Http404
    row = get_object_or_404(CaseMandate.everywhere.select_related("file"), case=case, file__isnull=False)
    if request.actor.kind == "staff":
        audit.record_look(
            request.actor, case.applicant_id, what="代办凭据", purpose=f"办件 {case.number}",
            county_code=case.county_code,
        )  # fmt: skip
    assert row.file is not None  # noqa: S101 (the query has seen to it)
    return file_response(row.file, row.file_name)


@requires(may.VIEW, may.VIEW_OWN)
@require_GET
def paper(request: Request, number: str, kind: str) -> HttpResponse:
    """Make a paper of the case as PDF: only the ones that an act of this case has left behind."""
    case = _case(request.actor, number)
    act = (
        CaseAction.objects.filter(case=case, action__in=[a for a, k in PAPERS.items() if k == kind])
        .order_by("-at", "-id")
        .first()
    )
    if act is None:
        raise Http404
    pdf = documents.notice_pdf(kind, paper_data(case, act, kind), paper=_width(request, kind))  # type: ignore[arg-type]
    return _pdf(pdf, f"{case.number}-{kind}.pdf")


@requires(may.RECEIVE)
@require_GET
def visit_receipt(request: Request, visit_id: UUID) -> HttpResponse:
    """One receipt for everything taken in at one visit (R32a), also for what went to another county (R33)."""
    cases = list(queries.cases_of_visit(request.actor, visit_id))
    slips = list(queries.slips_of_visit(request.actor, visit_id))
    if not cases and not slips:
        raise Http404
    received = [(queries.item_of(case).name.zh, case.number, case.submitted_at) for case in cases]
    received += [(slip.item_name, slip.number, slip.received_at) for slip in slips]
    at = min(moment for _name, _number, moment in received)
    names = "、".join(name for name, _number, _moment in received)
    data = {
        "number": grouped(received[0][1]),
        "case_number": "、".join(grouped(number) for _name, number, _moment in received),
        "issuer": _place(request.actor),
        "on": localdate(at),
        "url": f"{settings.BASE_URL}{reverse('casework:my_cases')}",
        "item": f"{len(received)} 件：{names}" if len(received) > 1 else names,
        **_people_of_visit(cases, visit_id, request.actor),
        "received_at": at,
        "materials": [
            f"{queries.item_of(case).name.zh}：{name}" if len(received) > 1 else name
            for case in cases
            for name in _materials_in_hand(case)
        ],
    }
    return _pdf(documents.notice_pdf("receipt", data, paper=_width(request, "receipt")), f"receipt-{visit_id}.pdf")


def _people_of_visit(cases: list[Case], visit_id: UUID, actor: Actor) -> dict[str, str]:
    """Return who applied and who came for her, as the receipt names them.

    Of cases in other counties the slip knows no names; the authority that this clerk recorded does.
    """
    if cases:
        with override("zh-hans"):
            return {"applicant": cases[0].applicant.name, "agent": _agent_in_words(cases[0])}
    mandate = queries.mandates_of(actor).filter(visit_id=visit_id).first()
    if mandate is None:
        return {"applicant": "来窗口办事的本人"}
    people = Person.everywhere.in_bulk([pk for pk in (mandate.applicant_id, mandate.agent_id) if pk])
    agent = people[mandate.agent_id].name if mandate.agent_id else mandate.recorded_name
    with override("zh-hans"):
        relation = str(Relation(mandate.relation).label)
    return {"applicant": people[mandate.applicant_id].name, "agent": f"{agent}（{relation}）"}


def _agent_in_words(case: Case) -> str:
    """Return who acts for the applicant, and as what: 柳青禾（子女）; "" where she applied by herself."""
    if case.agent is not None:
        return f"{case.agent.name}（{Relation(case.agent_relation).label}）"
    mandate = CaseMandate.everywhere.filter(case=case, relation=Relation.COMMUNITY).first()
    return f"{mandate.recorded_name}（{Relation.COMMUNITY.label}）" if mandate else ""


def _width(request: Request, kind: str) -> documents.Paper:
    if request.GET.get("paper") == "80mm" and kind == "receipt":
        return "80mm"
    return "a5" if kind == "receipt" else "a4"


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _place(actor: Actor) -> str:
    return actor.post.division_name if actor.post else ""


def _materials_in_hand(case: Case) -> list[str]:
    """Return the names of what was handed over: paper and files, not what the city held or what is to follow."""
    names = {m.code: m.name.zh for m in queries.item_of(case).materials}
    rows = case.materials_given().filter(source__in=[MaterialSource.UPLOAD, MaterialSource.PAPER])
    return [names.get(code, code) for code in dict.fromkeys(rows.values_list("code", flat=True))]


def days_in_words(limit: Limit | SpecialProcedure | PublicNotice) -> str:
    """Return a limit as it is printed: 15 个工作日, 7 天, 当场办结."""
    if not limit.days:
        return "当场办结" if limit.days == 0 else ""
    return f"{limit.days} 个工作日" if limit.unit == "working_days" else f"{limit.days} 天"


def _issuer(case: Case, act: CaseAction, item: Item) -> str:
    """Return the body whose paper it is: whoever acted, the line where a line decided."""
    link = item.chain[act.step] if act.step < len(item.chain) else item.chain[-1]
    if act.action in ("grant", "refuse", "approve_extension", "start_special", "post_notice") and link.department:
        return str(Department(link.department).label)
    return act.by_place or case.community.short_name


def paper_data(case: Case, act: CaseAction, kind: str) -> dict[str, Any]:
    """Return what a paper prints: the fields of documents.NOTICES[kind]. Papers are Chinese, whoever prints them."""
    with override("zh-hans"):
        item = queries.item_of(case)
        ordinal = CaseAction.objects.filter(case=case, at__lte=act.at).count()
        data: dict[str, Any] = {
            "number": f"{case.shown_number}-{ordinal:02d}",
            "case_number": case.shown_number,
            "issuer": _issuer(case, act, item),
            "on": localdate(act.at),
            "url": f"{settings.BASE_URL}{reverse('casework:my_case', args=[case.number])}",
            "item": item.name.zh,
            "applicant": case.applicant.name,
            "applicant_id": registry.facts_of(case.applicant)["id_number"].value,
            "phone": item.phone,
        }
        if kind in ("not_accepted", "decision_granted", "decision_refused"):
            data["remedy"] = item.remedy
            data["basis"] = [f"{basis.title}{basis.article}" for basis in item.legal_basis]
        return data | _OWN[kind](case, act, item)


def _day_in(facts: dict[str, Any], name: str) -> dt.date | None:
    return dt.date.fromisoformat(facts[name]) if facts.get(name) else None


def _receipt(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    return {
        "received_at": case.submitted_at,
        "agent": _agent_in_words(case),
        "materials": _materials_in_hand(case),
        "limit": days_in_words(item.promised_limit),
    }


def _acceptance(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    materials = {m.code: m for m in item.materials}
    gaps = [gap for gap in case.gaps.all() if gap.material_code in materials]
    follow = [materials[gap.material_code] for gap in gaps]
    return {
        "accepted_on": localdate(case.accepted_at or act.at),
        "limit": days_in_words(item.promised_limit),
        "due_on": _day_in(act.facts, "due_on"),
        "special_procedures": [procedure.name.zh for procedure in item.special_procedures],
        "to_follow": [{"name": m.name.zh, "hint": m.hint.zh if m.hint else ""} for m in follow],
        "follow_by": max((gap.due_on for gap in gaps), default=None),
    }


def _supplement(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    missing = [{"name": one["name"], "hint": one.get("why", "")} for one in case.supplement.missing]
    return {"missing": missing, "reply_by": case.supplement.answer_until}


def _special_procedure(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    name = act.facts.get("procedure", "")
    procedure = next((p for p in item.special_procedures if p.name.zh == name), None)
    return {
        "procedure": name,
        "takes": days_in_words(procedure) if procedure else "",
        "starts_on": localdate(act.at),
        "ends_on": _day_in(act.facts, "until"),
        "basis": [procedure.basis] if procedure and procedure.basis else [],
    }


def _extension(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    return {
        "reasons": [act.said],
        "old_due_on": _day_in(act.facts, "old_due_on") or case.due_on,
        "new_due_on": case.due_on,
        "working_days": act.facts["working_days"],
        "approved_by": act.by_name,
    }


def _public_notice(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    return {
        "names": [queries.posted_name(case, item) or "未成年人，不公示姓名"],
        "starts_on": localdate(act.at),
        "ends_on": _day_in(act.facts, "until"),
        "where": case.community.short_name,
        "basis": [item.public_notice.basis] if item.public_notice and item.public_notice.basis else [],
    }


def _delivery(case: Case, act: CaseAction, item: Item) -> dict[str, Any]:
    granted = bool(case.certificate_number)
    return {
        "documents": [item.result.name.zh if granted else "不予决定书"],
        "way": {"collect": "本人领取", "post": "邮寄"}.get(act.facts.get("how", ""), "电子送达"),
        "delivered_at": act.at,
        "received_by": case.applicant.name,
    }


_OWN: dict[str, Callable[[Case, CaseAction, Item], dict[str, Any]]] = {
    "receipt": _receipt,
    "acceptance": _acceptance,
    "supplement": _supplement,
    "not_accepted": lambda case, act, item: {"reasons": [act.said]},
    "special_procedure": _special_procedure,
    "extension": _extension,
    "decision_granted": lambda case, act, item: {"facts": printed_facts(case, item)[3:]},
    "decision_refused": lambda case, act, item: {"reasons": [act.said]},
    "public_notice": _public_notice,
    "delivery": _delivery,
    "withdrawal": lambda case, act, item: {"withdrawn_at": act.at, "reason": act.said},
}
"""What each paper says beyond what all of them say."""
