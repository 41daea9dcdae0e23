"""The papers that acts leave behind: what each prints is written down with the act, as it was true then.

Written in the act's transaction (certificates.write_paper: one row, sealed at rest), made and signed when somebody first
opens it: docs/architecture.md says why.
"""

# untranslated: papers are Chinese, whoever prints them

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import override

from linli.core.access import Actor, system_actor
from linli.core.ids import grouped
from linli.ground.registry import queries as registry
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.casework import queries
from linli.services.casework.models import (
    AcceptanceSlip,
    Case,
    CaseAction,
    CaseMandate,
    Channel,
    MaterialSource,
    Relation,
)
from linli.services.casework.services.facts import printed_facts
from linli.services.casework.services.work_items import open_work_item
from linli.services.catalogue.content import Item, Limit, PublicNotice, SpecialProcedure
from linli.services.catalogue.departments import Department
from linli.services.certificates import queries as certificates_queries
from linli.services.certificates import rules as certificates_rules
from linli.services.certificates import services as certificates
from linli.services.certificates.models import Paper

PAPERS = {
    "submit": "receipt",
    "accept": "acceptance",
    "accept_with_gaps": "acceptance",
    "deem_accepted": "acceptance",
    "request_supplement": "supplement",
    "not_accept": "not_accepted",
    "start_special": "special_procedure",
    "approve_extension": "extension",
    "grant": "decision_granted",
    "refuse": "decision_refused",
    "post_notice": "public_notice",
    "deliver": "delivery",
    "withdraw": "withdrawal",
}
"""Which paper an act leaves behind."""

OF_THE_LINE = frozenset({"grant", "refuse", "approve_extension", "start_special", "post_notice"})
"""Acts of the body that has the step: where a line decides, its paper is the line's, whoever pressed the button."""


def write(case: Case, act: CaseAction, *, by: Actor | None) -> Paper:
    """Write down what the paper of an act says; called last in the act's transaction, when everything is true."""
    with override("zh-hans"):
        item = queries.item_of(case)
        place, department, issuer = _body(case, act, item, by)
        kind = PAPERS[act.action]
        says: dict[str, Any] = {
            "issuer": issuer,
            "on": localdate(act.at),
            "item": item.name.zh,
            "applicant": case.applicant.name,
            "applicant_id": registry.masked_identity(case.applicant),
            "phone": item.phone,
        }
        if kind in ("not_accepted", "decision_granted", "decision_refused"):
            says["remedy"] = item.remedy
            says["basis"] = [f"{basis.title}{basis.article}" for basis in item.legal_basis]
        says |= _OWN[kind](case, act, item)
    return certificates.write_paper(
        kind,  # type: ignore[arg-type]
        says,
        act_id=act.pk,
        case_number=case.number,
        holder_id=case.applicant_id,
        community=case.community,
        division=place,
        department=department,
        approved_by=act.by_account if act.by_kind == "staff" else None,
        number=certificates_rules.paper_number(case.number, 1) if act.action == "submit" else "",
    )


def open_paper(case: Case, act: CaseAction, *, slip: bool = False) -> bytes:
    """Return the file of an act's paper: sealed, the same for ever; unsealed while its body has no seal, which is work.

    slip: the narrow print of a receipt. Raises CharacterNotPrintable.
    """
    paper = certificates_queries.paper_of_act(case.county_code, act.pk) or _write_late(case, act)
    return certificates.print_slip(paper) if slip else _opened(paper, case)


def open_receipt_of_visit(
    visit_id: UUID, cases: Sequence[Case], slips: Sequence[AcceptanceSlip], *, by: Actor, slip: bool = False
) -> bytes:
    """Return the one receipt for everything taken in at a visit (R32a), also for what went to another county (R33).

    What is taken in after it was printed makes a new one; the earlier stays true of what it lists.
    """
    received = [(queries.item_of(case).name.zh, case.number, case.submitted_at) for case in cases]
    received += [(row.item_name, row.number, row.received_at) for row in slips]
    act_id = uuid5(visit_id, " ".join(sorted(number for _name, number, _at in received)))
    here = territory.division(by.post.division_id) if by.post else cases[0].community
    home = cases[0].community if cases else here
    paper = certificates_queries.paper_of_act(home.county_code, act_id)
    if paper is None:
        at = min(moment for _name, _number, moment in received)
        names = "、".join(name for name, _number, _moment in received)
        many = len(received) > 1
        says = {
            "case_shown": "、".join(grouped(number) for _name, number, _at in received),
            "issuer": here.short_name,
            "on": localdate(at),
            "item": f"{len(received)} 件：{names}" if many else names,
            **_people_of_visit(cases, visit_id, by),
            "received_at": at,
            "materials": [
                f"{queries.item_of(case).name.zh}：{name}" if many else name
                for case in cases
                for name in _materials_in_hand(case)
            ],
        }
        paper = _once(
            home.county_code,
            act_id,
            lambda: certificates.write_paper(
                "receipt",
                says,
                act_id=act_id,
                case_number=received[0][1],
                holder_id=cases[0].applicant_id if cases else None,
                community=home,
                division=here,
                number=certificates_rules.receipt_number(home.county_code, localdate(at)),
                approved_by=by.account_id,
            ),
        )
    return certificates.print_slip(paper) if slip else _opened(paper, cases[0] if cases else None)


