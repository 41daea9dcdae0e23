"""The desk: the points of one's place and below, and the changes of those who keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import Permission, requires
from linli.core.calendar import today
from linli.core.http import Request, refusals_shown_on, show
from linli.ground.accounts import queries as accounts
from linli.ground.territory import queries as territory
from linli.services.facilities import permissions as may
from linli.services.facilities import queries, rules, services, words
from linli.services.facilities.forms import (
    ActualForm,
    AddWindowForm,
    CloseWindowForm,
    EndForm,
    ExceptionForm,
    HoursForm,
    NewPointForm,
    PointForm,
    VersionForm,
    initial_days,
)
from linli.services.facilities.models import HoursException, ServicePoint, Window, WindowClosure
from linli.services.facilities.pages.portal import told
from linli.services.facilities.rules import ExceptionKind

PLACES_AT_MOST = 500


@requires(may.VIEW)
@require_safe
def desk(request: Request) -> HttpResponse:
    """The points within reach: how each stands today, and what is wrong with its hours (R56a)."""
    sought = request.GET.get("q", "").strip()[:40]
    points, last = queries.desk_page(request.actor, sought=sought, after=request.GET.get("after", ""))
    rows = [
        {"one": one, "until": words.until(one), "today": words.hours(one.today), "flags": flags(one)}
        for one in queries.shown(points)
    ]
    context = {
        "rows": rows,
        "q": sought,
        "older": f"?{urlencode({'q': sought, 'after': last})}" if last else "",
        "is_first_page": "after" not in request.GET,
        "may_keep": request.actor.may(may.KEEP),
        "may_watch": request.actor.may(may.WATCH),
    }
    return show(request, "facilities/desk.html", context)


def flags(one: queries.Shown) -> list[str]:
    """Return what is to be mended in a point's hours, in sentences."""
    found = []
    if not one.windows:
        found.append(_("今天一个窗口也没有"))
    if short := rules.short_days(one.week):
        found.append(_("%(days)s不足 8 小时") % {"days": words.days(short)})
    return found


@requires(may.VIEW)
@require_safe
def point(request: Request, point_id: UUID) -> HttpResponse:
    """One point: its week, its exceptions, its windows, and how it really was."""
    found = _find(request, point_id)
    one = queries.shown([found])[0]
    windows = list(found.windows.filter(valid_to__isnull=True).order_by("number").prefetch_related("closures"))
    day = today()
    context = {
        **told(one),
        "keeps": queries.keeps(request.actor, found),
        "may_arrange": queries.may_arrange(request.actor, found),
        "may_keep": request.actor.may(may.KEEP),
        "short": words.days(rules.short_days(one.week)),
        "closed": words.days(rules.closed_days(one.week)),
        "later": [
            (plan, words.week_lines(rules.week_from_plain(plan.week)))
            for plan in found.plans.filter(valid_from__gt=day).order_by("valid_from")
        ],
        "exceptions": [
            (row, words.hours(rules.from_plain(row.spans)), _may_withdraw(request, row, found))
            for row in queries.exceptions_of([found.pk], since=day).select_related("on_duty")
        ],
        "windows": [
            (window, [c for c in window.closures.all() if c.last_day is None or c.last_day >= day])
            for window in windows
        ],
        "actual": [(row, words.hours(rules.from_plain(row.spans))) for row in queries.actual_of(found)],
    }
    return show(request, "facilities/point.html", context)


@requires(may.KEEP)
def new(request: Request) -> HttpResponse:
    """Register a point at one's place or below."""
    places = accounts.place_choices(request.actor, may.KEEP, at_most=PLACES_AT_MOST)
    form = NewPointForm(request.POST if request.method == "POST" else None, places=places)
    if form.is_valid():
        with refusals_shown_on(form):
            typed = form.cleaned_data
            made = services.create_point(
                territory.by_code(typed["division"]), kind=typed["kind"], name=typed["name"],
                address=typed["address"], telephone=typed["telephone"], windows=typed["windows"], week=form.week,
                by=request.actor,
            )  # fmt: skip
            messages.success(request, _("登记好了。居民马上看得到。"))
            return redirect("facilities:point", made.pk)
    return show(request, "facilities/new.html", {"form": form}, status=422 if form.errors else 200)


