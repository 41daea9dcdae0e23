"""Service points for programs: where they are and when they are open, for everybody; changing them, for those who keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import open_to_all, requires
from linli.core.api import Day, In, Number, Out, Page, Paging, Room, asked_of, keyset, listed, remembered
from linli.core.calendar import today
from linli.ground.territory import queries as territory
from linli.services.facilities import permissions as may
from linli.services.facilities import queries, rules, services
from linli.services.facilities.models import (
    ActualOpening,
    HoursException,
    ServicePoint,
    Window,
    WindowClosure,
    WindowlessDay,
)

room = Room("facilities", _("服务点和开放时间"))
WHY = "where a service point is and when it is open is public"

DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
KindName = Literal["service_centre", "service_station"]
Time = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
DayName = Literal["1", "2", "3", "4", "5", "6", "7", "holiday"]
Reason = Annotated[str, Field(min_length=1, max_length=60)]


class Open(In):
    """From the minute it opens to the minute it closes."""

    opens: Time
    closes: Time


Hours = Annotated[list[Open], Field(max_length=rules.SPANS_A_DAY)]
"""A day's hours, in order; none: closed."""


class PointRow(Out):
    """A service point: where it is, and how it is reached."""

    id: UUID
    division_code: str
    division_name: str
    kind: KindName
    name: str
    address: str
    telephone: str
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day without it")
    version: int


class ExceptionOut(Out):
    """Days with other hours than the week's."""

    id: UUID
    kind: Literal["closed", "special", "short"]
    first_day: dt.date
    last_day: dt.date
    hours: list[Open]
    reason: str
    notice: str


class ClosureOut(Out):
    """Days on which a window is closed while the point is open; last_day null: until further."""

    id: UUID
    first_day: dt.date
    last_day: dt.date | None
    reason: str


class WindowOut(Out):
    id: UUID
    number: int
    closures: list[ClosureOut]


class PointOut(PointRow):
    """A service point with its week, its windows, and the days that are otherwise."""

    is_open: bool
    week: dict[str, list[Open]] = Field(description="1 (Monday) to 7 and holiday; a day left out is closed")
    windows: list[WindowOut]
    exceptions: list[ExceptionOut]


class ActualOut(Out):
    """How a point really was open on a day, where that differs from what was published."""

    id: UUID
    day: dt.date
    hours: list[Open]
    reason: str
    recorded_at: dt.datetime


class GapOut(Out):
    """A day on which no window of a county opens."""

    id: UUID
    county_code: str
    county_name: str
    day: dt.date
    noticed_at: dt.datetime


class PointWords(In):
    kind: KindName
    name: Annotated[str, Field(min_length=1, max_length=60)]
    address: Annotated[str, Field(min_length=1, max_length=120)]
    telephone: Annotated[str, Field(min_length=1, max_length=20)]


class PointIn(PointWords):
    division_code: DivisionCode
    week: dict[DayName, Hours] = Field(description="1 (Monday) to 7 and holiday; a day left out is closed")
    windows: Annotated[Number, Field(ge=1, le=60)] = 1


class EndPointIn(In):
    on: Day = Field(description="The first day without it")


class WeekIn(In):
    week: dict[DayName, Hours] = Field(description="1 (Monday) to 7 and holiday; a day left out is closed")
    valid_from: Day


class ExceptionIn(In):
    kind: Literal["closed", "special", "short"]
    first_day: Day
    last_day: Day
    hours: Hours = Field(default_factory=list, description="None where it is closed")
    reason: Reason
    notice: Annotated[str, Field(max_length=200)] = Field("", description="What residents read")
    on_duty_id: UUID | None = Field(None, description="Who is on duty; shown to staff only")


class ActualIn(In):
    day: Day
    hours: Hours = Field(default_factory=list, description="None: it stayed closed")
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class WindowIn(In):
    number: Annotated[Number, Field(ge=1, le=999)]


class ClosureIn(In):
    first_day: Day
    last_day: Day | None = Field(None, description="Left out: until further")
    reason: Reason


# -- for everybody ---------------------------------------------------------------------------------------------------


@room.get("/service-points", summary=_("找服务点"), response=Page[PointRow], refuses=(404,))
@open_to_all(WHY)
def list_service_points(
    request: HttpRequest,
    paging: Paging,
    division: DivisionCode | None = None,
    kind: KindName | None = None,
    on: Day | None = None,
) -> Page[PointRow]:
    """List the points in service on a day (today), by place; division: of this one and all below it."""
    rows = queries.in_force(on)
    if division is not None:
        rows = rows.filter(division__in=territory.below(territory.by_code(division)).order_by())
    if kind is not None:
        rows = rows.filter(kind=kind)
    return keyset(request, rows, ("county_code", "name", "id"), paging, lambda one: PointRow(**_row(one)))


