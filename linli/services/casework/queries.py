"""Reading cases, always from somebody's reach."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case as SqlCase
from django.db.models import Count, DateField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from linli.core.access import Actor, Permission
from linli.core.calendar import today
from linli.core.calendar.queries import calendar_for
from linli.core.crypto import unseal
from linli.core.ids import is_digits, is_number
from linli.ground.registry import queries as registry
from linli.ground.registry import rules as registry_rules
from linli.ground.registry.models import Person
from linli.ground.territory.models import Division
from linli.services.casework import discretion
from linli.services.casework import permissions as may
from linli.services.casework.models import (
    OPEN,
    AcceptanceSlip,
    Case,
    CaseAction,
    CaseMaterial,
    Draft,
    Extension,
    FollowUp,
    Gap,
    Mandate,
    Opinion,
    Pause,
    StandingAuthority,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.casework.rules import plain_number
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.content import ChainLink, Item, SpecialProcedure

DRAFT_FORM = "casework.draft.form_data"
CASE_FORM = "casework.case.form_data"
CERTIFICATE_WAITS = "certificate_waits"
"""The kind of work item that a certificate is which could not be made."""
TO_MEND = (CERTIFICATE_WAITS, "seal_missing", "case_broken")
"""Kinds of work items that are mended; the others say that somebody was late."""
PAGE = 20
NAMESAKES = 400
"""So many people of one name are looked up one by one; a name (or part of one) that more bear is looked for in the cases."""
FOUND_AT_MOST = 500
LINE = (
    "number", "county_code", "status", "step", "accepted_at", "submitted_at", "due_on", "applicant_id",
    "community__short_name", "item_version__content_hash",
)  # fmt: skip
"""What one line of a list shows of a case, and what tells who may read it."""
NO_DAY = dt.date(9999, 12, 31)
"""Where work without a day stands in the order: last."""


class CaseFacts:
    """What the guards of the lifecycle look at: each loaded once, when the first guard looks at it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.item = item_of(case)
        self.chain: Sequence[ChainLink] = self.item.chain
        self.needs_notice = self.item.public_notice is not None
        self.special_procedures: Sequence[SpecialProcedure] = self.item.special_procedures

    @cached_property
    def asked_before(self) -> bool:
        return hasattr(self._case, "supplement")

    @cached_property
    def open_joint(self) -> int:
        case = self._case
        return Opinion.everywhere.filter(case=case, is_joint=True, step=case.step, answered_at__isnull=True).count()

    @cached_property
    def open_gaps(self) -> int:
        return sum(1 for gap in self._case.gaps.all() if not gap.met_at)

    @cached_property
    def open_objections(self) -> int:
        return sum(1 for objection in self._case.objections.all() if not objection.answered_at)

    @cached_property
    def notice_done(self) -> bool:
        return CaseAction.objects.filter(case=self._case, action="end_notice").exists()

    @cached_property
    def _extension(self) -> Extension | None:
        return next((e for e in self._case.extensions.all() if e.approved is not False), None)

    @property
    def extended(self) -> bool:
        return self._extension is not None

    @property
    def extension_waits(self) -> bool:
        return self._extension is not None and self._extension.approved is None

    @cached_property
    def agent_rows(self) -> frozenset[UUID]:
        """Ids of the agent, earlier and later ones too: she may have moved between counties since she applied."""
        return frozenset(registry.every_row(self._case.agent_id)) if self._case.agent_id else frozenset()


def item_of(row: Case | Draft) -> Item:
    """Return the item as it stood in the version that the case or draft was begun under."""
    return catalogue.item(row.item_version)


def with_facts(case: Case) -> Case:
    """Put what the lifecycle's guards look at beside the case, as it is from now on, and return the case."""
    case.facts = CaseFacts(case)
    return case


def cases_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Case]:
    """Return the cases on which the actor holds the permission: the one way to a case."""
    rows = Case.objects.within(registry.own_reach(actor, permission))
    return catalogue.with_version(
        rows.select_related("community", "home_community", "accepted_community").prefetch_related("applicant", "agent")
    )


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """Return the actor's own drafts, latest first."""
    if actor.account_id is None:
        return Draft.objects.none()
    return catalogue.with_version(Draft.objects.filter(owner_id=actor.account_id).select_related("mandate")).order_by(
        "-updated_at", "-id"
    )


