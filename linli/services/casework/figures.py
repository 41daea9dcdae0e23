"""Counting cases. Each figure is a set of cases: what is counted here is what its page lists, by the same condition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from linli.core.access import Actor
from linli.core.calendar import today
from linli.ground.territory.models import Division
from linli.services.casework import permissions as may
from linli.services.casework.models import (
    OPEN,
    WITH_STAFF,
    Case,
    CaseAction,
    Channel,
    Escalation,
    FollowUp,
    Status,
    WorkItem,
)  # fmt: skip
from linli.services.catalogue import queries as catalogue

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LEGAL_AID = "legal_aid"
ENOUGH = 5
"""So many decided cases stand behind what an item's public page says of others: fewer could be recognised."""
TOLD_DAYS = 365
"""The public page speaks of what was decided in so many days."""
TOLD_FOR_SECONDS = 3600
QUARTERS = 4
RATINGS_SHOWN_FROM = 5
"""From so many ratings on a public page says how they were."""


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment at which a day begins: compared as it is stored, so that an index serves."""
    return make_aware(dt.datetime.combine(day, dt.time.min))


# -- the sets --------------------------------------------------------------------------------------------------------


def _act(*actions: str, **facts: str | bool) -> Exists:
    said = {f"facts__{name}": value for name, value in facts.items()}
    return Exists(_of_case(CaseAction).filter(action__in=actions, **said))


def _of_case(model: type[CaseAction] | type[Escalation]) -> QuerySet[Any]:
    """Return a case's own rows of a table: by its county too, by which the tables are spread over a cluster."""
    return model.objects.filter(case_id=OuterRef("pk"), county_code=OuterRef("county_code"))


def ended_ungranted() -> Q:
    """Return the condition on a case that is over for good and brought its applicant nothing she asked for."""
    return Q(status__in=[Status.NOT_ACCEPTED, Status.RETURNED]) | Q(_act("refuse"))


def _entitled() -> Q:
    return Q(_act("submit", met=True)) & ended_ungranted()


def _went_late() -> Q:
    kinds = (Escalation.Kind.OVERDUE, Escalation.Kind.SUPERVISION)
    return Q(Exists(_of_case(Escalation).filter(kind__in=kinds)))


@dataclass(frozen=True)
class Figure:
    """A number and the set of cases behind it. whole: the figure that it is a part of."""

    name: str
    label: str | _StrPromise
    where: Callable[[], Q]
    whole: str = "received"


FIGURES = {
    figure.name: figure
    for figure in (
        Figure("received", _("收件"), Q, whole=""),
        Figure("decided", _("已作出决定"), lambda: Q(decided_at__isnull=False)),
        Figure("asked", _("要求过补正"), lambda: Q(supplement__isnull=False)),
        Figure("online", _("手机、网上申请"), lambda: Q(channel=Channel.ONLINE)),
        Figure("spared", _("少交了材料"), lambda: Q(materials_spared__gt=0)),
        Figure(
            "elsewhere",
            _("在别的社区收的"),
            lambda: Q(accepted_community__isnull=False) & ~Q(accepted_community=F("community")),
        ),
        Figure("onward", _("又转到别处的"), lambda: Q(_act("transfer")) | Q(_act("not_accept", because="not_here"))),
        Figure("late", _("超了承诺期限"), lambda: Q(status__in=OPEN, due_on__lt=today())),
        Figure("late_step", _("有一步超期，报了上级"), _went_late),
        Figure("rated", _("评价了的"), lambda: Q(rating__isnull=False)),
        Figure("good", _("评基本满意以上"), lambda: Q(rating__score__gte=3), whole="rated"),
        Figure("not_granted", _("没批准或没受理"), ended_ungranted),
        Figure("registration", _("因为户籍没受理"), lambda: Q(_act("refuse", "not_accept", because="registration"))),
        Figure("legal_aid", _("符合条件却没有得到法律援助"), lambda: Q(item_code=LEGAL_AID) & _entitled()),
    )
}
"""Every figure of the page, by the word in its address."""


@dataclass(frozen=True)
class Quarter:
    """A quarter of the calendar year: 2026 年第 3 季度."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def quarter_of(text: str) -> Quarter | None:
    """Return the quarter that an address names, 2026-3; None for anything else."""
    year, _dash, number = text.partition("-")
    if not (re.fullmatch("2[0-9]{3}", year) and number in ("1", "2", "3", "4")):
        return None
    return Quarter(int(year), int(number))


@dataclass(frozen=True)
class Cut:
    """Which cases are looked at: received since a day, or decided in a quarter; of one item, or of all."""

    since: dt.date | None = None
    quarter: Quarter | None = None
    item_code: str = ""

    def where(self) -> Q:
        found = Q(item_code=self.item_code) if self.item_code else Q()
        if self.since:
            found &= Q(submitted_at__gte=midnight(self.since))
        if self.quarter:
            found &= Q(
                decided_at__gte=midnight(self.quarter.first_day), decided_at__lt=midnight(self.quarter.after.first_day)
            )
        return found


def cases_behind(actor: Actor, name: str, cut: Cut) -> QuerySet[Case]:
    """Return the cases that a figure counts, newest first. Raises KeyError for a figure that there is not."""
    rows = Case.objects.within(actor.reach(may.FIGURES)).filter(cut.where(), FIGURES[name].where())
    return (
        catalogue.with_version(rows)
        .select_related("community")
        .prefetch_related("applicant")
        .order_by("-submitted_at", "-id")
    )


# -- the page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemRow:
    """A line of the figures: an item, and how its applications of the period went."""

    item_code: str
    received: int
    decided: int
    asked: int
    visits: float | None
    spared_each: float | None
    not_granted: int
    registration: int


@dataclass(frozen=True)
class Figures:
    """How the cases within a reach went since a day: each figure by its name, and a line an item."""

    counts: dict[str, int]
    by_item: list[ItemRow]

    def share(self, name: str) -> float | None:
        """Return a figure as a part of its whole; None where there is no whole yet (R17b)."""
        whole = self.counts[FIGURES[name].whole]
        return self.counts[name] / whole if whole else None


def figures(actor: Actor, *, since: dt.date) -> Figures:
    """Return the figures of the cases received since a day, within the actor's reach: two queries."""
    rows = Case.objects.within(actor.reach(may.FIGURES)).filter(Cut(since=since).where()).order_by()
    decided = Q(decided_at__isnull=False)
    found: Iterable[Any] = rows.values("item_code").annotate(
        **{name: _count(name) for name in ("received", "decided", "asked", "not_granted", "registration")},
        visits=Avg("visits_made", filter=decided),
        spared_each=Avg("materials_spared", filter=decided),
    )
    lines = [ItemRow(**row) for row in found]
    return Figures(
        counts=rows.aggregate(**{name: _count(name) for name in FIGURES}),
        by_item=sorted(lines, key=lambda line: (-line.received, line.item_code)),
    )