@room.get("/service-points/{uuid:point_id}", summary=_("看一个服务点"), response=PointOut)
@open_to_all(WHY)
def get_service_point(request: HttpRequest, point_id: UUID) -> PointOut:
    """Show a point with its week, its windows and the days that are otherwise, from today on."""
    return _out(ServicePoint.objects.select_related("division__parent").get(pk=point_id))


@room.get("/windowless-days", summary=_("没有窗口开的日子"), response=Page[GapOut])
@requires(may.WATCH)
def list_windowless_days(
    request: HttpRequest, paging: Paging, county: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
) -> Page[GapOut]:
    """List the days to come on which no window of a county within reach opens, soonest first (R35)."""
    rows = queries.coming_gaps(asked_of(request).actor, county=county or "")
    return keyset(request, rows, ("day", "id"), paging, _gap_out)


# -- for those who keep them -----------------------------------------------------------------------------------------


@room.post("/service-points", summary=_("登记服务点"), response=PointOut, creates=True, refuses=(404,))
@requires(may.KEEP)
def create_service_point(request: HttpRequest, body: PointIn) -> PointOut:
    """Register a point at one's place or below, with its windows and its week."""
    actor = asked_of(request).actor

    def make() -> UUID:
        return services.create_point(
            territory.by_code(body.division_code), by=actor, week=_week(body.week),
            **body.model_dump(exclude={"division_code", "week"}),
        ).pk  # fmt: skip

    return _fresh(UUID(remembered(request, make)))


@room.put("/service-points/{uuid:point_id}", summary=_("更正服务点资料"), response=PointOut, versioned=True)
@requires(may.KEEP)
def correct_service_point(request: HttpRequest, point_id: UUID, body: PointWords) -> PointOut:
    """Correct what a point is called, where it is and how it is reached."""
    asked = asked_of(request)
    services.correct_point(point_id, by=asked.actor, version=asked.version, **body.model_dump())
    return _fresh(point_id)


@room.post("/service-points/{uuid:point_id}/end", summary=_("停用服务点"), response=PointOut, versioned=True)
@requires(may.KEEP)
def end_service_point(request: HttpRequest, point_id: UUID, body: EndPointIn) -> PointOut:
    """Let a point end on a day; its hours are kept."""
    asked = asked_of(request)
    services.end_point(point_id, on=body.on, by=asked.actor, version=asked.version)
    return _fresh(point_id)


@room.put("/service-points/{uuid:point_id}/hours", summary=_("公布每周开放时间"), response=PointOut, versioned=True)
@requires(may.EDIT)
def set_hours(request: HttpRequest, point_id: UUID, body: WeekIn) -> PointOut:
    """Publish other weekly hours from a day on; what was planned for later gives way."""
    asked = asked_of(request)
    services.set_hours(point_id, _week(body.week), valid_from=body.valid_from, by=asked.actor, version=asked.version)
    return _fresh(point_id)


@room.post("/service-points/{uuid:point_id}/exceptions", summary=_("登记一个例外"), response=PointOut, versioned=True)
@requires(may.EDIT, may.ARRANGE)
def add_hours_exception(request: HttpRequest, point_id: UUID, body: ExceptionIn) -> PointOut:
    """Announce days that are closed, opened specially, or have other hours."""
    asked = asked_of(request)
    services.add_exception(
        point_id, spans=_spans(body.hours), by=asked.actor, version=asked.version, **body.model_dump(exclude={"hours"})
    )
    return _fresh(point_id)


@room.delete(
    "/service-points/{uuid:point_id}/exceptions/{uuid:exception_id}", summary=_("取消一个例外"), versioned=True
)
@requires(may.EDIT, may.ARRANGE)
def withdraw_hours_exception(request: HttpRequest, point_id: UUID, exception_id: UUID) -> None:
    """Take back an exception that is not over: from today the week's hours hold again."""
    asked = asked_of(request)
    services.withdraw_exception(point_id, exception_id, by=asked.actor, version=asked.version)


@room.get("/service-points/{uuid:point_id}/openings", summary=_("实际开门情况"), response=Page[ActualOut])
@requires(may.VIEW)
def list_openings(request: HttpRequest, point_id: UUID, paging: Paging) -> Page[ActualOut]:
    """List the days on which a point was open otherwise than published, newest first."""
    point = queries.point_for(asked_of(request).actor, point_id)
    return listed(request, queries.actual_of(point, limit=1000), paging, _actual_out)


@room.post(
    "/service-points/{uuid:point_id}/openings", summary=_("记下实际开门情况"), response=ActualOut, versioned=True
)
@requires(may.EDIT)
def record_opening(request: HttpRequest, point_id: UUID, body: ActualIn) -> ActualOut:
    """Note how a point really was open on a day; a second note of the day takes the place of the first."""
    asked = asked_of(request)
    row = services.record_actual(
        point_id, day=body.day, spans=_spans(body.hours), reason=body.reason, by=asked.actor, version=asked.version
    )
    return _actual_out(row)


