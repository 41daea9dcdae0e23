"""Changing points, windows and hours: each call settles who may, what fits, and which days lack a window (R35)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q

from linli.core import audit, messages
from linli.core.access import Actor
from linli.core.calendar import calendar_for, now, today
from linli.core.http import save_version
from linli.core.ids import new_id
from linli.ground.accounts import queries as accounts
from linli.ground.accounts.models import Account
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level
from linli.services.facilities import permissions as may
from linli.services.facilities import queries, rules
from linli.services.facilities.models import (
    ActualOpening,
    HoursException,
    HoursPlan,
    PointKind,
    ServicePoint,
    Window,
    WindowClosure,
    WindowlessDay,
)
from linli.services.facilities.rules import ExceptionKind, Spans, Week

BATCH = 1000
REMIND_DAYS = 14
"""District staff hear of a day without a window so many days ahead."""
URGE_DAYS = 3
"""And with so many left, their supervisors do too."""
LEVELS = (Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY)


# -- points ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_point(
    division: Division,
    *,
    kind: str,
    name: str,
    address: str,
    telephone: str,
    week: Week,
    by: Actor,
    windows: int = 1,
    valid_from: dt.date | None = None,
    position: tuple[Any, Any] | None = None,
) -> ServicePoint:
    """Register a service point with its windows and weekly hours. Raises NameTaken, NoPlaceForPoints, NeverOpen,
    WordsNeeded, NotATelephone, PermissionDenied.
    """
    if not by.may(may.KEEP) or not _is_below(by, division):
        raise PermissionDenied
    if division.level not in LEVELS:
        raise rules.NoPlaceForPoints
    starts = valid_from or today()
    point = ServicePoint(
        id=new_id(),
        division=division,
        county_code=division.county_code,
        kind=kind,
        name=rules.check_words(name, field="name", most=60),
        address=rules.check_words(address, field="address", most=120),
        telephone=rules.check_telephone(telephone),
        latitude=position[0] if position else None,
        longitude=position[1] if position else None,
        valid_from=starts,
        created_at=now(),
    )
    kept = rules.check_week(week)
    _save_named(point)
    Window.objects.bulk_create(_windows(point, windows))
    HoursPlan.objects.create(
        id=new_id(), point=point, county_code=point.county_code, week=rules.week_to_plain(kept), valid_from=starts
    )
    audit.record(by, "facilities.point_created", point, windows=windows)
    note_days(point.county_code)
    return point


@transaction.atomic
def correct_point(
    point_id: UUID, *, kind: str, name: str, address: str, telephone: str, by: Actor, version: int | None = None
) -> ServicePoint:
    """Correct what a point is called, where it is and how it is reached. Raises NameTaken, Stale, NotATelephone."""
    point = queries.point_for(by, point_id, may.KEEP)
    changes = {
        "kind": PointKind(kind),
        "name": rules.check_words(name, field="name", most=60),
        "address": rules.check_words(address, field="address", most=120),
        "telephone": rules.check_telephone(telephone),
    }
    changed = sorted(name for name, value in changes.items() if getattr(point, name) != value)
    try:
        with transaction.atomic():
            save_version(point, version, **changes)
    except IntegrityError as taken:
        raise rules.NameTaken(name=changes["name"]) from taken
    audit.record(by, "facilities.point_corrected", point, changed=changed)
    return point


@transaction.atomic
def end_point(point_id: UUID, *, on: dt.date, by: Actor, version: int | None = None) -> ServicePoint:
    """Let a point end: the day `on` is the first without it, today at the earliest. Raises PlanInThePast, Stale."""
    point = queries.point_for(by, point_id, may.KEEP)
    if on < today():
        raise rules.PlanInThePast(field="on")
    save_version(point, version, valid_to=max(on, point.valid_from))
    audit.record(by, "facilities.point_ended", point, on=on)
    note_days(point.county_code)
    return point


# -- windows ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_window(point_id: UUID, number: int, *, by: Actor, version: int | None = None) -> Window:
    """Add a numbered window from today on. Raises WindowTaken, NotYours, Stale."""
    point = _own(point_id, by)
    save_version(point, version)
    try:
        with transaction.atomic():
            window = Window.objects.create(
                id=new_id(), point=point, county_code=point.county_code, number=number, valid_from=today()
            )
    except IntegrityError as taken:
        raise rules.WindowTaken(number=number) from taken
    audit.record(by, "facilities.window_added", point, number=number)
    note_days(point.county_code)
    return window


@transaction.atomic
def end_window(point_id: UUID, window_id: UUID, *, by: Actor, version: int | None = None) -> None:
    """Take a window out of service from today on. Raises NotYours, Stale, Window.DoesNotExist."""
    point = _own(point_id, by)
    window = point.windows.get(pk=window_id, valid_to__isnull=True)
    save_version(point, version)
    Window.objects.filter(pk=window.pk, county_code=point.county_code).update(valid_to=max(today(), window.valid_from))
    audit.record(by, "facilities.window_ended", point, number=window.number)
    note_days(point.county_code)


@transaction.atomic
def close_window(
    point_id: UUID,
    window_id: UUID,
    *,
    first_day: dt.date,
    last_day: dt.date | None,
    reason: str,
    by: Actor,
    version: int | None = None,
) -> WindowClosure:
    """Close a window for some days, or until further. Raises LastBeforeFirst, ExceptionInThePast, WindowClosedAlready."""
    point = _own(point_id, by)
    window = point.windows.get(pk=window_id, valid_to__isnull=True)
    rules.check_days(first_day, last_day)
    if first_day < today():
        raise rules.ExceptionInThePast(day=rules.day_said(first_day))
    overlapping = window.closures.filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day))
    if last_day is not None:
        overlapping = overlapping.filter(first_day__lte=last_day)
    if overlapping.exists():
        raise rules.WindowClosedAlready(number=window.number)
    reason = rules.check_words(reason, field="reason", most=60)
    save_version(point, version)
    closure = WindowClosure.objects.create(
        id=new_id(), window=window, county_code=point.county_code, first_day=first_day, last_day=last_day,
        reason=reason, created_at=now(),
    )  # fmt: skip
    audit.record(
        by, "facilities.window_closed", point, number=window.number, first_day=first_day, last_day=last_day
    )  # fmt: skip
    note_days(point.county_code)
    return closure


@transaction.atomic
def reopen_window(point_id: UUID, closure_id: UUID, *, by: Actor, version: int | None = None) -> None:
    """Let a closed window serve again from today; one that was still to close never does. Raises NotYours, Stale."""
    point = _own(point_id, by)
    closure = WindowClosure.objects.select_related("window").get(pk=closure_id, window__point=point)
    save_version(point, version)
    yesterday = today() - rules.ONE_DAY
    if closure.first_day > yesterday:
        closure.delete()
    elif closure.last_day is None or closure.last_day > yesterday:
        WindowClosure.objects.filter(pk=closure.pk, county_code=point.county_code).update(last_day=yesterday)
    audit.record(by, "facilities.window_reopened", point, number=closure.window.number)
    note_days(point.county_code)


# -- hours -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_hours(point_id: UUID, week: Week, *, valid_from: dt.date, by: Actor, version: int | None = None) -> HoursPlan:
    """Publish other weekly hours from a day on; what was planned for later gives way. Past hours stay as they were.

    Raises PlanInThePast, PlanUnchanged, NeverOpen, SpansOverlap, NotYours, Stale.
    """
    point = _own(point_id, by)
    if valid_from < today():
        raise rules.PlanInThePast
    kept = rules.week_to_plain(rules.check_week(week))
    plans = list(point.plans.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from)).order_by("valid_from"))
    if len(plans) == 1 and plans[0].week == kept and plans[0].valid_from <= valid_from:
        raise rules.PlanUnchanged
    save_version(point, version)
    for old in plans:
        rows = HoursPlan.objects.filter(pk=old.pk, county_code=point.county_code)
        if old.valid_from >= valid_from:
            rows.delete()  # it never held
        else:
            rows.update(valid_to=valid_from)
    plan = HoursPlan.objects.create(
        id=new_id(), point=point, county_code=point.county_code, week=kept, valid_from=valid_from
    )
    audit.record(by, "facilities.hours_set", point, week=kept, valid_from=valid_from)
    note_days(point.county_code)
    return plan


@transaction.atomic
def add_exception(
    point_id: UUID,
    *,
    kind: str,
    first_day: dt.date,
    last_day: dt.date,
    spans: Spans = (),
    reason: str,
    notice: str = "",
    on_duty_id: UUID | None = None,
    by: Actor,
    version: int | None = None,
) -> HoursException:
    """Announce days with other hours: closed and different ones with a notice to residents (R56a), or duty.

    Staff of the place announce any; those above it may only have it open specially. Raises ExceptionInThePast,
    ExceptionsOverlap, LastBeforeFirst, HoursNeeded, NoHoursWhenClosed, WordsNeeded, NotYours, OnlyDuty, Stale.
    """
    point = queries.point_for(by, point_id)
    if not queries.keeps(by, point):
        if not queries.may_arrange(by, point):
            raise rules.NotYours(place=point.division.short_name)
        if kind != ExceptionKind.SPECIAL:
            raise rules.OnlyDuty
    special = kind == ExceptionKind.SPECIAL
    others = [
        rules.Special(row.kind, row.first_day, row.last_day, reason=row.reason)
        for row in queries.exceptions_of([point.pk], since=today())
    ]
    rules.check_exception(
        ExceptionKind(kind), first_day, last_day, rules.check_spans(spans), today=today(), others=others
    )
    if not (point.valid_from <= last_day and (point.valid_to is None or first_day < point.valid_to)):
        raise rules.NotInForce(day=rules.day_said(first_day), field="first_day")
    if on_duty_id is not None and all(on_duty_id != one.pk for one in queries.staff_at(point)):
        raise Account.DoesNotExist
    exception = HoursException(
        id=new_id(),
        point=point,
        county_code=point.county_code,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        spans=rules.to_plain(rules.check_spans(spans)),
        reason=rules.check_words(reason, field="reason", most=60),
        notice=rules.check_words(notice, field="notice", needed=not special),
        on_duty_id=on_duty_id if special else None,
        announced_at=now(),
    )
    save_version(point, version)
    exception.save(force_insert=True)
    audit.record(
        by, "facilities.exception_added", exception, point=point.pk, kind=kind, first_day=first_day, last_day=last_day
    )  # fmt: skip
    note_days(point.county_code)
    return exception


@transaction.atomic
def withdraw_exception(point_id: UUID, exception_id: UUID, *, by: Actor, version: int | None = None) -> None:
    """Take back an exception that is not over: from today the week's hours hold again; days past stay as they were.

    Raises HoursException.DoesNotExist, NotYours, Stale.
    """
    point = queries.point_for(by, point_id)
    exception = queries.exceptions_of([point.pk], since=today()).get(pk=exception_id)
    may_touch = queries.may_arrange if exception.kind == ExceptionKind.SPECIAL else queries.keeps
    if not may_touch(by, point):
        raise rules.NotYours(place=point.division.short_name)
    save_version(point, version)
    rows = HoursException.objects.filter(pk=exception.pk, county_code=point.county_code)
    if exception.first_day < today():
        rows.update(last_day=today() - rules.ONE_DAY)
    else:
        rows.update(withdrawn_at=now())
    audit.record(by, "facilities.exception_withdrawn", exception, point=point.pk)
    note_days(point.county_code)


@transaction.atomic
def record_actual(
    point_id: UUID, *, day: dt.date, spans: Spans, reason: str, by: Actor, version: int | None = None
) -> ActualOpening:
    """Note how a point really was open on a day that has come, where that differs from what was published (R56a).

    A second note of the day takes the place of the first. Raises NotYet, AsPlanned, NotInForce, WordsNeeded, Stale.
    """
    point = _own(point_id, by)
    if day > today():
        raise rules.NotYet(day=rules.day_said(day))
    schedule = queries.schedules([point], since=day)[point.pk]
    if not (point.valid_from <= day and (point.valid_to is None or day < point.valid_to)):
        raise rules.NotInForce(day=rules.day_said(day), field="day")
    spans = rules.check_spans(spans)
    if day not in schedule.actual and spans == schedule.planned_on(day, calendar_for(point.division.code)):
        raise rules.AsPlanned
    save_version(point, version)
    row, _made = ActualOpening.objects.update_or_create(
        county_code=point.county_code, point=point, day=day,
        defaults={
            "spans": rules.to_plain(spans),
            "reason": rules.check_words(reason, field="reason"),
            "recorded_by": by.account_id,
            "recorded_at": now(),
        },
    )  # fmt: skip
    audit.record(by, "facilities.actual_recorded", point, day=day, spans=row.spans)
    note_days(point.county_code, first=day)
    return row


# -- many at once ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewPoint:
    """A point to import, with its weekly hours, its windows and what is announced for it."""

    division: Division
    kind: str
    name: str
    address: str
    telephone: str
    week: Mapping[str, Spans]
    windows: int = 1
    exceptions: Sequence[Mapping[str, Any]] = field(default=())
    """Each with the columns of HoursException; spans as spans."""


@transaction.atomic
def import_points(rows: Iterable[NewPoint], *, valid_from: dt.date, by: Actor) -> int:
    """Register many points in one go, with one audit entry for each county; return how many.

    For setting a house up: days and announcements may lie in the past. Raises what create_point raises.
    """
    if not by.may(may.KEEP):
        raise PermissionDenied
    points, windows, plans, exceptions = [], [], [], []
    for row in rows:
        if row.division.level not in LEVELS or not _is_below(by, row.division):
            raise rules.NoPlaceForPoints
        point = ServicePoint(
            id=new_id(),
            division=row.division,
            county_code=row.division.county_code,
            kind=row.kind,
            name=rules.check_words(row.name, field="name", most=60),
            address=rules.check_words(row.address, field="address", most=120),
            telephone=rules.check_telephone(row.telephone),
            valid_from=valid_from,
            created_at=now(),
        )
        points.append(point)
        windows += _windows(point, row.windows)
        week = rules.week_to_plain(rules.check_week(row.week))
        plans.append(
            HoursPlan(id=new_id(), point=point, county_code=point.county_code, week=week, valid_from=valid_from)
        )
        for told in row.exceptions:
            rules.check_days(told["first_day"], told["last_day"])
            spans = rules.to_plain(rules.check_spans(told.get("spans", ())))
            common = {"announced_at": now(), **told, "spans": spans}
            exceptions.append(HoursException(id=new_id(), point=point, county_code=point.county_code, **common))
    ServicePoint.objects.bulk_create(points, batch_size=BATCH)
    Window.objects.bulk_create(windows, batch_size=BATCH)
    HoursPlan.objects.bulk_create(plans, batch_size=BATCH)
    HoursException.objects.bulk_create(exceptions, batch_size=BATCH)
    counties = sorted({point.county_code for point in points})
    for county in counties:
        count = sum(point.county_code == county for point in points)
        audit.record(by, "facilities.points_imported", chain=county, count=count)
        note_days(county, first=today() - queries.BEHIND_DAYS * rules.ONE_DAY)
    return len(points)


# -- days without any window (R35) -----------------------------------------------------------------------------------


@transaction.atomic
def note_days(county_code: str, *, first: dt.date | None = None) -> list[dt.date]:
    """Bring the county's list of days without a window up to date, from a day (today) to sixty days ahead.

    Called by every change of hours and, for all counties, by the worker each day. Harmless when repeated. Returns
    the days that lack one.
    """
    starts, ends = first or today(), today() + queries.AHEAD_DAYS * rules.ONE_DAY
    gaps = queries.gaps_of(county_code, starts, ends)
    known = WindowlessDay.objects.filter(county_code=county_code, day__range=(starts, ends))
    listed = {row.day: row for row in known}
    known.filter(covered_at__isnull=True).exclude(day__in=gaps).update(covered_at=now())
    known.filter(covered_at__isnull=False, day__in=gaps).update(covered_at=None, reminded_at=None, urged_at=None)
    new = [day for day in gaps if day not in listed]
    if new:
        county = territory.last_with_code(f"{county_code}000000")
        if county is None:
            return gaps
        WindowlessDay.objects.bulk_create(
            [
                WindowlessDay(id=new_id(), county=county, county_code=county_code, day=day, noticed_at=now())
                for day in new
            ],
            batch_size=BATCH,
            ignore_conflicts=True,  # a colleague's change has listed it in this moment
        )
    return gaps


@transaction.atomic
def remind(row: WindowlessDay) -> int:
    """Tell the district's staff of a day without a window, and near the day its supervisors too; once each.

    Returns how many were told.
    """
    left = (row.day - today()).days
    if row.covered_at is not None or left < 0 or left > REMIND_DAYS:
        return 0
    urgent = left <= URGE_DAYS
    if (urgent and row.urged_at) or (not urgent and row.reminded_at):
        return 0
    roles = ("district_staff", "supervisor") if urgent else ("district_staff",)
    people = {one.pk for role in roles for one in accounts.accounts_with_role(role, row.county_id)}
    mark = "urged_at" if urgent else "reminded_at"
    mine = WindowlessDay.objects.filter(pk=row.pk, county_code=row.county_code, **{f"{mark}__isnull": True})
    if not mine.update(**{mark: now()}):
        return 0
    for account_id in sorted(people):
        messages.send(
            account_id=account_id,
            template="facilities.no_window_soon" if urgent else "facilities.no_window",
            context={"day": row.day, "county": row.county.short_name},
            about=("facilities.windowless_day", str(row.pk)),
            link="/desk/windows/days/",
            once_key=f"{mark}.{row.pk}.{account_id}",
            county_code=row.county_code,
        )
    return len(people)


# -- what they share -------------------------------------------------------------------------------------------------


def _own(point_id: UUID, by: Actor) -> ServicePoint:
    """Return the point for who keeps it. Raises ServicePoint.DoesNotExist, NotYours for one that she only sees."""
    point = queries.point_for(by, point_id)
    if not queries.keeps(by, point):
        raise rules.NotYours(place=point.division.short_name)
    return point


def _is_below(by: Actor, division: Division) -> bool:
    if by.kind == "system":
        return True
    return accounts.divisions_within(by, may.KEEP).filter(pk=division.pk).exists()


def _save_named(point: ServicePoint) -> None:
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as taken:
        raise rules.NameTaken(name=point.name) from taken


def _windows(point: ServicePoint, count: int) -> list[Window]:
    return [
        Window(id=new_id(), point=point, county_code=point.county_code, number=n, valid_from=point.valid_from)
        for n in range(1, count + 1)
    ]