@requires(may.KEEP)
def correct(request: Request, point_id: UUID) -> HttpResponse:
    found = _find(request, point_id, may.KEEP)
    form = PointForm(request.POST if request.method == "POST" else None, initial=PointForm.initial_of(found))
    return _change(
        request, found, form, heading=_("更正资料"), button=_("更正"), done=_("更正好了。"),
        change=lambda typed: services.correct_point(found.pk, by=request.actor, **typed),
    )  # fmt: skip


@requires(may.KEEP)
def end(request: Request, point_id: UUID) -> HttpResponse:
    found = _find(request, point_id, may.KEEP)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _change(
        request, found, form, heading=_("停用这个服务点"), button=_("停用"), is_grave=True,
        lead=_("停用以后，居民查不到它了；它的开放时间都留着。"), done=_("记下了。"),
        change=lambda typed: services.end_point(found.pk, by=request.actor, **typed),
    )  # fmt: skip


@requires(may.EDIT)
def hours(request: Request, point_id: UUID) -> HttpResponse:
    """The week's hours from a day on."""
    found = _kept(request, point_id)
    plan = queries.schedules([found])[found.pk].plan_on(today())
    form = HoursForm(
        request.POST if request.method == "POST" else None, week=plan.week if plan else None,
        initial={"version": found.version},
    )  # fmt: skip
    return _change(
        request, found, form, heading=_("每周开放时间"), button=_("公布这个时间"), done=_("公布了。"),
        lead=_("一般每天不少于 8 小时。少于 8 小时的日子，区里看得到。"),
        change=lambda typed: services.set_hours(
            found.pk, form.week, valid_from=typed["valid_from"], by=request.actor, version=typed["version"]
        ),
    )  # fmt: skip


@requires(may.EDIT, may.ARRANGE)
def exception(request: Request, point_id: UUID) -> HttpResponse:
    """Days that are closed, opened specially, or have other hours; ?day=2026-10-01 begins with duty on that day."""
    found = _find(request, point_id)
    keeps = queries.keeps(request.actor, found)
    if not queries.may_arrange(request.actor, found):
        raise Http404
    form = ExceptionForm(
        request.POST if request.method == "POST" else None, staff=queries.staff_at(found), only_duty=not keeps,
        initial={
            "version": found.version, **({} if keeps else {"kind": ExceptionKind.SPECIAL.value}),
            **initial_days(_day(request.GET.get("day", ""))),
        },
    )  # fmt: skip

    def change(typed: dict[str, Any]) -> Any:
        typed = dict(typed)
        duty = typed.pop("on_duty")
        return services.add_exception(
            found.pk, spans=typed.pop("hours"), on_duty_id=UUID(duty) if duty else None, by=request.actor, **typed
        )

    back = reverse("facilities:days") if "day" in request.GET and request.actor.may(may.WATCH) else ""
    return _change(
        request, found, form, heading=_("登记一个例外"), button=_("登记，居民马上看得到"), done=_("登记好了。"),
        change=change, back=back,
    )  # fmt: skip


@requires(may.EDIT)
def actual(request: Request, point_id: UUID) -> HttpResponse:
    """How it really was on a day, where that differs."""
    found = _kept(request, point_id)
    form = ActualForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _change(
        request, found, form, heading=_("记下实际开门情况"), button=_("记下"), done=_("记下了。"),
        lead=_("和公布的时间不一样才记。"),
        change=lambda typed: services.record_actual(
            found.pk, day=typed["day"], spans=typed["hours"], reason=typed["reason"], by=request.actor,
            version=typed["version"],
        ),
    )  # fmt: skip


@requires(may.EDIT)
def add_window(request: Request, point_id: UUID) -> HttpResponse:
    found = _kept(request, point_id)
    form = AddWindowForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _change(
        request, found, form, heading=_("加一个窗口"), button=_("加上"), done=_("加上了。"),
        change=lambda typed: services.add_window(found.pk, by=request.actor, **typed),
    )  # fmt: skip


