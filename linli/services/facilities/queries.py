"""Reading service points and their hours. Points and hours are public; on the desk one's own place and below."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from linli.core.access import Actor, Permission
from linli.core.calendar import calendar_for, now, today
from linli.ground.accounts import queries as accounts
from linli.ground.accounts.models import Account
from linli.ground.territory import queries as territory
from linli.ground.territory import rules as territory_rules
from linli.ground.territory.models import Division, Level
from linli.services.facilities import permissions as may
from linli.services.facilities import rules
from linli.services.facilities.models import (
    ActualOpening,
    HoursException,
    HoursPlan,
    ServicePoint,
    Window,
    WindowClosure,
    WindowlessDay,
)
from linli.services.facilities.rules import Schedule, Spans, Special

PAGE = 30
AHEAD_DAYS = 60
"""R35: so many days to come are looked at."""
BEHIND_DAYS = 366
OPEN_SHOWN = 8


@dataclass(frozen=True)
class Shown:
    """A service point as it stands at a moment: what a resident wants to know before she leaves home."""

    point: ServicePoint
    is_open: bool
    closes_at: dt.time | None
    opens_at: dt.datetime | None
    today: Spans
    special: Special | None
    coming: tuple[Special, ...]
    week: rules.Week
    windows: tuple[int, ...]

    @property
    def opens_today(self) -> bool:
        return self.opens_at is not None and self.opens_at.date() == today()

    @property
    def opens_tomorrow(self) -> bool:
        return self.opens_at is not None and self.opens_at.date() == today() + rules.ONE_DAY


@dataclass(frozen=True)
class Fix:
    """The nearest way to fill a gap: a point that could open, who was on duty there last, and when."""

    point: ServicePoint
    last_duty_on: dt.date | None = None
    on_duty: str = ""
    may_arrange: bool = False


# -- points ----------------------------------------------------------------------------------------------------------


def in_force(on: dt.date | None = None) -> QuerySet[ServicePoint]:
    """Points in service on the day (today), with the division and the one above."""
    day = on or today()
    rows = ServicePoint.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    return rows.select_related("division__parent")


def points_at(divisions: Iterable[Division]) -> list[ServicePoint]:
    """The points that these divisions keep themselves, in the order of the divisions."""
    order = {division.pk: place for place, division in enumerate(divisions)}
    rows = in_force().filter(division__in=order)
    return sorted(rows, key=lambda point: (order[point.division_id], point.name, point.pk))


def points_below(division: Division) -> QuerySet[ServicePoint]:
    """The points of a division and of all below it, by code."""
    return in_force().filter(division__in=territory.below(division).order_by()).order_by("division__code", "name", "id")


def points_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[ServicePoint]:
    """Points, also ended ones, that stand where the actor holds the permission: her place and all below."""
    rows = ServicePoint.objects.select_related("division__parent")
    if actor.kind == "system":
        return rows
    return rows.filter(division__in=accounts.divisions_within(actor, permission).order_by())


def point_for(actor: Actor, point_id: UUID, permission: Permission = may.VIEW) -> ServicePoint:
    """Return the point if the actor reaches it. Raises ServicePoint.DoesNotExist."""
    return points_for(actor, permission).get(pk=point_id)


def keeps(actor: Actor, point: ServicePoint) -> bool:
    """Tell whether the actor may change the point's hours: hers is the place that keeps it."""
    if actor.kind == "system":
        return True
    return actor.may(may.EDIT) and actor.post is not None and actor.post.division_id == point.division_id


def may_arrange(actor: Actor, point: ServicePoint) -> bool:
    """Tell whether the actor may have the point open specially (duty): its own staff, or those above it.

    Above is told by the codes, so that a list of a hundred points costs no query.
    """
    if keeps(actor, point):
        return True
    if not actor.may(may.ARRANGE) or actor.post is None:
        return False
    lowest, highest = territory_rules.span_of(actor.post.division_code)
    return lowest <= point.division.code <= highest


def desk_page(actor: Actor, *, sought: str = "", after: str = "", size: int = PAGE) -> tuple[list[ServicePoint], str]:
    """Return a page of the points in the actor's reach by code and id, and where the next one begins, "" at the end."""
    rows = points_for(actor).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today()))
    if sought:
        rows = rows.filter(Q(name__contains=sought) | Q(division__short_name__contains=sought))
    code, _tilde, last = after.partition("~")
    with contextlib.suppress(ValueError):
        rows = rows.filter(Q(division__code__gt=code) | Q(division__code=code, pk__gt=UUID(last)))
    page = list(rows.order_by("division__code", "id")[: size + 1])
    shown = page[:size]
    return shown, f"{shown[-1].division.code}~{shown[-1].pk}" if len(page) > size else ""