def mandates_of(actor: Actor) -> QuerySet[Mandate]:
    """Return what the actor herself has recorded about people who act for others."""
    return Mandate.objects.none() if actor.account_id is None else Mandate.objects.filter(recorded_by=actor.account_id)


def authorities_in_force() -> QuerySet[StandingAuthority]:
    """Return the standing authorities that count today. Internal: pages ask for those of one person."""
    day = today()
    return StandingAuthority.objects.filter(revoked_at__isnull=True, valid_from__lte=day, valid_to__gt=day)


@dataclass(frozen=True)
class ShownAuthority:
    """A standing authority as one of the two sees it."""

    row: StandingAuthority
    applicant: str
    agent: str


def authorities_of(person: Person) -> list[ShownAuthority]:
    """Return what counts today with this person on either side, the newest first."""
    rows = registry.rows_of(person)
    found = list(
        authorities_in_force()
        .filter(Q(applicant_id__in=rows) | Q(agent_id__in=rows))
        .select_related("file")
        .order_by("-recorded_at", "-id")
    )
    names = registry.people_by_id([pk for row in found for pk in (row.applicant_id, row.agent_id)]) if found else {}
    return [ShownAuthority(row, names[row.applicant_id].name, names[row.agent_id].name) for row in found]


def authority_between(agent: Person, applicant: Person) -> StandingAuthority | None:
    """Return by what the one may act for the other today, if by anything that stands."""
    rows = authorities_in_force().filter(
        agent_id__in=registry.rows_of(agent), applicant_id__in=registry.rows_of(applicant)
    )
    return rows.order_by("-recorded_at").first()


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
    rows = Opinion.objects.within(actor.reach(may.GIVE_OPINION)).filter(answered_at__isnull=True, case__status__in=OPEN)
    rows = rows.select_related("case", "case__community").prefetch_related("case__applicant").order_by("due_on", "id")
    return catalogue.with_version(rows, through="case__item_version")


def by_exact_number(number: str) -> Case | None:
    """Return the case of a whole number, for whoever holds its receipt; the caller shows nothing of the person."""
    plain = plain_number(number)
    if not is_number(plain):
        return None
    return catalogue.with_version(
        Case.everywhere.defer("form_data").filter(number=plain, county_code=plain[:6]).select_related("community")
    ).first()


def counts_by_status(actor: Actor) -> dict[str, int]:
    """Return how many cases stand in each status within the actor's reach."""
    rows = Case.objects.within(actor.reach(may.VIEW)).values("status").annotate(n=Count("pk")).order_by()
    return {row["status"]: row["n"] for row in rows}


# -- for whoever looks after the machine: numbers over all counties, nobody's rows ----------------------------------


def open_everywhere() -> dict[str, int]:
    """Count all open cases, by status."""
    found = dict(Case.everywhere.filter(status__in=OPEN).order_by().values_list("status").annotate(Count("pk")))
    return {status.value: found.get(status, 0) for status in OPEN}


def overdue_everywhere() -> int:
    """Count all open cases whose promised day is over."""
    return Case.everywhere.filter(status__in=OPEN, due_on__lt=today()).count()


def certificates_not_made() -> int:
    """Count the granted cases whose certificate waits for somebody to mend what it lacks."""
    return WorkItem.everywhere.filter(kind=CERTIFICATE_WAITS, closed_at__isnull=True).count()


def open_work_items_by_kind() -> dict[str, int]:
    rows = WorkItem.everywhere.filter(closed_at__isnull=True).order_by().values_list("kind")
    return dict(rows.annotate(Count("pk")))


