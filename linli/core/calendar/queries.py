"""The calendar of a place, and the years that still lack a notice."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linli.core.calendar.clock import today
from linli.core.calendar.files import law_days, shipped_tables
from linli.core.calendar.rules import Calendar, YearTable

if TYPE_CHECKING:
    from linli.core.calendar.models import CalendarYear

logger = logging.getLogger(__name__)

KEEP_SECONDS = 60.0
"""How long a process goes on with the calendars it has read: one loaded elsewhere is seen after this at the latest."""
AHEAD = dt.timedelta(days=90)
"""How far ahead the deadlines of daily work reach: a year that begins within this should have its table."""
LEVEL_LENGTHS = (2, 4, 6, 9, 12)
"""Where a division code ends: province, city, county, township, community."""

_rows: list[CalendarYear] | None = None
"""Every table in the database: a few rows, read with one query for all divisions."""
_calendars: dict[str, Calendar] = {}
_read_at = 0.0
_warned: set[int] = set()


@dataclass(frozen=True)
class CalendarYearMissing:
    """A year that deadlines run into and whose notice has not been loaded: until then they are provisional."""

    year: int
    first_day: dt.date


def calendar_for(division_code: str = "", *, fresh: bool = False) -> Calendar:
    """Return the calendar of a division: the nation's tables, overlaid by those of the divisions it lies in.

    Kept for KEEP_SECONDS in each process, dropped at once where a table is loaded; fresh=True reads the database again.
    The tables that come with the program hold where the database has none of that year.
    """
    global _read_at
    if fresh or time.monotonic() - _read_at > KEEP_SECONDS:
        forget_calendars()
        _read_at = time.monotonic()
    if division_code not in _calendars:
        _calendars[division_code] = _read(division_code)
        _warn_of_missing_years(_calendars[division_code])
    return _calendars[division_code]


def missing_years(day: dt.date) -> list[CalendarYearMissing]:
    """Return the years within the 90 days from `day` on that have no table: a desk shows them until one is loaded."""
    return _missing(calendar_for(), day)


def forget_calendars() -> None:
    """Drop what this process has kept: the next question reads the database."""
    global _rows
    _rows = None
    _calendars.clear()


def table_of(row: CalendarYear) -> YearTable:
    """Return the table that a row holds."""
    return YearTable(
        year=row.year,
        days_off=frozenset(map(dt.date.fromisoformat, row.days_off)),
        make_up_days=frozenset(map(dt.date.fromisoformat, row.make_up_days)),
        source=row.source,
    )


def _read(division_code: str) -> Calendar:
    nation = dict(shipped_tables())
    local: list[YearTable] = []
    above = _codes_above(division_code)
    for row in _all_rows():
        if not row.division_code:
            nation[row.year] = table_of(row)
        elif row.division_code in above:
            local.append(table_of(row))
    for table in local:
        if table.year in nation:
            nation[table.year] = nation[table.year].overlaid_by(table)
    return Calendar(tuple(nation[year] for year in sorted(nation)), law_days())


def _all_rows() -> list[CalendarYear]:
    """Return every table, those of wider divisions first."""
    from linli.core.calendar.models import CalendarYear  # the package is imported before the app is ready

    global _rows
    if _rows is None:
        _rows = sorted(CalendarYear.objects.all(), key=lambda row: len(row.division_code.rstrip("0")))
    return _rows


def _codes_above(division_code: str) -> list[str]:
    """Return the codes of the divisions that a division lies in, itself and the nation ("") among them."""
    return ["", *(division_code[:length].ljust(12, "0") for length in LEVEL_LENGTHS if division_code)]


def _missing(calendar: Calendar, day: dt.date) -> list[CalendarYearMissing]:
    years: Iterable[int] = range(day.year, (day + AHEAD).year + 1)
    return [CalendarYearMissing(year, dt.date(year, 1, 1)) for year in years if year not in calendar.years]


def _warn_of_missing_years(calendar: Calendar) -> None:
    for missing in _missing(calendar, today()):
        if missing.year not in _warned:
            _warned.add(missing.year)
            logger.warning("calendar.year_missing", extra={"year": missing.year})
