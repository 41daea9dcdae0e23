"""What happens after a case has moved: load, call one service, stop; harmless when run twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import messages
from linli.core.access import system_actor
from linli.core.calendar.events import CalendarLoaded
from linli.core.events import subscribe
from linli.services.casework import queries, rules, services, tasks
from linli.services.casework.events import (
    AgentApplied,
    AppliedWithHelp,
    CaseDecided,
    CaseFromAfarMoved,
    CaseMoved,
    CaseRated,
)
from linli.services.casework.models import AcceptanceSlip, Case, CaseAction, Rating, RatingChannel, Status
from linli.services.casework.services.facts import printed_facts
from linli.services.certificates import services as certificates

TOLD = {
    "submit", "accept", "accept_with_gaps", "deem_accepted", "request_supplement", "not_accept", "grant", "refuse",
    "post_notice", "start_special", "approve_extension", "transfer", "certificate_issued", "return_unanswered",
    "follow_up_answered", "forward", "withdraw",
}  # fmt: skip
"""The acts of which the applicant (and her agent) hear."""


@subscribe(CaseMoved)
def tell_the_applicant(event: CaseMoved) -> None:
    """Send word of each step to the person and her agent, in the portal and, with consent, by text message."""
    if event.action not in TOLD:
        return
    case = Case.everywhere.select_related("item_version", "applicant").get(
        pk=event.case_id, county_code=event.county_code
    )
    act = CaseAction.objects.get(pk=event.action_id)
    for person_id in dict.fromkeys(p for p in (case.applicant_id, case.agent_id) if p):
        messages.send(
            person_id=person_id,
            template=f"casework.{event.action}",
            context=_context(case, act),
            about=("casework.case", str(case.pk)),
            link=f"/my/cases/{case.number}/",
            once_key=f"{event.action_id}.{person_id}",
        )


def _context(case: Case, act: CaseAction) -> dict[str, Any]:
    """Return what fills the places; days go as days, so that each reads them in her language."""
    item = queries.item_of(case)
    until = dt.date.fromisoformat(act.facts["until"]) if act.facts.get("until") else None
    return {
        "item": item.name.zh,
        "item_en": item.name.en,
        "number": case.shown_number,
        "due": case.due_on or "",
        "answer_by": case.answer_by or "",
        "missing": "、".join(act.facts.get("missing", [])),
        "until": until or "",
        "said": act.said[:120],
    }


@subscribe(AgentApplied)
def tell_the_person_concerned(event: AgentApplied) -> None:
    """Tell the person that somebody applies for her, who it is, and that she can take the case over."""
    case = Case.everywhere.select_related("item_version", "agent").get(pk=event.case_id, county_code=event.county_code)
    item = queries.item_of(case)
    with override("zh-hans"):
        agent = case.agent.name if case.agent else _("代办人")
    messages.send(
        person_id=event.applicant_id,
        template="casework.agent_applied",
        context={"item": item.name.zh, "item_en": item.name.en, "number": case.shown_number, "agent": agent},
        about=("casework.case", str(case.pk)),
        link=f"/my/cases/{case.number}/",
        once_key=f"agent.{case.pk}",
    )


@subscribe(AppliedWithHelp)
def tell_whom_was_helped(event: AppliedWithHelp) -> None:
    """Tell the resident that a worker applied for her, who it was, and what to do if she had not agreed."""
    case = Case.everywhere.select_related("item_version").get(pk=event.case_id, county_code=event.county_code)
    item = queries.item_of(case)
    messages.send(
        person_id=event.applicant_id,
        template="casework.applied_with_help",
        context={"item": item.name.zh, "item_en": item.name.en, "number": case.shown_number, "worker": event.worker},
        about=("casework.case", str(case.pk)),
        link=f"/my/cases/{case.number}/",
        once_key=f"helped.{case.pk}",
    )


@subscribe(CaseRated)
def tell_who_is_said_to_have_rated(event: CaseRated) -> None:
    """Tell the applicant what was rated in her name where she was not signed in: so a rating she did not give is found."""
    if event.channel == RatingChannel.ONLINE:
        return
    case = Case.everywhere.select_related("item_version").get(pk=event.case_id, county_code=event.county_code)
    item = queries.item_of(case)
    words = {}
    for language in ("zh-hans", "en"):
        with override(language):
            words[language] = (str(Rating.Score(event.score).label), str(RatingChannel(event.channel).label))
    messages.send(
        person_id=case.applicant_id,
        template="casework.rated_for_her",
        context={
            "item": item.name.zh, "item_en": item.name.en, "number": case.shown_number,
            "score": words["zh-hans"][0], "channel": words["zh-hans"][1],
            "score_en": words["en"][0], "channel_en": words["en"][1],
        },
        about=("casework.case", str(case.pk)),
        link=f"/my/cases/{case.number}/",
        once_key=f"rated.{case.pk}",
    )  # fmt: skip


@subscribe(CaseFromAfarMoved)
def keep_the_slip(event: CaseFromAfarMoved) -> None:
    """Keep the window's slip of a case in another county current: number and state, nobody's data."""
    slips = AcceptanceSlip.everywhere.filter(
        county_code=event.county_code, number=event.number, changed_at__lte=event.at
    )
    slips.update(status=event.to_status, changed_at=event.at)


@subscribe(CaseDecided)
def issue_and_deliver(event: CaseDecided) -> None:
    """Make the certificate of a granted case, and deliver what can be delivered in the portal."""
    by = system_actor("办件决定后制发结果")  # untranslated: kept in the log
    case = Case.everywhere.select_related("item_version", "applicant", "community").get(
        pk=event.case_id, county_code=event.county_code
    )
    item = queries.item_of(case)
    if event.granted and not case.certificate_number:
        decided = CaseAction.objects.filter(case=case, action="grant").order_by("-at").first()
        certificate = certificates.issue(
            version=case.item_version,
            holder_id=case.applicant_id,
            holder_facts={"name": case.applicant.name},
            case_number=case.number,
            community=case.community,
            department=item.chain[-1].department,
            facts=printed_facts(case, item),
            decided_on=localdate(event.decided_at),
            by=by,
            approved_by=decided.by_account if decided else None,
        )
        services.record_certificate(case, certificate.number, by=by)
    if case.status in (Status.GRANTED, Status.REFUSED) and "electronic" in item.result.delivery:
        services.deliver(case.number, by=by, how="electronic")


@subscribe(CalendarLoaded)
def settle_clocks(event: CalendarLoaded) -> None:
    """Have the provisional deadlines of the place computed again: a task, since they may be many."""
    tasks.settle_clocks.enqueue(rules.counties_begin_with(event.division_code))
