"""Questions to street and department, and the answers that colleagues find again (R39): reading."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.core.access import Actor
from linli.core.calendar import now
from linli.ground.accounts import queries as accounts
from linli.ground.accounts.models import Account
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.casework import permissions as may
from linli.services.casework.models import Case, Question
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue.departments import Department

STREET = "township"
COUNTED_DAYS = 90
COUNTED_AT_MOST = 2000
PINNED_AT_MOST = 8


def who_may_be_asked(case: Case, actor: Actor) -> list[tuple[str, str]]:
    """Return whom the actor may ask about a case, as choices: her street, then the departments, the item's own first."""
    post = actor.post
    found = []
    if post is None or post.level == "community":
        street = next((one for one in territory.ancestors(case.community) if one.level == STREET), None)
        if street is not None:
            found.append((STREET, street.short_name))
    own = post.department if post else None
    departments = [(value, str(label)) for value, label in Department.choices if value != own]
    departments.sort(key=lambda choice: choice[0] != case.department)
    return [*found, *departments]


def place_asked(case: Case, whom: str) -> Division | None:
    """Return the division at which a question about the case is answered: the street's, or the county's for a line."""
    level = STREET if whom == STREET else "county"
    return next((one for one in territory.ancestors(case.community) if one.level == level), None)


def questions_for(actor: Actor) -> QuerySet[Question]:
    """Return what communities and streets have asked the actor's street or department, most urgent first."""
    post = actor.post
    if post is None:
        return Question.objects.none()
    rows = Question.objects.within(actor.reach(may.ANSWER_QUESTION)).filter(answered_at__isnull=True, level=post.level)
    return _loaded(rows).order_by("due_on", "id")


def answers_for(actor: Actor, *, item_code: str = "", words: str = "") -> QuerySet[Question]:
    """Return what was answered in the counties of the actor's post, newest first: nobody's data stands in it."""
    post = actor.post
    if post is None or not (actor.may(may.VIEW) or actor.may(may.ANSWER_QUESTION)):
        return Question.objects.none()
    rows = Question.everywhere.filter(county_code__in=sorted(post.counties), answered_at__isnull=False)
    if item_code:
        rows = rows.filter(item_code=item_code)
    if words := words.replace("\x00", "").strip():
        rows = rows.filter(Q(question__icontains=words) | Q(answer__icontains=words))
    return _loaded(rows).order_by("-answered_at", "-id")


def asked_from(case: Case) -> list[Question]:
    """Return the questions of a case that the caller has reached, the oldest first."""
    return list(Question.everywhere.filter(case=case).select_related("place").order_by("asked_at", "id"))


def pinned_at(case: Case) -> list[Question]:
    """Return what others were answered on the case's item by a street or county above it: this version's first."""
    above = [place.pk for place in territory.ancestors(case.community)]
    rows = (
        Question.everywhere.filter(
            county_code=case.county_code, item_code=case.item_code, answered_at__isnull=False, place_id__in=above
        )
        .exclude(case=case)
        .select_related("place")
        .order_by("-answered_at", "-id")[: PINNED_AT_MOST * 2]
    )
    return sorted(rows, key=lambda row: row.item_version_id != case.item_version_id)[:PINNED_AT_MOST]


def who_answers(row: Question) -> list[Account]:
    """Return who holds today a role that answers at the place that is asked, stand-ins included."""
    if row.level == STREET:
        return accounts.accounts_with_roles(("street_staff", "street_leader"), [row.place_id])
    line = accounts.accounts_with_roles(("department_staff",), [row.place_id], row.department)
    return line or accounts.accounts_with_roles(("district_staff",), [row.place_id])


@dataclass(frozen=True)
class Pace:
    """How soon questions were answered: of `answered` the half within `median`; `waiting` are not answered yet."""

    answered: int
    waiting: int
    median: dt.timedelta | None


def pace(actor: Actor) -> Pace:
    """Return how soon questions were answered in the actor's counties over the last ninety days, at most 2000 of them."""
    since = now() - dt.timedelta(days=COUNTED_DAYS)
    rows = answers_for(actor).filter(answered_at__gte=since)
    took = [
        (done - asked).total_seconds()
        for asked, done in rows.values_list("asked_at", "answered_at")[:COUNTED_AT_MOST]
        if done
    ]
    counties = sorted(actor.post.counties) if actor.post else []
    waiting = Question.everywhere.filter(county_code__in=counties, answered_at__isnull=True).count()
    return Pace(len(took), waiting, dt.timedelta(seconds=statistics.median(took)) if took else None)


def _loaded(rows: QuerySet[Question]) -> QuerySet[Question]:
    return catalogue.with_version(rows.select_related("place", "case", "case__community"))


def dressed(rows: Iterable[Question]) -> list[Question]:
    """Return the rows, each with its department's name."""
    found = list(rows)
    for row in found:
        row.department_name = str(Department(row.department).label) if row.department else ""  # type: ignore[attr-defined]
    return found


def before(rows: QuerySet[Question], answered_at: dt.datetime, pk: UUID) -> QuerySet[Question]:
    """Return the answers that come after the one named, going back in time."""
    return rows.filter(Q(answered_at__lt=answered_at) | Q(answered_at=answered_at, pk__lt=pk))
