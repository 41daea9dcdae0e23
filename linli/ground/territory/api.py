"""Divisions for programs: public, as of any day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form
from ninja.files import UploadedFile
from pydantic import Field

from linli.core.access import open_to_all, requires
from linli.core.api import Day, Out, Page, Paging, Room, asked_of, keyset, listed
from linli.ground.territory import permissions as may
from linli.ground.territory import queries, services
from linli.ground.territory.models import Division

room = Room("territory", _("区划"))
WHY = "divisions are public; they say nothing about people"
LevelName = Literal["province", "city", "county", "township", "community"]
DivisionCode = Annotated[str, Field(min_length=12, max_length=12, pattern=r"^[0-9]{12}$")]


class DivisionRow(Out):
    """A division from the province to the community."""

    id: UUID
    code: str
    name: str
    short_name: str
    level: LevelName
    kind: str
    county_code: str = Field(description="Six digits; empty above the county")
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day on which it is no more")


class DivisionCounts(Out):
    """What lies below."""

    counties: int
    streets: int
    townships: int
    residents_committees: int
    villagers_committees: int
    communities: int


class DivisionOut(DivisionRow):
    """A division with those above it and what lies below, as of a day."""

    full_name: str
    above: list[DivisionRow] = Field(description="Nearest first")
    counts: DivisionCounts


def row_of(division: Division) -> DivisionRow:
    return DivisionRow(**_columns(division))


def _columns(division: Division) -> dict[str, Any]:
    return {name: getattr(division, name) for name in DivisionRow.model_fields}


@room.get("/divisions", summary=_("列出区划"), response=Page[DivisionRow], refuses=(404,))
@open_to_all(WHY)
def list_divisions(
    request: HttpRequest,
    paging: Paging,
    parent: DivisionCode | None = None,
    level: LevelName | None = None,
    county: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None,
    on: Day | None = None,
) -> Page[DivisionRow]:
    """List divisions in force on a day (today), by code."""
    rows = queries.in_force(on)
    if parent is not None:
        rows = rows.filter(parent=queries.by_code(parent, on))
    if level is not None:
        rows = rows.filter(level=level)
    if county is not None:
        rows = rows.filter(county_code=county)
    return keyset(request, rows, ("code", "id"), paging, row_of)


@room.get("/divisions/search", summary=_("按名称或代码找区划"), response=Page[DivisionRow])
@open_to_all(WHY)
def search_divisions(
    request: HttpRequest, paging: Paging, q: Annotated[str, Field(min_length=1, max_length=60)]
) -> Page[DivisionRow]:
    """Find divisions in force whose name holds a text, or whose code begins with it."""
    return listed(request, queries.search(q, limit=100), paging, row_of)


@room.get("/divisions/{code}", summary=_("看一个区划"), response=DivisionOut)
@open_to_all(WHY)
def get_division(request: HttpRequest, code: str, on: Day | None = None) -> DivisionOut:
    """Show the division that bears a code on a day (today)."""
    division = queries.by_code(code, on)
    counted = queries.counts(division, on)
    return DivisionOut(
        **_columns(division),
        full_name=queries.full_name(division),
        above=[row_of(one) for one in queries.ancestors(division)],
        counts=DivisionCounts(**{name: getattr(counted, name) for name in DivisionCounts.model_fields}),
    )


@room.get("/divisions/{code}/successors", summary=_("一个区划后来变成了哪些"), response=Page[DivisionRow])
@open_to_all(WHY)
def list_successors(request: HttpRequest, code: str, paging: Paging) -> Page[DivisionRow]:
    """List the divisions in force today that a code has led to through every change; none for one never borne."""
    return listed(request, queries.successors(code), paging, row_of)


class FindingOut(Out):
    """A line of a list that is wrong, and how."""

    line: int = Field(description="Of the file; the heading is line 1")
    given: str
    expected: str


class ImportOut(Out):
    """What a list has done, or would do; with findings it was refused whole, and nothing has changed."""

    on: dt.date
    dry_run: bool
    is_refused: bool
    rows: int
    created: int
    changed: int
    unchanged: int
    ended: int
    missing: int = Field(description="Divisions in force that the list does not name")
    findings: list[FindingOut]


FINDINGS_SHOWN = 200


@room.post("/division-lists", summary=_("载入区划名单"), response=ImportOut, uploads=True)
@requires(may.IMPORT)
def import_divisions(
    request: HttpRequest,
    file: Annotated[UploadedFile, File()],
    on: Annotated[Day | None, Form()] = None,
    complete: Annotated[Literal["true", "false"], Form()] = "false",
    dry_run: Annotated[Literal["true", "false"], Form()] = "true",
) -> ImportOut:
    """Try a list of divisions (CSV), or with dry_run=false load it: all of it or nothing; each wrong line is named.

    complete: what the list does not name ends on that day. Loading the same list again changes nothing.
    """
    report = services.import_divisions(
        file.read(), by=asked_of(request).actor, on=on, complete=complete == "true", dry_run=dry_run == "true"
    )
    plain = set(ImportOut.model_fields) - {"missing", "findings"}
    return ImportOut(
        **{name: getattr(report, name) for name in plain},
        missing=len(report.missing),
        findings=[
            FindingOut(line=one.line, given=one.given, expected=str(one.expected))
            for one in report.findings[:FINDINGS_SHOWN]
        ],
    )