def search(actor: Actor, words: str) -> QuerySet[Case]:
    """Find cases within reach by number, name or identity number (blind index). Short words find nothing.

    Whom a sensitive case concerns, the search tells only those who handle it (R41b): others find it by its number.
    """
    words = words.replace("\x00", "").strip()
    plain = words.replace("-", "").replace(" ", "").upper()
    if len(words) < 2:
        return Case.objects.none()
    rows = cases_for(actor).order_by("-submitted_at", "-id")
    # Each by its own index, then the rows: one condition with an OR over two tables reads every case in reach.
    within = Case.objects.within(registry.own_reach(actor, may.VIEW)).order_by()
    found: set[UUID] = set()
    people: set[UUID] = set()
    if not is_digits(words):
        people.update(registry.ids_by_name(words, at_most=NAMESAKES + 1))
        if len(people) > NAMESAKES:
            namesakes = rows.filter(~discretion.hidden_from(actor), applicant__in=registry.named(words))
            return rows.filter(pk__in=first(namesakes, FOUND_AT_MOST))
    if plain.isascii():
        number = Q(number__startswith=plain) if 8 <= len(plain) < 16 else Q(number=plain)
        found.update(within.filter(number).values_list("pk", flat=True)[:FOUND_AT_MOST])
        if 6 <= len(plain) <= 20 and plain.isalnum():
            people.update(registry.ids_by_identity(plain))
    if people:
        # In a subquery: beside the reach, the index of a whole community would be read to be cut with theirs.
        theirs = Case.everywhere.filter(applicant_id__in=people).order_by().values("pk")
        readable = within.filter(~discretion.hidden_from(actor), pk__in=theirs)
        found.update(readable.values_list("pk", flat=True)[:FOUND_AT_MOST])
    return rows.filter(pk__in=found)


def in_brief(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Load of each case what one line of a list shows: number, item, state, whose, where; neither form nor other places."""
    narrow = rows.select_related(None).select_related("community", "item_version").prefetch_related(None)
    return narrow.prefetch_related("applicant").only(*LINE)


def first(rows: QuerySet[Case], size: int) -> list[UUID]:
    """Return the ids of the first rows: to be sorted narrow, and joined with what a page shows when only those are left."""
    return list(rows.values_list("pk", flat=True)[:size])


def my_cases(actor: Actor) -> QuerySet[Case]:
    """Return the resident's own cases and those she applies for as an agent, newest first."""
    return cases_for(actor, may.VIEW_OWN).order_by("-submitted_at", "-id")


def waiting_for_me(actor: Actor) -> QuerySet[Case]:
    """Return what waits for the resident herself: a supplement to bring."""
    return my_cases(actor).filter(status=Status.SUPPLEMENT_REQUESTED).select_related("supplement")


def gaps_waiting_for_me(actor: Actor) -> QuerySet[Gap]:
    """Return the materials that the resident was allowed to bring later, most urgent first."""
    mine = my_cases(actor).filter(status__in=OPEN).order_by().values("pk")
    rows = Gap.objects.filter(case__in=mine, met_at__isnull=True).order_by("due_on", "id")
    return catalogue.with_version(rows, through="case__item_version")


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
    rows = FollowUp.objects.within(actor.reach(may.FOLLOW_UP)).filter(closed_at__isnull=True)
    rows = rows.select_related("case", "case__rating", "case__community").prefetch_related("case__applicant")
    return catalogue.with_version(rows.order_by("answer_by", "id"), through="case__item_version")


def certificate_waits(case: Case) -> bool:
    """Tell whether the certificate of a granted case that has none could not be made, and somebody was told to mend it."""
    return WorkItem.everywhere.filter(case=case, kind=CERTIFICATE_WAITS).exists()


def work_items_for(actor: Actor) -> QuerySet[WorkItem]:
    """Return the open work items of whoever supervises; of whoever does not, what she can mend."""
    if actor.kind == "system" or actor.may(may.SUPERVISE):
        rows = WorkItem.objects.within(actor.reach(may.SUPERVISE))
    else:
        rows = WorkItem.objects.within(actor.reach(may.MEND)).filter(kind__in=TO_MEND)
    return rows.filter(closed_at__isnull=True).select_related("case", "community").order_by("opened_at", "id")


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


def posted_notices(community: Division | None = None) -> list[Notice]:
    """Return what is posted today, over all counties or of one community: names with one character hidden, children left out where the
    item says so (民发〔2021〕43号).
    """
    posted = Case.everywhere.filter(status=Status.PUBLIC_NOTICE)
    if community is not None:
        posted = posted.filter(community=community, county_code=community.county_code)
    rows = (
        catalogue.with_version(posted)
        .select_related("community")
        .prefetch_related("applicant", "pauses")
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


def drafts_under_way(item_code: str) -> int:
    """Return how many people are filling in an item now: a number, no names."""
    return Draft.objects.filter(item_version__item__code=item_code).count()