# -- time ------------------------------------------------------------------------------------------------------------


def schedules(points: Sequence[ServicePoint], *, since: dt.date | None = None) -> dict[UUID, Schedule]:
    """Return the time of each point, with exceptions and actual openings from a day (today) on: five queries for all."""
    first = since or today()
    ids = [point.pk for point in points]
    plans: dict[UUID, list[rules.Plan]] = defaultdict(list)
    rows = HoursPlan.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), point__in=ids)
    for point_id, starts, ends, week in rows.values_list("point_id", "valid_from", "valid_to", "week"):
        plans[point_id].append(rules.Plan(starts, ends, _week(week)))
    specials: dict[UUID, list[Special]] = defaultdict(list)
    for exception in exceptions_of(ids, since=first).values_list(
        "point_id", "kind", "first_day", "last_day", "spans", "reason", "notice"
    ):
        point_id, kind, starts, ends, spans, reason, notice = exception
        specials[point_id].append(Special(kind, starts, ends, rules.from_plain(spans), reason, notice))
    closures: dict[UUID, list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    shut = WindowClosure.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first), window__point__in=ids)
    for window_id, starts, ends in shut.values_list("window_id", "first_day", "last_day"):
        closures[window_id].append((starts, ends))
    counters: dict[UUID, list[rules.Counter]] = defaultdict(list)
    serving = Window.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), point__in=ids).order_by("number")
    for window_id, point_id, number, starts, ends in serving.values_list(
        "pk", "point_id", "number", "valid_from", "valid_to"
    ):
        counters[point_id].append(rules.Counter(number, starts, ends, tuple(closures[window_id])))
    actual: dict[UUID, dict[dt.date, Spans]] = defaultdict(dict)
    noted = ActualOpening.objects.filter(point__in=ids, day__gte=first)
    for point_id, day, spans in noted.values_list("point_id", "day", "spans"):
        actual[point_id][day] = rules.from_plain(spans)
    return {
        point.pk: Schedule(
            valid_from=point.valid_from,
            valid_to=point.valid_to,
            plans=tuple(plans[point.pk]),
            specials=tuple(specials[point.pk]),
            counters=tuple(counters[point.pk]),
            actual=actual[point.pk],
        )
        for point in points
    }


def exceptions_of(point_ids: Iterable[UUID], *, since: dt.date) -> QuerySet[HoursException]:
    """The exceptions of points that hold on a day or later, the nearest first."""
    rows = HoursException.objects.filter(point__in=list(point_ids), withdrawn_at__isnull=True, last_day__gte=since)
    return rows.order_by("first_day", "id")


_read: dict[str, dict[str, Spans]] = {}


def _week(stored: dict[str, Any]) -> dict[str, Spans]:
    """Read a week once: hundreds of points share a handful of them."""
    key = repr(stored)
    if key not in _read:
        if len(_read) > 500:
            _read.clear()
        _read[key] = rules.week_from_plain(stored)
    return _read[key]


def shown(points: Sequence[ServicePoint], moment: dt.datetime | None = None) -> list[Shown]:
    """Return how the points stand at a moment (now), in their order."""
    at = moment or now()
    day = today()
    times = schedules(points)
    found = []
    for point in points:
        schedule, calendar = times[point.pk], calendar_for(point.division.code)
        closes = schedule.closes_at(at, calendar)
        plan = schedule.plan_on(day)
        found.append(
            Shown(
                point=point,
                is_open=closes is not None,
                closes_at=closes,
                opens_at=None if closes else schedule.next_opening(at, calendar),
                today=schedule.hours_on(day, calendar),
                special=schedule.special_on(day),
                coming=tuple(special for special in schedule.specials if special.first_day > day),
                week=plan.week if plan else {},
                windows=tuple(schedule.counters_on(day)),
            )
        )
    return found


def is_any_open(division_id: UUID, moment: dt.datetime) -> bool | None:
    """Tell whether a window of the division is open at a moment; None where no hours are known that day."""
    day = timezone.localdate(moment)
    points = list(in_force(day).filter(division=division_id))
    if not points:
        return None
    times = schedules(points, since=day)
    if not any(schedule.plan_on(day) for schedule in times.values()):
        return None
    return any(times[point.pk].is_open_at(moment, calendar_for(point.division.code)) for point in points)


def places_for(community: Division) -> list[Shown]:
    """Return the points that serve a community: its own, its township's, its county's."""
    return shown(points_at([community, *territory.ancestors(community)[:2]]))


