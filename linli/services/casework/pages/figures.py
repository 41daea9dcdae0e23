"""The home of the figures: how our cases go, what they took of people, and behind each number its cases."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware; pages dress their rows with what a template shows.

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from linli.core.access import Actor, requires
from linli.core.calendar import today
from linli.core.design.charts import Chart, Point
from linli.core.design.dates import said as day_said
from linli.core.http import Request, show
from linli.core.replica import reads_a_copy
from linli.services.casework import figures as counting
from linli.services.casework import permissions as may
from linli.services.casework import queries, rules
from linli.services.casework.figures import FIGURES, LEGAL_AID, Cut, Quarter, Spared
from linli.services.casework.models import Status
from linli.services.casework.pages.desk import rows_of
from linli.services.casework.pages.paging import cursor, cursor_for
from linli.services.catalogue import queries as catalogue

PERIODS = (30, 90, 365)
USUAL = 90
SHARES = ("asked", "good", "online", "spared")
"""Figures that are told as a share first, with the numbers beside it."""
COLUMNS = ("received", "decided", "asked", "not_granted", "registration")
"""The numbers of the table by item; each leads to its cases."""
TABS = (
    ("casework:figures", gettext_lazy("办件怎么样"), may.FIGURES),
    ("casework:trips", gettext_lazy("跑了几趟"), may.FIGURES),
    ("casework:windows", gettext_lazy("窗口能收什么"), may.VIEW),
)


def tabs(here: str, actor: Actor) -> list[tuple[str, str, bool]]:
    """Return the ways through the figures' home that are open to the actor."""
    return [(reverse(name), str(label), name == here) for name, label, needs in TABS if actor.may(needs)]


def _days(request: Request) -> int:
    asked = request.GET.get("days", "")
    return next((days for days in PERIODS if str(days) == asked), USUAL)


