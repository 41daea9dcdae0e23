"""What happens after a case has moved: load, call one service, stop; harmless when run twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from linli.core import messages
from linli.core.access import Actor, system_actor
from linli.core.audit import permissions as audit_may
from linli.core.audit import subjects
from linli.core.calendar.events import CalendarLoaded
from linli.core.events import subscribe
from linli.ground.accounts import services as accounts
from linli.ground.registry import queries as registry
from linli.ground.registry.events import PersonDied
from linli.services.casework import asking, queries, rules, services, tasks
from linli.services.casework.events import (
    AgentApplied,
    AppliedWithHelp,
    CaseDecided,
    CaseFromAfarMoved,
    CaseMoved,
    CaseRated,
    QuestionAnswered,
    QuestionAsked,
)
from linli.services.casework.models import AcceptanceSlip, Case, CaseAction, Question, Rating, RatingChannel, WorkItem
from linli.services.catalogue import queries as catalogue
from linli.services.certificates.events import CertificateRevoked, SealMade

TOLD = {
    "submit", "accept", "accept_with_gaps", "deem_accepted", "request_supplement", "not_accept", "grant", "refuse",
    "post_notice", "start_special", "approve_extension", "transfer", "certificate_issued", "return_unanswered",
    "follow_up_answered", "forward", "withdraw",
}  # fmt: skip
"""The acts of which the applicant (and her agent) hear."""

DISCREET = {
    "item": "事项",  # untranslated: the English stands beside it
    "item_en": "service",
    "missing": "请打开办件页看",  # untranslated: materials bear Chinese names
    "said": "请打开办件页看。",  # untranslated: what was said is Chinese
}
"""What a message says of a sensitive case (R41b): a telephone on the table is read by others too."""


@subscribe(CaseMoved)
def tell_the_applicant(event: CaseMoved) -> None:
    """Send word of each step to the person and her agent, in the portal and, with consent, by text message."""
    if event.action not in TOLD:
        return
    rows = catalogue.with_version(Case.everywhere.defer("form_data"))
    case = rows.get(pk=event.case_id, county_code=event.county_code)
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
    told = {
        "item": item.name.zh,
        "item_en": item.name.en,
        "number": case.shown_number,
        "due": case.due_on or "",
        "answer_by": case.answer_by or "",
        "missing": "、".join(act.facts.get("missing", [])),
        "until": until or "",
        "said": act.said[:120],
    }
    return told | DISCREET if item.sensitive else told


@subscribe(AgentApplied)
def tell_the_person_concerned(event: AgentApplied) -> None:
    """Tell the person that somebody applies for her, who it is, and that she can take the case over."""
    case = Case.everywhere.select_related("item_version").get(pk=event.case_id, county_code=event.county_code)
    item = queries.item_of(case)
    with override("zh-hans"):
        agent = case.agent.name if case.agent else _("代办人")
    messages.send(
        person_id=event.applicant_id,
        template="casework.agent_applied",
        context={"item": item.name.zh, "item_en": item.name.en, "number": case.shown_number, "agent": agent}
        | (DISCREET if item.sensitive else {}),
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


@subscribe(QuestionAsked)
def tell_who_is_asked(event: QuestionAsked) -> None:
    """Put the question before those who can answer it at once (R39); where nobody can, it is supervision's work."""
    row = catalogue.with_version(
        Question.everywhere.select_related("place", "case", "case__community"), through="item_version"
    ).get(pk=event.question_id, county_code=event.county_code)
    people = asking.who_answers(row)
    if not people:
        tasks.question_reaches_nobody(row)
    for account in people:
        messages.send(
            account_id=account.pk,
            template="casework.question_asked",
            context=tasks.words_of_question(row, who=row.asked_place),
            about=("casework.question", str(row.pk)),
            link=reverse("casework:question", args=[row.pk]),
            once_key=f"question.{row.pk}.{account.pk}",
        )


@subscribe(QuestionAnswered)
def tell_who_asked(event: QuestionAnswered) -> None:
    """Tell the asker that the answer is there, and end what supervision had of the question."""
    row = catalogue.with_version(
        Question.everywhere.select_related("place", "case", "case__community"), through="item_version"
    ).get(pk=event.question_id, county_code=event.county_code)
    by = system_actor("上级已经答复")  # untranslated: kept in the log
    done = "上级已经答复。"  # untranslated: kept in the log
    services.end_work_items(tasks.QUESTION_WAITS, str(row.pk), outcome=done, by=by)
    if row.asked_by is not None:
        messages.send(
            account_id=row.asked_by,
            template="casework.question_answered",
            context=tasks.words_of_question(row, who=row.place.short_name),
            about=("casework.question", str(row.pk)),
            link=f"{row.case.get_absolute_url()}#answers",
            once_key=f"question_answered.{row.pk}",
        )


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
    tasks.make_result(event.case_id, event.county_code)


@subscribe(SealMade)
def make_what_waited_for_the_seal(event: SealMade) -> None:
    """Seal the papers and make the certificates that had no seal: a task, since they may be many."""
    if WorkItem.everywhere.filter(kind__in=tasks.WANT_A_SEAL, closed_at__isnull=True).exists():
        tasks.use_new_seal.enqueue(str(event.seal_id))


@subscribe(CaseDecided)
def change_groups(event: CaseDecided) -> None:
    """Put the applicant into the special group that the granted item gives, and end the ones that it ends (R41a)."""
    if event.granted:
        case = Case.everywhere.select_related("item_version").get(pk=event.case_id, county_code=event.county_code)
        services.settle_groups(case, by=system_actor("决定批准后登记群体"))  # untranslated: kept in the log


@subscribe(CertificateRevoked)
def end_what_it_gave(event: CertificateRevoked) -> None:
    """End what a decision gave when its result is revoked; one that is replaced goes on (R41a)."""
    cases = Case.everywhere.filter(county_code=event.county_code, number=event.case_number)
    if not event.replaced and (case := cases.select_related("item_version").first()) is not None:
        services.settle_groups(case, by=system_actor("证书撤销后终止群体"))  # untranslated: kept in the log


@subscribe(PersonDied)
def end_groups_at_death(event: PersonDied) -> None:
    """End the groups that decisions put a person into on the day of her death."""
    person = registry.row(event.person_id)
    services.settle_person(person, by=system_actor("去世后终止群体"))  # untranslated: kept in the log


@subscribe(CalendarLoaded)
def settle_clocks(event: CalendarLoaded) -> None:
    """Have the provisional deadlines of the place computed again: a task, since they may be many."""
    tasks.settle_clocks.enqueue(rules.counties_begin_with(event.division_code))


accounts.register_holding(
    accounts.Holding("drafts", take=services.hand_drafts_over, give_back=services.hand_drafts_back)
)


def _find(actor: Actor, text: str) -> str:
    rows = Case.objects.within(actor.reach(audit_may.READ)).filter(number=rules.plain_number(text))
    return str(next(iter(rows.values_list("pk", flat=True)[:1]), ""))


def _names(ids: Sequence[str]) -> dict[str, str]:
    return {str(case.pk): case.shown_number for case in Case.everywhere.filter(pk__in=list(map(UUID, ids)))}


subjects.register(
    subjects.Subject(
        "case",
        gettext_lazy("办件"),
        find=_find,
        names=_names,
        entries=lambda case_id: {"subject": ("casework.case", case_id)},
    )
)
