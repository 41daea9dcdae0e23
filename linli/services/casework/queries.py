"""Reading cases, always from somebody's reach."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as SqlCase
from django.db.models.functions import Coalesce

from linli.core.access import Actor, Permission
from linli.core.calendar import today
from linli.core.calendar.queries import calendar_for
from linli.core.crypto import unseal
from linli.ground.registry import queries as registry
from linli.ground.registry import rules as registry_rules
from linli.ground.registry.models import IdKind
from linli.services.casework import discretion
from linli.services.casework import permissions as may
from linli.services.casework.models import (
    OPEN,
    WITH_STAFF,
    AcceptanceSlip,
    Case,
    CaseAction,
    CaseMaterial,
    Channel,
    Draft,
    FollowUp,
    Gap,
    Mandate,
    Opinion,
    Pause,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import ChainLink, Item, SpecialProcedure

DRAFT_FORM = "casework.draft.form_data"
CASE_FORM = "casework.case.form_data"
CERTIFICATE_WAITS = "certificate_waits"
"""The kind of work item that a certificate is which could not be made."""
PAGE = 20
NO_DAY = dt.date(9999, 12, 31)
"""Where work without a day stands in the order: last."""


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
    agent_rows: frozenset[UUID]
    """Ids of the agent, earlier and later ones too: she may have moved between counties since she applied."""


def item_of(row: Case | Draft) -> Item:
    """Return the item as it stood in the version that the case or draft was begun under."""
    return catalogue.item(row.item_version)


def with_facts(case: Case) -> Case:
    """Load what the lifecycle's guards look at, and return the case."""
    item = item_of(case)
    extension = next((e for e in case.extensions.all() if e.approved is not False), None)
    joint = [o for o in Opinion.everywhere.filter(case=case, is_joint=True, step=case.step) if not o.answered_at]
    case.facts = CaseFacts(
        item=item,
        chain=item.chain,
        asked_before=hasattr(case, "supplement"),
        open_joint=len(joint),
        open_gaps=sum(1 for gap in case.gaps.all() if not gap.met_at),
        open_objections=sum(1 for objection in case.objections.all() if not objection.answered_at),
        needs_notice=item.public_notice is not None,
        notice_done=CaseAction.objects.filter(case=case, action="end_notice").exists(),
        special_procedures=item.special_procedures,
        extended=extension is not None,
        extension_waits=extension is not None and extension.approved is None,
        agent_rows=frozenset(registry.every_row(case.agent_id)) if case.agent_id else frozenset(),
    )
    return case


def cases_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Case]:
    """Return the cases on which the actor holds the permission: the one way to a case."""
    return Case.objects.within(registry.own_reach(actor, permission)).select_related(
        "community", "home_community", "accepted_community", "item_version", "applicant", "agent"
    )


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's own drafts, latest first."""
    if actor.account_id is None:
        return Draft.objects.none()
    return (
        Draft.objects.filter(owner_id=actor.account_id)
        .select_related("item_version", "mandate")
        .order_by("-updated_at", "-id")
    )


def mandates_of(actor: Actor) -> QuerySet[Mandate]:
    """Return what the actor herself has recorded about people who act for others."""
    return Mandate.objects.none() if actor.account_id is None else Mandate.objects.filter(recorded_by=actor.account_id)


def form_data(row: Case | Draft) -> dict[str, Any]:
    """Return what was filled in. Raises BrokenSeal when the row was tampered with."""
    where = CASE_FORM if isinstance(row, Case) else DRAFT_FORM
    text = unseal(row.form_data, where=where, row=row.pk)
    return json.loads(text) if text else {}


def materials_of(actor: Actor, case: Case) -> QuerySet[CaseMaterial]:
    """Return the case's materials as far as the actor may see the case."""
    permission = may.VIEW_OWN if actor.kind == "resident" else may.VIEW
    return (
        CaseMaterial.objects.within(registry.own_reach(actor, permission))
        .filter(case=case)
        .select_related("file")
        .order_by("added_at", "id")
    )


def timeline(case: Case) -> list[CaseAction]:
    """Return what has happened, newest first. The caller already reached the case."""
    return list(CaseAction.objects.filter(case=case).order_by("-at", "-id"))


def soon(actor: Actor) -> dt.date:
    """Return the day until which a step is nearly due: the next working day, wherever the actor works."""
    county = min(actor.post.counties, default="") if actor.post else ""
    return calendar_for(county).next_working(today())