def _since(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


def _way_in(name: str, **cut: Any) -> str:
    """Return the address of the cases behind a number."""
    asked = urlencode({key: value for key, value in cut.items() if value})
    return reverse("casework:figure", args=[name]) + (f"?{asked}" if asked else "")


@requires(may.FIGURES)
@require_GET
@reads_a_copy
def figures(request: Request) -> HttpResponse:
    """How our cases go: each number with its whole and its way in."""
    days = _days(request)
    found = counting.figures(request.actor, since=_since(days))
    names = catalogue.names(row.item_code for row in found.by_item)
    counts = queries.counts_by_status(request.actor)
    context = {
        "tabs": tabs("casework:figures", request.actor),
        "tiles": [_tile(name, found, days) for name in FIGURES if name != "legal_aid"],
        "aid": found.counts["legal_aid"],
        "aid_url": _way_in("legal_aid", days=days),
        "aid_name": catalogue.names([LEGAL_AID]).get(LEGAL_AID, ""),
        "columns": [FIGURES[name].label for name in COLUMNS],
        "table": [
            {
                "name": names.get(row.item_code, row.item_code),
                "row": row,
                "cells": [
                    (getattr(row, name), FIGURES[name].label, _way_in(name, days=days, item=row.item_code))
                    for name in COLUMNS
                ],
                "decided_url": _way_in("decided", days=days, item=row.item_code),
            }
            for row in found.by_item
        ],
        "since": _since(days),
        "periods": [(one, ngettext("%(n)s 天", "%(n)s 天", one) % {"n": one}, one == days) for one in PERIODS],
        "counts": [(status, status.label, counts[status]) for status in Status if counts.get(status)],
    }
    return show(request, "casework/figures.html", context)


def _tile(name: str, found: counting.Figures, days: int) -> dict[str, Any]:
    figure, n = FIGURES[name], found.counts[name]
    whole = found.counts[figure.whole] if figure.whole else None
    of = "" if whole is None else _("/ %(n)s 件") % {"n": whole}
    value: Any = n
    if name in SHARES and whole:
        value, of = f"{n * 100 // whole}%", f"{n} / {whole}"
    return {"name": figure.label, "value": value, "whole": of, "url": _way_in(name, days=days)}


@requires(may.FIGURES)
@require_GET
@reads_a_copy
def figure(request: Request, figure: str) -> HttpResponse:
    """The cases behind a number: the same condition that counted them."""
    if figure not in FIGURES:
        raise Http404
    quarter = counting.quarter_of(request.GET.get("quarter", ""))
    days = _days(request) if request.GET.get("days") else 0
    code = rules.clean_text(request.GET.get("item", ""), 60)
    cut = Cut(since=_since(days) if days else None, quarter=quarter, item_code=code)
    rows = counting.cases_behind(request.actor, figure, cut)
    total = rows.order_by().count()
    if after := cursor(request, dt.datetime.fromisoformat, UUID):
        rows = rows.filter(Q(submitted_at__lt=after[0]) | Q(submitted_at=after[0], id__lt=after[1]))
    found = list(rows[: queries.PAGE + 1])
    more = ""
    if len(found) > queries.PAGE:
        last = found[queries.PAGE - 1]
        kept = {"days": days, "quarter": quarter, "item": code, "after": cursor_for([last.submitted_at, last.pk])}
        more = "?" + urlencode({key: value for key, value in kept.items() if value})
    label = FIGURES[figure].label
    context = {
        "label": label,
        "heading": ngettext("%(label)s：%(n)s 件", "%(label)s：%(n)s 件", total) % {"label": label, "n": total},
        "which": _which(cut),
        "cases": rows_of(found[: queries.PAGE]),
        "more": more,
        "trips": figure in ("decided", "spared"),
        "must_be_none": figure == "legal_aid",
        "back": reverse("casework:trips" if quarter else "casework:figures"),
    }
    return show(request, "casework/figure.html", context)


def _which(cut: Cut) -> str:
    """Say which cases are looked at: 高龄津贴，2026 年第 3 季度决定的."""
    told = [catalogue.names([cut.item_code]).get(cut.item_code, cut.item_code)] if cut.item_code else []
    if cut.quarter:
        told.append(_("%(quarter)s决定的") % {"quarter": said(cut.quarter)})
    if cut.since:
        told.append(_("%(day)s 以来收的") % {"day": day_said(cut.since)})
    return _("，").join(told)


def said(quarter: Quarter) -> str:
    return _("%(year)s 年第 %(number)s 季度") % {"year": quarter.year, "number": quarter.number}


@requires(may.FIGURES)
@require_GET
@reads_a_copy
def trips(request: Request) -> HttpResponse:
    """Visits made and materials spared, on average, by item and quarter (R37a); each number leads to its cases."""
    found = counting.trips(request.actor)
    names = catalogue.names(found.by_item)
    code = request.GET.get("item", "")
    code = code if code in found.by_item else ""
    drawn = [
        found.by_item[code].get(one, counting.NOTHING) if code else found.of_quarter(one) for one in found.quarters
    ]
    context = {
        "tabs": tabs("casework:trips", request.actor),
        "quarters": [said(one) for one in found.quarters],
        "item": code,
        "items": sorted(((one, names.get(one, one)) for one in found.by_item), key=lambda pair: pair[1]),
        "charts": [
            _chart("visits", _("平均跑了几趟"), found.quarters, [one.visits_each for one in drawn]),
            _chart("materials", _("平均少交了几样"), found.quarters, [one.materials_each for one in drawn]),
        ],
        "all": [_cell(found.of_quarter(one), one, "") for one in found.quarters],
        "table": [
            {
                "name": names.get(one, one),
                "code": one,
                "whole": found.of_item(one),
                "cells": [_cell(row.get(quarter, counting.NOTHING), quarter, one) for quarter in found.quarters],
            }
            for one, row in found.by_item.items()
        ],
    }
    return show(request, "casework/trips.html", context)


def _cell(cell: Spared, quarter: Quarter, code: str) -> dict[str, Any]:
    url = _way_in("decided", quarter=quarter, item=code) if cell.decided else ""
    return {"of": cell, "label": said(quarter), "url": url}


def _chart(name: str, title: str, quarters: tuple[Quarter, ...], values: list[float | None]) -> Chart:
    points = [
        Point(
            said(quarter),
            value,
            "—" if value is None else floatformat(value, 1),
            short=_("%(number)s 季") % {"number": quarter.number},
            under=str(quarter.year) if number == 0 or quarter.number == 1 else "",
        )
        for number, (quarter, value) in enumerate(zip(quarters, values, strict=True))
    ]
    return Chart(name, title, tuple(points))


# -- for everybody, on an item's page --------------------------------------------------------------------------------


def visits_of_others(request: HttpRequest) -> tuple[str, dict[str, Any]] | None:
    """How many visits an item took others (R37a), where enough of them stand behind it to say so."""
    match = request.resolver_match
    found = counting.visits_of_others(match.kwargs["code"]) if match and "code" in match.kwargs else None
    return ("casework/_visits_of_others.html", {"of": found}) if found else None
