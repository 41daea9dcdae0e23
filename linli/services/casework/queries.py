"""Reading cases, always from somebody's reach."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models import Case as SqlCase

from linli.core.access import Actor, Permission
from linli.core.calendar import today
from linli.core.crypto import blind_candidates, unseal
from linli.services.casework import permissions as may
from linli.services.casework.models import (
    OPEN,
    AcceptanceSlip,
    Case,
    CaseAction,
    CaseMaterial,
    Draft,
    FollowUp,
    Opinion,
    Pause,
    PauseKind,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import ChainLink, Item, SpecialProcedure

DRAFT_FORM = "casework.draft.form_data"
CASE_FORM = "casework.case.form_data"
PAGE = 20


@dataclass(frozen=True)
class CaseFacts:
    """What the guards of the lifecycle look at, loaded once for one case."""

    item: Item
    chain: Sequence[ChainLink]
    asked_before: bool
    open_joint: int
    open_gaps: int
    open_objections: int
    needs_notice: bool
    notice_done: bool
    special_procedures: Sequence[SpecialProcedure]
    extended: bool
    extension_waits: bool


def item_of(row: Case | Draft) -> Item:
    """Return the item as it stood in the version that the case or draft was begun under."""
    return catalogue.item(row.item_version)


def with_facts(case: Case) -> Case:
    """Load what the lifecycle's guards look at, and return the case."""
    item = item_of(case)
    extension = next((e for e in case.extensions.all() if e.approved is not False), None)
    notices = [p for p in case.pauses.all() if p.kind == PauseKind.PUBLIC_NOTICE]
    joint = [o for o in Opinion.everywhere.filter(case=case, is_joint=True, step=case.step) if not o.answered_at]
    case.facts = CaseFacts(  # type: ignore[attr-defined]
        item=item,
        chain=item.chain,
        asked_before=hasattr(case, "supplement"),
        open_joint=len(joint),
        open_gaps=sum(1 for gap in case.gaps.all() if not gap.met_at),
        open_objections=sum(1 for objection in case.objections.all() if not objection.answered_at),
        needs_notice=item.public_notice is not None,
        notice_done=any(p.last_day for p in notices)
        or CaseAction.objects.filter(case=case, action="end_notice").exists(),
        special_procedures=item.special_procedures,
        extended=extension is not None,
        extension_waits=extension is not None and extension.approved is None,
    )
    return case


def cases_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Case]:
    """Return the cases on which the actor holds the permission: the one way to a case."""
    return Case.objects.within(actor.reach(permission)).select_related(
        "community", "home_community", "accepted_community", "item_version", "applicant", "agent"
    )


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's own drafts, latest first."""
    if actor.account_id is None:
        return Draft.objects.none()
    return Draft.objects.filter(owner_id=actor.account_id).select_related("item_version").order_by("-updated_at", "-id")


def form_data(row: Case | Draft) -> dict[str, Any]:
    """Return what was filled in. Raises BrokenSeal when the row was tampered with."""
    where = CASE_FORM if isinstance(row, Case) else DRAFT_FORM
    text = unseal(row.form_data, where=where, row=row.pk)
    return json.loads(text) if text else {}


def materials_of(actor: Actor, case: Case) -> QuerySet[CaseMaterial]:
    """Return the case's materials as far as the actor may see the case."""
    permission = may.VIEW_OWN if actor.kind == "resident" else may.VIEW
    return (
        CaseMaterial.objects.within(actor.reach(permission))
        .filter(case=case)
        .select_related("file")
        .order_by("added_at", "id")
    )


def timeline(case: Case) -> list[CaseAction]:
    """Return what has happened, newest first. The caller already reached the case."""
    return list(CaseAction.objects.filter(case=case).order_by("-at", "-id"))


