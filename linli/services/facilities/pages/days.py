"""R35: the days on which no window of a district opens, and what would help."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access import requires
from linli.core.calendar import Calendar, calendar_for, today
from linli.core.http import Request, show
from linli.services.facilities import permissions as may
from linli.services.facilities import queries
from linli.services.facilities.models import WindowlessDay

AHEAD_SHOWN = 200
PAGE = 30


@requires(may.WATCH)
@require_safe
def days(request: Request) -> HttpResponse:
    """The coming sixty days, each gap with its nearest fix; below, those of the past year."""
    counties = queries.watched_counties(request.actor)
    county = next((c.code[:6] for c in counties if c.code[:6] == request.GET.get("county", "")), "")
    coming = list(queries.coming_gaps(request.actor, county=county)[:AHEAD_SHOWN])
    past, older = _past(request, county)
    fixes = queries.fixes_for(request.actor, {row.county_code for row in coming})
    kept = {"county": county} if county else {}
    context = {
        "counties": counties,
        "county": county,
        "one_county": bool(county) or len(counties) == 1,
        "days_count": len({row.day for row in coming}),
        "coming": [(row, _kind_of(row), fixes[row.county_code]) for row in coming],
        "past": [(row, _kind_of(row)) for row in past],
        "older": f"?{urlencode({**kept, 'before': older})}#past" if older else "",
        "is_first_page": "before" not in request.GET,
        "until": today() + dt.timedelta(days=queries.AHEAD_DAYS),
    }
    return show(request, "facilities/days.html", context)


def _past(request: Request, county: str) -> tuple[list[WindowlessDay], str]:
    """Return a page of past gaps and the mark of its last row, "" at the end. A broken mark means the beginning."""
    rows = queries.past_gaps(request.actor, county=county)
    day_text, _tilde, code = request.GET.get("before", "").partition("~")
    try:
        day = dt.date.fromisoformat(day_text)
        rows = rows.filter(Q(day__lt=day) | Q(day=day, county_code__gt=code))
    except ValueError:
        pass
    found = list(rows[: PAGE + 1])
    page = found[:PAGE]
    return page, f"{page[-1].day.isoformat()}~{page[-1].county_code}" if len(found) > PAGE else ""


def _kind_of(row: WindowlessDay) -> tuple[str, str]:
    """Return what day it is, and the state of its badge."""
    calendar: Calendar = calendar_for(row.county.code)
    if calendar.is_holiday(row.day):
        return _("节假日"), "note"
    return (_("工作日"), "late") if calendar.is_working(row.day) else (_("周末"), "")
