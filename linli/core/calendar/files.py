"""Calendar files: the shape of data/*.yaml, read with sentences that name the place and what stood there."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from linli.core.calendar.rules import LawDays, YearTable, days_after

DATA = Path(__file__).parent / "data"
LONGEST_HOLIDAY_DAYS = 60


class BrokenCalendarFile(ValueError):  # noqa: N818 (a sentence for people, not a bug)
    """A calendar file that cannot be taken as it stands; its text is a sentence for people."""


def read_table(text: str, name: str) -> tuple[YearTable, str]:
    """Read one year's table and the code of the division it is for ("" for the nation). Raises BrokenCalendarFile."""
    try:
        content = yaml.load(text, yaml.BaseLoader)  # noqa: S506 (nothing but strings, so that we can name what stood there)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BrokenCalendarFile(
            _("%(name)s 第 %(line)s 行读不懂，请对照 2026.yaml 的写法改好。") % {"name": name, "line": line}
        ) from error
    if not isinstance(content, dict):
        raise BrokenCalendarFile(_("%(name)s 里没有日历：应有 year、source、days_off、make_up_days。") % {"name": name})
    known = {"year", "source", "division", "days_off", "make_up_days"}
    for key in content:
        if key not in known:
            raise BrokenCalendarFile(
                _("%(name)s 里有不认识的一项 %(key)s，应为 year、source、division、days_off、make_up_days。")
                % {"name": name, "key": key}
            )
    year, division = str(content.get("year", "")), str(content.get("division", ""))
    if not (len(year) == 4 and year.isascii() and year.isdigit()):
        raise BrokenCalendarFile(_("%(name)s 的 year 是 %(found)s，应为四位年份。") % {"name": name, "found": year})
    if division and not (len(division) == 12 and division.isascii() and division.isdigit()):
        raise BrokenCalendarFile(
            _("%(name)s 的 division 是 %(found)s，应为 12 位区划代码。") % {"name": name, "found": division}
        )
    if not str(content.get("source") or "").strip():
        raise BrokenCalendarFile(_("%(name)s 没有写 source：请写明放假通知的名称和文号。") % {"name": name})
    days_off, make_up = content.get("days_off") or {}, content.get("make_up_days") or []
    if not isinstance(days_off, dict) or not isinstance(make_up, list):
        raise BrokenCalendarFile(
            _("%(name)s 的 days_off 应逐个写“节日: 起/止”，make_up_days 应为日期的列表。") % {"name": name}
        )
    try:
        table = YearTable(
            year=int(year),
            days_off=frozenset(day for span in days_off.values() for day in _days(span)),
            make_up_days=frozenset(day for span in make_up for day in _days(span)),
            source=str(content["source"]).strip(),
        )
    except ValueError as error:
        raise BrokenCalendarFile(
            _("%(name)s 里有一天不对：%(what)s。没有载入任何内容。") % {"name": name, "what": error}
        ) from error
    return table, division


@cache
def shipped_tables() -> dict[int, YearTable]:
    """Return the nation's tables that come with the program, by year."""
    tables = (read_table(path.read_text(encoding="utf-8"), path.name)[0] for path in sorted(DATA.glob("[0-9]*.yaml")))
    return {table.year: table for table in tables}


@cache
def law_days() -> LawDays:
    """Return the days off that the law gives by itself, for years whose notice is not out yet."""
    content = yaml.load((DATA / "law.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return LawDays(
        every_year=frozenset((int(day[:2]), int(day[3:])) for day in content["every_year"]),
        by_year=frozenset(
            day for spans in content["by_year"].values() for span in spans.values() for day in _days(span)
        ),
    )


def _days(span: Any) -> list[dt.date]:
    """Return the days of "2026-02-15/2026-02-23", or the one of "2026-02-15". Raises ValueError."""
    first_text, _slash, last_text = str(span).partition("/")
    try:
        first = dt.date.fromisoformat(first_text.strip())
        last = dt.date.fromisoformat(last_text.strip()) if last_text else first
    except ValueError:
        raise ValueError(
            _("%(found)s 不是日期，应写 2026-02-15 或 2026-02-15/2026-02-23") % {"found": f"{span!s:.40}"}
        ) from None
    if not 0 <= (last - first).days < LONGEST_HOLIDAY_DAYS:
        raise ValueError(_("%(found)s 的止在起之前，或者比任何假期都长") % {"found": span})
    return [first, *days_after(first, last)]