def urgency(day: dt.date) -> SqlCase:
    """Order work: first what is over or due by tomorrow, then who is served first (R40), then the rest by its day.

    A person served first never pushes another over a limit: what is nearly due stands above both.
    """
    return SqlCase(
        When(step_due_on__lte=day + dt.timedelta(days=1), then=Value(0)),
        When(~Q(priority_reason=""), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def tasks_for(actor: Actor) -> QuerySet[Case]:
    """Return the cases that wait for the actor's post, most urgent first: one indexed query within her counties."""
    post = actor.post
    if post is None:
        return Case.objects.none()
    rows = cases_for(actor, may.HANDLE if actor.may(may.HANDLE) else may.ACCEPT).filter(
        step_level=post.level,
        status__in=[Status.SUBMITTED, Status.ACCEPTED, Status.IN_REVIEW, Status.SPECIAL_PROCEDURE],
    )
    if post.department:
        rows = rows.filter(step_department=post.department)
    if post.communities is not None and post.level == "community":
        rows = rows.filter(
            Q(community__in=post.communities) | Q(accepted_community__in=post.communities, status=Status.SUBMITTED)
        )
    return rows.annotate(rank=urgency(today())).order_by("rank", "step_due_on", "id")


def opinions_for(actor: Actor) -> QuerySet[Opinion]:
    """Return what other bodies have asked the actor's department and nobody has answered yet."""
    return (
        Opinion.objects.within(actor.reach(may.GIVE_OPINION))
        .filter(answered_at__isnull=True)
        .select_related("case", "case__item_version", "case__community", "case__applicant")
        .order_by("due_on", "id")
    )


def counts_by_status(actor: Actor) -> dict[str, int]:
    """Return how many cases stand in each status within the actor's reach."""
    rows = Case.objects.within(actor.reach(may.VIEW)).values("status").annotate(n=Count("pk")).order_by()
    return {row["status"]: row["n"] for row in rows}


def search(actor: Actor, words: str) -> QuerySet[Case]:
    """Find cases within reach by number, name or identity number (blind index). Short words find nothing."""
    words = words.strip()
    plain = words.replace("-", "").replace(" ", "").upper()
    if len(words) < 2:
        return Case.objects.none()
    where = Q(number=plain) | Q(applicant__name__startswith=words)
    if len(plain) in (15, 18):
        where |= Q(applicant__id_index__in=blind_candidates(plain, purpose="identity"))
    if 8 <= len(plain) < 16:
        where |= Q(number__startswith=plain)
    return cases_for(actor).filter(where).order_by("-submitted_at", "-id")


def my_cases(actor: Actor) -> QuerySet[Case]:
    """Return the resident's own cases and those she applies for as an agent, newest first."""
    return cases_for(actor, may.VIEW_OWN).order_by("-submitted_at", "-id")


def waiting_for_me(actor: Actor) -> QuerySet[Case]:
    """Return what waits for the resident herself: a supplement to bring."""
    return my_cases(actor).filter(status=Status.SUPPLEMENT_REQUESTED).select_related("supplement")


def slips_for(actor: Actor) -> QuerySet[AcceptanceSlip]:
    """Return what this county's windows took in for other counties."""
    return AcceptanceSlip.objects.within(actor.reach(may.RECEIVE)).order_by("-received_at", "-id")


def cases_of_visit(actor: Actor, visit_id: UUID) -> QuerySet[Case]:
    return cases_for(actor).filter(visit_id=visit_id).order_by("submitted_at", "id")


def follow_ups_for(actor: Actor) -> QuerySet[FollowUp]:
    """Return the bad ratings that wait to be called back or answered, most urgent first."""
    return (
        FollowUp.objects.within(actor.reach(may.FOLLOW_UP))
        .filter(closed_at__isnull=True)
        .select_related("case", "case__item_version", "case__applicant", "case__rating", "case__community")
        .order_by("answer_by", "id")
    )


def work_items_for(actor: Actor) -> QuerySet[WorkItem]:
    return (
        WorkItem.objects.within(actor.reach(may.SUPERVISE))
        .filter(closed_at__isnull=True)
        .select_related("case", "community")
        .order_by("opened_at", "id")
    )


@dataclass(frozen=True)
class ItemFigures:
    """How an item went for others: shown on its page and in the figures (R37, R43). None: nobody yet."""

    decided: int
    average_visits: float | None
    average_spared: float | None
    supplement_share: float | None
    refused_for_registration: int
    rated: int
    satisfied: int


def figures_of_item(item_code: str, *, since: dt.date | None = None) -> ItemFigures:
    """Return an item's figures over all counties: counts and averages, no personal data."""
    rows = Case.everywhere.filter(item_code=item_code)
    if since is not None:
        rows = rows.filter(submitted_at__date__gte=since)
    decided = rows.filter(decided_at__isnull=False)
    found = decided.aggregate(
        n=Count("pk"),
        visits=Avg("visits_made"),
        spared=Avg("materials_spared"),
        asked=Count("supplement"),
        rated=Count("rating"),
        good=Count("rating", filter=Q(rating__score__gte=3)),
    )
    n = found["n"]
    return ItemFigures(
        decided=n,
        average_visits=found["visits"],
        average_spared=found["spared"],
        supplement_share=found["asked"] / n if n else None,
        refused_for_registration=CaseAction.objects.filter(
            case__item_code=item_code, action__in=["refuse", "not_accept"], facts__because="registration"
        ).count(),
        rated=found["rated"],
        satisfied=found["good"],
    )


def open_pause(case: Case) -> Pause | None:
    return next((pause for pause in case.pauses.all() if pause.last_day is None), None)


def is_waiting_longer_than(actor: Actor, days: int) -> QuerySet[Case]:
    """Return open cases within reach whose step is over since more than `days` days."""
    return cases_for(actor).filter(status__in=OPEN, step_due_on__lt=today() - dt.timedelta(days=days))


@dataclass(frozen=True)
class Notice:
    """What a public notice shows: the least that is needed to object."""

    number: str
    item_name: str
    name: str
    community: str
    until: dt.date | None


def posted_notices() -> list[Notice]:
    """Return what is posted today, over all counties: names with one character hidden, children left out where the
    item says so (民发〔2021〕43号).
    """
    rows = (
        Case.everywhere.filter(status=Status.PUBLIC_NOTICE)
        .select_related("community", "item_version", "applicant")
        .prefetch_related("pauses")
        .order_by("-submitted_at", "-id")[:200]
    )
    day = today()
    notices = []
    for case in rows:
        item = item_of(case)
        age = day.year - case.applicant.birth_date.year
        child = age < 18
        if child and item.public_notice is not None and not item.public_notice.names_minors:
            continue
        pause = open_pause(case)
        name = case.applicant.name
        notices.append(
            Notice(
                number=case.number,
                item_name=item.name.zh,
                name=name[0] + "*" + name[2:] if len(name) > 1 else name,
                community=case.community.short_name,
                until=pause.planned_until if pause else None,
            )
        )
    return notices
