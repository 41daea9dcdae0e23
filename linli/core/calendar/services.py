"""Loading year tables."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core import audit, events
from linli.core.access import Actor, system_actor
from linli.core.calendar.clock import now
from linli.core.calendar.events import CalendarLoaded
from linli.core.calendar.files import BrokenCalendarFile, read_table, shipped_tables
from linli.core.calendar.models import CalendarYear, Origin
from linli.core.calendar.queries import forget_calendars, table_of
from linli.core.calendar.rules import YearTable
from linli.core.http import Refused

MAX_BYTES = 64 * 1024


class CalendarFileRefused(Refused):
    code = "calendar.file_refused"
    message = _("这份日历文件不能用，没有载入任何内容。")


@transaction.atomic
def load_years() -> list[int]:
    """Write the tables that come with the program; return the years that were new or have changed.

    Harmless when repeated. A year that somebody has loaded by hand stays as it is.
    """
    by = system_actor("load the calendars that come with the program")
    kept = set(CalendarYear.objects.filter(division_code="", origin=Origin.LOADED).values_list("year", flat=True))
    tables = [table for year, table in shipped_tables().items() if year not in kept]
    return [table.year for table in tables if _write(table, "", Origin.SHIPPED, by)]


@transaction.atomic
def load_file(path: Path, *, by: Actor) -> CalendarYear:
    """Load one year's table from a YAML file like those in data/. Raises CalendarFileRefused and then loads nothing."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CalendarFileRefused(_("读不到 %(path)s，请检查路径和权限。"), path=path) from error
    if len(raw) > MAX_BYTES:
        raise CalendarFileRefused(_("%(path)s 太大，一年的日历不会超过 64 KiB。"), path=path)
    try:
        table, division_code = read_table(raw.decode("utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise CalendarFileRefused(_("%(path)s 不是 UTF-8 编码，请另存为 UTF-8。"), path=path) from error
    except BrokenCalendarFile as error:
        raise CalendarFileRefused(str(error)) from error
    _write(table, division_code, Origin.LOADED, by)
    return CalendarYear.objects.get(division_code=division_code, year=table.year)


def _write(table: YearTable, division_code: str, origin: Origin, by: Actor) -> bool:
    """Write a table unless it already stands; tell the audit log and the subscribers when its days changed."""
    row = CalendarYear.objects.filter(division_code=division_code, year=table.year).first()
    if row and table_of(row) == table and row.origin == origin:
        return False
    row, _created = CalendarYear.objects.update_or_create(
        division_code=division_code,
        year=table.year,
        defaults={
            "days_off": [day.isoformat() for day in sorted(table.days_off)],
            "make_up_days": [day.isoformat() for day in sorted(table.make_up_days)],
            "source": table.source[:120],
            "origin": origin,
            "loaded_at": now(),
        },
    )
    audit.record(by, "calendar.loaded", row, year=table.year, division_code=division_code, source=row.source)
    events.publish(CalendarLoaded(year=table.year, division_code=division_code))
    forget_calendars()  # whoever asks within this transaction
    transaction.on_commit(forget_calendars)  # and whoever has read in between
    return True