def _count(name: str) -> Count:
    return Count("pk", filter=FIGURES[name].where() or None)


# -- visits and materials (R37a) -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spared:
    """What some decided cases took of their applicants: visits made, materials that nobody had to bring."""

    decided: int = 0
    visits: int = 0
    materials: int = 0

    def __add__(self, other: Spared) -> Spared:
        return Spared(self.decided + other.decided, self.visits + other.visits, self.materials + other.materials)

    @property
    def visits_each(self) -> float | None:
        return self.visits / self.decided if self.decided else None

    @property
    def materials_each(self) -> float | None:
        return self.materials / self.decided if self.decided else None


NOTHING = Spared()


@dataclass(frozen=True)
class Trips:
    """Visits and materials by item and quarter, the latest quarter last; items with the most cases first."""

    quarters: tuple[Quarter, ...]
    by_item: dict[str, dict[Quarter, Spared]] = field(default_factory=dict)

    def of_quarter(self, quarter: Quarter) -> Spared:
        return sum((row.get(quarter, NOTHING) for row in self.by_item.values()), NOTHING)

    def of_item(self, code: str) -> Spared:
        return sum(self.by_item[code].values(), NOTHING)


def trips(actor: Actor, *, item_code: str = "") -> Trips:
    """Return visits made and materials spared of what was decided in this quarter and the three before: one query."""
    quarters = [Quarter.of(today())]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].before)
    rows = Case.objects.within(actor.reach(may.FIGURES)).filter(decided_at__gte=midnight(quarters[0].first_day))
    if item_code:
        rows = rows.filter(item_code=item_code)
    found = (
        rows.order_by()
        .values("item_code", quarter=TruncQuarter("decided_at"))
        .annotate(n=Count("pk"), visits=Sum("visits_made"), spared=Sum("materials_spared"))
    )
    by_item: dict[str, dict[Quarter, Spared]] = {}
    for row in found:
        cell = Spared(row["n"], row["visits"], row["spared"])
        by_item.setdefault(row["item_code"], {})[Quarter.of(localdate(row["quarter"]))] = cell
    most = sorted(by_item, key=lambda code: (-sum(one.decided for one in by_item[code].values()), code))
    return Trips(tuple(quarters), {code: by_item[code] for code in most})


def visits_of_others(item_code: str) -> Spared | None:
    """Return what an item took of others within a year, over all counties; None where too few stand behind it.

    Counts and sums, nobody's data. Read for all items at once, and kept for an hour: the page is everybody's.
    """
    found: dict[str, tuple[int, int, int]] | None = cache.get("casework.visits_of_others")
    if found is None:
        rows = (
            Case.everywhere.filter(decided_at__gte=midnight(today() - dt.timedelta(days=TOLD_DAYS)))
            .order_by()
            .values("item_code")
            .annotate(n=Count("pk"), visits=Sum("visits_made"), spared=Sum("materials_spared"))
            .filter(n__gte=ENOUGH)
        )
        found = {row["item_code"]: (row["n"], row["visits"], row["spared"]) for row in rows}
        cache.set("casework.visits_of_others", found, TOLD_FOR_SECONDS)
    return Spared(*found[item_code]) if item_code in found else None


# -- the community's page (R160) ------------------------------------------------------------------------------------


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


@dataclass(frozen=True)
class Told:
    """What a community's public page says of its work: counts alone, with their whole."""

    since: dt.date
    decided: int
    in_time: int
    rated: int
    good: int

    @property
    def may_show_rating(self) -> bool:
        """Of a handful of ratings a neighbour could tell whose they were."""
        return self.rated >= RATINGS_SHOWN_FROM


def told_of(community: Division) -> Told:
    """Return what was decided in a community since the month began, and how those rated of it: one query, no names."""
    since = today().replace(day=1)
    decided = Case.everywhere.filter(
        county_code=community.county_code, community=community, decided_at__gte=midnight(since)
    )
    counts = decided.order_by().aggregate(
        decided=Count("pk"),
        in_time=Count("pk", filter=Q(due_on__isnull=True) | Q(decided_at__date__lte=F("due_on"))),
        rated=Count("rating"),
        good=Count("rating", filter=Q(rating__score__gte=3)),
    )
    return Told(since, **counts)


def how_it_goes(actor: Actor, *, since: dt.date) -> Running:
    """Return what was decided and rated since a day, and what waits today. at_once: without asking for a supplement."""
    reach = actor.reach(may.FIGURES)
    cases = Case.objects.within(reach).order_by()
    decided = cases.filter(decided_at__gte=midnight(since)).aggregate(
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