@room.post("/service-points/{uuid:point_id}/windows", summary=_("加一个窗口"), response=PointOut, versioned=True)
@requires(may.EDIT)
def add_window(request: HttpRequest, point_id: UUID, body: WindowIn) -> PointOut:
    """Add a numbered window from today on."""
    asked = asked_of(request)
    services.add_window(point_id, body.number, by=asked.actor, version=asked.version)
    return _fresh(point_id)


@room.delete("/service-points/{uuid:point_id}/windows/{uuid:window_id}", summary=_("停用一个窗口"), versioned=True)
@requires(may.EDIT)
def end_window(request: HttpRequest, point_id: UUID, window_id: UUID) -> None:
    """Take a window out of service from today on."""
    asked = asked_of(request)
    services.end_window(point_id, window_id, by=asked.actor, version=asked.version)


@room.post(
    "/service-points/{uuid:point_id}/windows/{uuid:window_id}/closures", summary=_("让一个窗口停几天"),
    response=PointOut, versioned=True,
)  # fmt: skip
@requires(may.EDIT)
def close_window(request: HttpRequest, point_id: UUID, window_id: UUID, body: ClosureIn) -> PointOut:
    """Close a window for some days, or until further, while the point is open."""
    asked = asked_of(request)
    services.close_window(point_id, window_id, by=asked.actor, version=asked.version, **body.model_dump())
    return _fresh(point_id)


@room.delete(
    "/service-points/{uuid:point_id}/closures/{uuid:closure_id}", summary=_("让停着的窗口重新开"), versioned=True
)
@requires(may.EDIT)
def reopen_window(request: HttpRequest, point_id: UUID, closure_id: UUID) -> None:
    """Let a closed window serve again from today."""
    asked = asked_of(request)
    services.reopen_window(point_id, closure_id, by=asked.actor, version=asked.version)


# -- what they share -------------------------------------------------------------------------------------------------


def _spans(hours: Sequence[Open]) -> rules.Spans:
    return rules.check_spans(rules.from_plain([(one.opens, one.closes) for one in hours]))


def _week(week: Mapping[DayName, Sequence[Open]]) -> rules.Week:
    return {day: _spans(hours) for day, hours in week.items()}


def _hours(stored: Sequence[Sequence[str]]) -> list[Open]:
    return [Open(opens=opens, closes=closes) for opens, closes in stored]


def _fresh(point_id: UUID) -> PointOut:
    return _out(ServicePoint.objects.select_related("division__parent").get(pk=point_id))


def _row(point: ServicePoint) -> dict[str, Any]:
    plain = set(PointRow.model_fields) - {"division_code", "division_name"}
    return {
        **{name: getattr(point, name) for name in plain},
        "division_code": point.division.code,
        "division_name": point.division.short_name,
    }


def _out(point: ServicePoint) -> PointOut:
    [one] = queries.shown([point])
    windows = point.windows.filter(valid_to__isnull=True).order_by("number").prefetch_related("closures")
    return PointOut(
        **_row(point),
        is_open=one.is_open,
        week={day: _hours(rules.to_plain(spans)) for day, spans in sorted(one.week.items()) if spans},
        windows=[_window_out(window) for window in windows],
        exceptions=[_exception_out(row) for row in queries.exceptions_of([point.pk], since=today())],
    )


def _window_out(window: Window) -> WindowOut:
    closures = sorted(window.closures.all(), key=lambda one: one.first_day)
    shown = [one for one in closures if one.last_day is None or one.last_day >= today()]
    return WindowOut(id=window.pk, number=window.number, closures=[_closure_out(one) for one in shown])


def _closure_out(closure: WindowClosure) -> ClosureOut:
    return ClosureOut(**{name: getattr(closure, name) for name in ClosureOut.model_fields})


def _exception_out(row: HoursException) -> ExceptionOut:
    plain = set(ExceptionOut.model_fields) - {"hours"}
    return ExceptionOut(**{name: getattr(row, name) for name in plain}, hours=_hours(row.spans))  # type: ignore[arg-type]


def _actual_out(row: ActualOpening) -> ActualOut:
    plain = set(ActualOut.model_fields) - {"hours"}
    return ActualOut(**{name: getattr(row, name) for name in plain}, hours=_hours(row.spans))  # type: ignore[arg-type]


def _gap_out(row: WindowlessDay) -> GapOut:
    return GapOut(
        id=row.pk,
        county_code=row.county_code,
        county_name=row.county.short_name,
        day=row.day,
        noticed_at=row.noticed_at,
    )