def _people_of_visit(cases: Sequence[Case], visit_id: UUID, by: Actor) -> dict[str, str]:
    """Return who applied and who came for her. Of cases of other counties the window's county keeps no names (R33)."""
    if cases:
        with override("zh-hans"):
            return {"applicant": cases[0].applicant.name, "agent": _agent_in_words(cases[0])}
    mandate = queries.mandates_of(by).filter(visit_id=visit_id, agent_id__isnull=False).first()
    if mandate is None:
        return {"applicant": "来窗口办事的本人"}
    with override("zh-hans"):
        return {"applicant": "委托人本人", "agent": f"来窗口办事的代办人（{Relation(mandate.relation).label}）"}


def _agent_in_words(case: Case) -> str:
    """Return who acts for the applicant, and as what: 柳青禾（子女）; "" where she applied by herself."""
    if case.agent is not None:
        return f"{case.agent.name}（{Relation(case.agent_relation).label}）"
    if case.channel != Channel.ASSISTED:
        return ""
    mandate = CaseMandate.everywhere.filter(case=case, relation=Relation.COMMUNITY).first()
    return f"{mandate.recorded_name}（{Relation.COMMUNITY.label}）" if mandate else ""


def _opened(paper: Paper, case: Case | None) -> bytes:
    opened = certificates.open_paper(paper, by=system_actor("文书第一次打开时盖章"))
    if not opened.is_sealed:
        _ask_for_the_seal(paper, case)
    return opened.content


def _ask_for_the_seal(paper: Paper, case: Case | None) -> None:
    """Make it somebody's work that a body has no usable seal: once a body, until it has one."""
    body = paper.division.short_name + (str(Department(paper.department).label) if paper.department else "")
    open_work_item(
        "seal_missing",
        f"{paper.division_id}.{paper.department}",
        what=f"{body}没有可用的电子印章，出的文书盖不了章。请管理员到“印章和用印登记”登记印章和保管人，登记后自动补盖。",
        community=case.community if case else paper.community,
        case=case,
    )


def _write_late(case: Case, act: CaseAction) -> Paper:
    """Write down the paper of an act from before papers were kept, with what is known today."""
    return _once(case.county_code, act.pk, lambda: write(case, act, by=None))


def _once(county_code: str, act_id: UUID, make: Callable[[], Paper]) -> Paper:
    """Write a paper outside of its act: of two who open it at the same moment, one writes."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        if (paper := certificates_queries.paper_of_act(county_code, act_id)) is None:
            raise
        return paper


def _body(case: Case, act: CaseAction, item: Item, by: Actor | None) -> tuple[Division, str, str]:
    """Return the body whose paper it is, as place, department ("" for the place's own office) and name.

    Without by, as far as the act's own row tells.
    """
    link = item.chain[act.step] if act.step < len(item.chain) else item.chain[-1]
    if act.action in OF_THE_LINE and link.department:
        place = certificates_queries.deciding_division(case.community, link.level)
        return place, link.department, str(Department(link.department).label)
    if by is not None and by.post is not None:
        here = by.post.division_id == case.community_id
        place = case.community if here else territory.division(by.post.division_id)
        department = by.post.department or ""
    else:
        near = [case.community, *territory.ancestors(case.community)] if by is None and act.by_place else []
        place = next((one for one in near if one.short_name == act.by_place), case.community)
        department = link.department if by is None and act.by_role == "department_staff" else ""
    return place, department, str(Department(department).label) if department else act.by_place or place.short_name


def _materials_in_hand(case: Case) -> list[str]:
    """Return the names of what was handed over: paper and files, not what the city held or what is to follow."""
    names = {m.code: m.name.zh for m in queries.item_of(case).materials}
    rows = case.materials_given() if case.given is None else sorted(case.given, key=lambda row: (row.added_at, row.pk))
    in_hand = [row.code for row in rows if row.source in (MaterialSource.UPLOAD, MaterialSource.PAPER)]
    return [names.get(code, code) for code in dict.fromkeys(in_hand)]


def days_in_words(limit: Limit | SpecialProcedure | PublicNotice) -> str:
    """Return a limit as it is printed: 15 个工作日, 7 天, 当场办结."""
    if not limit.days:
        return "当场办结" if limit.days == 0 else ""
    return f"{limit.days} 个工作日" if limit.unit == "working_days" else f"{limit.days} 天"


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