def open_in_county(county_code: str, *, near: Division | None = None, limit: int = OPEN_SHOWN) -> list[Shown]:
    """Return points of a county that are open now, those of the same township first, and no more than `limit`."""
    points = list(in_force().filter(county_code=county_code).order_by("division__code", "id"))
    if near is not None:
        above = {division.pk for division in [near, *territory.ancestors(near)]}
        points.sort(key=lambda point: not ({point.division_id, point.division.parent_id} & above))
    at, times = now(), schedules(points)
    opened = [p for p in points if times[p.pk].is_open_at(at, calendar_for(p.division.code))]
    return shown(opened[:limit], at)


def actual_of(point: ServicePoint, *, limit: int = 20) -> list[ActualOpening]:
    """The days on which a point was open otherwise than published, newest first."""
    return list(point.actual_openings.order_by("-day")[:limit])


def staff_at(point: ServicePoint) -> list[Account]:
    """Who holds a role at the place that keeps the point today: who can be on duty there."""
    return accounts.accounts_with_roles(may.PLACES.split(), [point.division_id])


# -- days without any window (R35) ------------------------------------------------------------------------------------


def gaps_of(county_code: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days on which no window of the county opens, both ends included, from the hours as they stand."""
    points = list(
        ServicePoint.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=first), county_code=county_code)
        .annotate(
            closeness=Case(
                When(division__level=Level.COUNTY, then=Value(0)),
                When(division__level=Level.TOWNSHIP, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .order_by("closeness", "division__code", "id")
    )
    times = schedules(points, since=first)
    return rules.days_without([times[point.pk] for point in points], first, last, calendar_for(f"{county_code}000000"))


def counties_with_points() -> list[str]:
    """Six-digit codes of the counties that have a service point: for the worker, which looks at all of them."""
    return list(ServicePoint.objects.order_by("county_code").values_list("county_code", flat=True).distinct())


def windowless_days(actor: Actor, *, county: str = "") -> QuerySet[WindowlessDay]:
    """The days without any window in the actor's counties that still are so, soonest first."""
    rows = WindowlessDay.objects.filter(covered_at__isnull=True).select_related("county").order_by("day", "county_code")
    if actor.kind != "system":
        rows = rows.filter(county_code__in=sorted(actor.reach(may.WATCH).counties))
    return rows.filter(county_code=county) if county else rows


def coming_gaps(actor: Actor, *, county: str = "") -> QuerySet[WindowlessDay]:
    day = today()
    return windowless_days(actor, county=county).filter(day__range=(day, day + AHEAD_DAYS * rules.ONE_DAY))


def past_gaps(actor: Actor, *, county: str = "") -> QuerySet[WindowlessDay]:
    """Those of the past year, newest first."""
    day = today()
    rows = windowless_days(actor, county=county).filter(day__lt=day, day__gte=day - BEHIND_DAYS * rules.ONE_DAY)
    return rows.order_by("-day", "county_code")


def watched_counties(actor: Actor) -> list[Division]:
    """The counties whose days the actor watches, as far as they have a service point."""
    codes = ServicePoint.objects.order_by("county_code")
    if actor.kind != "system":
        codes = codes.filter(county_code__in=sorted(actor.reach(may.WATCH).counties))
    known = codes.values_list("county_code", flat=True).distinct()
    return list(territory.in_force().filter(code__in=[f"{code}000000" for code in known]).order_by("code"))


def fixes_for(actor: Actor, county_codes: Iterable[str]) -> dict[str, list[Fix]]:
    """Return for each county what would fill a gap: who was on duty last, and the county's own centre. Two queries."""
    codes = sorted(set(county_codes))
    found: dict[str, list[Fix]] = {code: [] for code in codes}
    for code, duty in _last_duties(codes).items():
        who = duty.on_duty.name if duty.on_duty else ""
        found[code].append(Fix(duty.point, duty.first_day, who, may_arrange(actor, duty.point)))
    rows = in_force().filter(county_code__in=codes, division__level__in=[Level.COUNTY, Level.CITY])
    for point in rows.order_by("division__code", "name", "id"):
        if all(fix.point != point for fix in found[point.county_code]):
            found[point.county_code].append(Fix(point, may_arrange=may_arrange(actor, point)))
    return {code: fixes[:2] for code, fixes in found.items()}


def _last_duties(county_codes: list[str]) -> dict[str, HoursException]:
    duty = HoursException.objects.filter(
        county_code__in=county_codes, kind=rules.ExceptionKind.SPECIAL, withdrawn_at__isnull=True,
        first_day__lte=today(), first_day__gte=today() - BEHIND_DAYS * rules.ONE_DAY,
    )  # fmt: skip
    newest: dict[str, HoursException] = {}
    for exception in duty.select_related("point__division", "on_duty").order_by("-first_day", "id")[:200]:
        newest.setdefault(exception.county_code, exception)
    return newest