@requires(may.EDIT)
def close_window(request: Request, point_id: UUID, window_id: UUID) -> HttpResponse:
    found = _kept(request, point_id)
    window = found.windows.filter(pk=window_id, valid_to__isnull=True).first()
    if window is None:
        raise Http404
    form = CloseWindowForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    return _change(
        request, found, form, heading=_("%(number)s 号窗口停几天") % {"number": window.number}, button=_("停几天"),
        lead=_("别的窗口照常开。整个服务点不开的，请登记例外。"), done=_("记下了。"),
        change=lambda typed: services.close_window(found.pk, window.pk, by=request.actor, **typed),
    )  # fmt: skip


@requires(may.EDIT)
@require_POST
def end_window(request: Request, point_id: UUID, window_id: UUID) -> HttpResponse:
    return _press(
        request, point_id,
        lambda version: services.end_window(point_id, window_id, by=request.actor, version=version),
        _("这个窗口停用了。"),
    )  # fmt: skip


@requires(may.EDIT)
@require_POST
def reopen(request: Request, point_id: UUID, closure_id: UUID) -> HttpResponse:
    return _press(
        request, point_id,
        lambda version: services.reopen_window(point_id, closure_id, by=request.actor, version=version),
        _("这个窗口又开了。"),
    )  # fmt: skip


@requires(may.EDIT, may.ARRANGE)
@require_POST
def withdraw(request: Request, point_id: UUID, exception_id: UUID) -> HttpResponse:
    return _press(
        request, point_id,
        lambda version: services.withdraw_exception(point_id, exception_id, by=request.actor, version=version),
        _("取消了，又照每周的时间开。"),
    )  # fmt: skip


# -- what they share -------------------------------------------------------------------------------------------------


def _find(request: Request, point_id: UUID, permission: Permission = may.VIEW) -> ServicePoint:
    try:
        return queries.point_for(request.actor, point_id, permission)
    except ServicePoint.DoesNotExist:
        raise Http404 from None


def _kept(request: Request, point_id: UUID) -> ServicePoint:
    """Return a point of the reader's own place; one that she only sees answers like one that is not there."""
    found = _find(request, point_id)
    if not queries.keeps(request.actor, found):
        raise Http404
    return found


def _change(
    request: Request,
    found: ServicePoint,
    form: VersionForm,
    *,
    heading: str,
    button: str,
    done: str,
    change: Callable[[dict[str, Any]], Any],
    lead: str = "",
    is_grave: bool = False,
    back: str = "",
) -> HttpResponse:
    """Show a form of a point, or carry it out and go back to the point."""
    if form.is_valid():
        with refusals_shown_on(form):
            change(form.cleaned_data)
            messages.success(request, done)
            return redirect(back or reverse("facilities:point", args=[found.pk]))
    context = {
        "point": found, "form": form, "heading": heading, "button": button, "lead": lead, "is_grave": is_grave,
        "back": back or reverse("facilities:point", args=[found.pk]),
    }  # fmt: skip
    return show(request, "facilities/change.html", context, status=422 if form.errors else 200)


def _press(request: Request, point_id: UUID, change: Callable[[int | None], Any], done: str) -> HttpResponse:
    """Carry out what a single button does; a refusal gets the house's own page."""
    _find(request, point_id)
    text = request.POST.get("version", "")
    try:
        change(int(text) if text.isdecimal() and len(text) < 10 else None)
    except (Window.DoesNotExist, WindowClosure.DoesNotExist, HoursException.DoesNotExist):
        raise Http404 from None
    messages.success(request, done)
    return redirect("facilities:point", point_id)


def _may_withdraw(request: Request, row: HoursException, found: ServicePoint) -> bool:
    if row.kind == ExceptionKind.SPECIAL:
        return queries.may_arrange(request.actor, found)
    return queries.keeps(request.actor, found)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