def urgency(nearly_due: dt.date) -> SqlCase:
    """Order work: first what is over or due by the next working day, then who is served first (R40), then the rest.

    A person served first never pushes another over a limit: what is nearly due stands above both.
    """
    return SqlCase(
        When(step_due_on__lte=nearly_due, then=Value(0)),
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
    due = Coalesce("step_due_on", Value(NO_DAY), output_field=DateField())
    return rows.annotate(rank=urgency(soon(actor)), due=due).order_by("rank", "due", "id")


def opinions_for(actor: Actor) -> QuerySet[Opinion]:
    """Return what other bodies have asked the actor's department and nobody has answered yet."""
    return (
        Opinion.objects.within(actor.reach(may.GIVE_OPINION))
        .filter(answered_at__isnull=True, case__status__in=OPEN)
        .select_related("case", "case__item_version", "case__community", "case__applicant")
        .order_by("due_on", "id")
    )


def counts_by_status(actor: Actor) -> dict[str, int]:
    """Return how many cases stand in each status within the actor's reach."""
    rows = Case.objects.within(actor.reach(may.VIEW)).values("status").annotate(n=Count("pk")).order_by()
    return {row["status"]: row["n"] for row in rows}


def search(actor: Actor, words: str) -> QuerySet[Case]:
    """Find cases within reach by number, name or identity number (blind index). Short words find nothing.

    Whom a sensitive case concerns, the search tells only those who handle it (R41b): others find it by its number.
    """
    words = words.replace("\x00", "").strip()
    plain = words.replace("-", "").replace(" ", "").upper()
    if len(words) < 2:
        return Case.objects.none()
    whom = Q(applicant__name__startswith=words)
    kinds = [IdKind.CITIZEN] if len(plain) in (15, 18) else IdKind if 6 <= len(plain) <= 20 and plain.isalnum() else []
    for kind in kinds:
        if (person := registry.by_identity(kind, plain)) is not None:
            whom |= Q(applicant_id__in=registry.rows_of(person))
    where = Q(number=plain) | whom & ~discretion.hidden_from(actor)
    if 8 <= len(plain) < 16:
        where |= Q(number__startswith=plain)
    return cases_for(actor).filter(where).order_by("-submitted_at", "-id")


def my_cases(actor: Actor) -> QuerySet[Case]:
    """Return the resident's own cases and those she applies for as an agent, newest first."""
    return cases_for(actor, may.VIEW_OWN).order_by("-submitted_at", "-id")


def waiting_for_me(actor: Actor) -> QuerySet[Case]:
    """Return what waits for the resident herself: a supplement to bring."""
    return my_cases(actor).filter(status=Status.SUPPLEMENT_REQUESTED).select_related("supplement")


def gaps_waiting_for_me(actor: Actor) -> QuerySet[Gap]:
    """Return the materials that the resident was allowed to bring later, most urgent first."""
    return (
        Gap.objects.filter(
            case__in=my_cases(actor).filter(status__in=OPEN).order_by().values("pk"), met_at__isnull=True
        )
        .select_related("case__item_version")
        .order_by("due_on", "id")
    )


def slips_for(actor: Actor) -> QuerySet[AcceptanceSlip]:
    """Return what this county's windows took in for other counties."""
    return AcceptanceSlip.objects.within(actor.reach(may.RECEIVE)).order_by("-received_at", "-id")


def slips_of_visit(actor: Actor, visit_id: UUID) -> QuerySet[AcceptanceSlip]:
    """Return what the same visit handed in for other counties: it stands on the same receipt (R32a, R33)."""
    return (
        AcceptanceSlip.objects.within(actor.reach(may.RECEIVE)).filter(visit_id=visit_id).order_by("received_at", "id")
    )


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


def certificate_waits(case: Case) -> bool:
    """Tell whether the certificate of a granted case that has none could not be made, and somebody was told to mend it."""
    return WorkItem.everywhere.filter(case=case, kind=CERTIFICATE_WAITS).exists()


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


@dataclass(frozen=True)
class ItemRow:
    """A line of the figures: an item, and how its applications of the period went."""

    item_code: str
    received: int
    decided: int
    asked: int
    visits: float | None
    spared: float | None
    not_granted: int


@dataclass(frozen=True)
class Figures:
    """How the cases within a reach went since a day. Counts; whole numbers beside their whole (received, rated).

    elsewhere: taken in by another community than the responsible one (R33). transferred: sent on because they had
    come to the wrong community (R32a). refused_for_registration: by item code (R34). window_share: items that a window
    takes in, of all published (R32b).
    """

    received: int
    decided: int
    asked: int
    spared: int
    online: int
    elsewhere: int
    transferred: int
    rated: int
    good: int
    late: int
    refused_for_registration: dict[str, int]
    by_item: list[ItemRow]
    window_items: int
    published_items: int


def figures(actor: Actor, *, since: dt.date) -> Figures:
    """Return the figures of the cases received since a day, within the actor's reach."""
    rows = Case.objects.within(actor.reach(may.FIGURES)).filter(submitted_at__date__gte=since).order_by()
    found = rows.aggregate(
        received=Count("pk"),
        decided=Count("decided_at"),
        asked=Count("supplement"),
        spared=Count("pk", filter=Q(materials_spared__gt=0)),
        online=Count("pk", filter=Q(channel=Channel.ONLINE)),
        elsewhere=Count("pk", filter=Q(accepted_community__isnull=False) & ~Q(accepted_community=F("community"))),
        rated=Count("rating"),
        good=Count("rating", filter=Q(rating__score__gte=3)),
        late=Count("pk", filter=Q(status__in=OPEN, due_on__lt=today())),
    )
    acts = CaseAction.objects.filter(case__in=rows.values("pk")).order_by()
    refused = (
        acts.filter(action__in=["refuse", "not_accept"], facts__because="registration")
        .values("case__item_code")
        .annotate(n=Count("pk"))
    )
    by_item = (
        rows.annotate(was_refused=Exists(CaseAction.objects.filter(case_id=OuterRef("pk"), action="refuse")))
        .values("item_code")
        .annotate(
            received=Count("pk"),
            decided=Count("decided_at"),
            asked=Count("supplement"),
            visits=Avg("visits_made", filter=Q(decided_at__isnull=False)),
            spared=Avg("materials_spared", filter=Q(decided_at__isnull=False)),
            not_granted=Count("pk", filter=Q(status__in=[Status.NOT_ACCEPTED, Status.RETURNED]) | Q(was_refused=True)),
        )
    )
    items = [catalogue.item(version) for version in catalogue.published()]
    return Figures(
        **found,
        transferred=acts.filter(action="transfer").count(),
        refused_for_registration={row["case__item_code"]: row["n"] for row in refused},
        by_item=[ItemRow(**row) for row in sorted(by_item, key=lambda row: (-row["received"], row["item_code"]))],
        window_items=sum("window" in item.channels and item.elsewhere is None for item in items),
        published_items=len(items),
    )


@dataclass(frozen=True)
class Running:
    """How the work within a reach goes, for the heads of the community's page (R160): counts beside their whole."""

    decided: int
    in_time: int
    at_once: int
    rated: int
    good: int
    waiting: int
    late: int
    bad_ratings: int
    bad_ratings_late: int
    work_items: int


def how_it_goes(actor: Actor, *, since: dt.date) -> Running:
    """Return what was decided and rated since a day, and what waits today. at_once: without asking for a supplement."""
    reach = actor.reach(may.FIGURES)
    cases = Case.objects.within(reach).order_by()
    decided = cases.filter(decided_at__date__gte=since).aggregate(
        decided=Count("pk"),
        in_time=Count("pk", filter=Q(due_on__isnull=True) | Q(decided_at__date__lte=F("due_on"))),
        at_once=Count("pk", filter=Q(supplement__isnull=True)),
        rated=Count("rating"),
        good=Count("rating", filter=Q(rating__score__gte=3)),
    )
    waiting = cases.filter(status__in=WITH_STAFF).aggregate(
        waiting=Count("pk"), late=Count("pk", filter=Q(step_due_on__lt=today()))
    )
    bad = (
        FollowUp.objects.within(reach)
        .filter(closed_at__isnull=True)
        .aggregate(bad_ratings=Count("pk"), bad_ratings_late=Count("pk", filter=Q(answer_by__lt=today())))
    )
    work_items = WorkItem.objects.within(reach).filter(closed_at__isnull=True).count()
    return Running(**decided, **waiting, **bad, work_items=work_items)


def entitled_but_not_granted(actor: Actor, item_code: str = "legal_aid") -> QuerySet[Case]:
    """Return the applications that met every condition and were not granted: for legal aid it must be none (R42)."""
    met = CaseAction.objects.filter(case_id=OuterRef("pk"), action="submit", facts__met=True)
    return (
        Case.objects.within(actor.reach(may.FIGURES))
        .filter(Exists(met), ended_ungranted(), item_code=item_code)
        .select_related("community", "item_version", "applicant")
        .order_by("-submitted_at", "-id")
    )


def ended_ungranted() -> Q:
    """Return the condition on a case that is over for good and brought its applicant nothing she asked for."""
    refused = CaseAction.objects.filter(case_id=OuterRef("pk"), action="refuse")
    return Q(status__in=[Status.NOT_ACCEPTED, Status.RETURNED]) | Q(Exists(refused))


def open_pause(case: Case) -> Pause | None:
    return next((pause for pause in case.pauses.all() if pause.last_day is None), None)


@dataclass(frozen=True)
class Notice:
    """What a public notice shows: the least that is needed to object."""

    number: str
    item_name: str
    name: str
    community: str
    until: dt.date | None


def posted_name(case: Case, item: Item) -> str:
    """Return the name as it is posted, one character hidden; nothing for a child that is not posted by name."""
    notice, name = item.public_notice, case.applicant.name
    if registry_rules.age_on(case.applicant.birth_date, today()) < 18 and not (notice and notice.names_minors):
        return ""
    return name[0] + "*" + name[2:] if len(name) > 1 else name


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
    notices = []
    for case in rows:
        item = item_of(case)
        name = posted_name(case, item)
        if not name:
            continue
        pause = open_pause(case)
        notices.append(
            Notice(
                number=case.number,
                item_name=item.name.zh,
                name=name,
                community=case.community.short_name,
                until=pause.planned_until if pause else None,
            )
        )
    return notices
