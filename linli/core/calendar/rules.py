"""Working days: which day is one, and how to count them. Pure: a calendar is what its tables say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class YearTable:
    """The published working days of one year: a notice of the State Council's office, or a division's own.

    days_off: every day off that the notice names, weekends among them. make_up_days: the weekend days on which people
    work instead. Raises ValueError for a day of another year, a day that is both, or a make-up day within the week.
    """

    year: int
    days_off: frozenset[dt.date]
    make_up_days: frozenset[dt.date]
    source: str = ""

    def __post_init__(self) -> None:
        for day in sorted(self.days_off | self.make_up_days):
            if day.year != self.year:
                raise ValueError(_("%(day)s 不在 %(year)s 年里") % {"day": day, "year": self.year})
        if both := self.days_off & self.make_up_days:
            raise ValueError(_("%(day)s 既写成放假，又写成调休上班") % {"day": min(both)})
        for day in sorted(self.make_up_days):
            if day.weekday() < SATURDAY:
                raise ValueError(_("%(day)s 不是周末，不会是调休上班的日子") % {"day": day})

    def overlaid_by(self, local: YearTable) -> YearTable:
        """Return this table with a division's own laid over it: where the two differ, the division's day holds."""
        return YearTable(
            year=self.year,
            days_off=(self.days_off - local.make_up_days) | local.days_off,
            make_up_days=(self.make_up_days - local.days_off) | local.make_up_days,
            source="；".join(part for part in (self.source, local.source) if part),
        )


@dataclass(frozen=True)
class LawDays:
    """The days off that the law gives by itself (全国年节及纪念日放假办法): all we know of a year without a notice."""

    every_year: frozenset[tuple[int, int]] = frozenset()
    """Month and day."""
    by_year: frozenset[dt.date] = frozenset()

    def __contains__(self, day: dt.date) -> bool:
        return (day.month, day.day) in self.every_year or day in self.by_year


@dataclass(frozen=True)
class Calendar:
    """The working days of a place: its year tables, and the law's days for years without one.

    A year without a table is counted Monday to Friday less the law's days, and every day of it is provisional.
    """

    tables: tuple[YearTable, ...] = ()
    law: LawDays = LawDays()
    _by_year: dict[int, YearTable] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for table in self.tables:
            if table.year in self._by_year:
                raise ValueError(_("%(year)s 年有两张表") % {"year": table.year})
            self._by_year[table.year] = table

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose notice is known, in order."""
        return tuple(sorted(self._by_year))

    def is_provisional(self, day: dt.date) -> bool:
        """Tell whether the day lies in a year whose notice is not known, so that it may yet change."""
        return day.year not in self._by_year

    def is_working(self, day: dt.date) -> bool:
        """Tell whether people work on this day (行政许可法第八十二条: working days, legal holidays left out)."""
        table = self._by_year.get(day.year)
        if table is None:
            return day.weekday() < SATURDAY and day not in self.law
        if day in table.make_up_days:
            return True
        return day.weekday() < SATURDAY and day not in table.days_off

    def is_make_up(self, day: dt.date) -> bool:
        """Tell whether this is a weekend day on which people work instead of another (调休)."""
        return day.weekday() >= SATURDAY and self.is_working(day)

    def is_holiday(self, day: dt.date) -> bool:
        """Tell whether the notice, or the law without one, gives this day off; an ordinary weekend is none."""
        table = self._by_year.get(day.year)
        return day in self.law if table is None else day in table.days_off

    def next_working(self, day: dt.date) -> dt.date:
        """Return the first working day after `day`."""
        return self.add_working_days(day, 1)

    def working_day_from(self, day: dt.date) -> dt.date:
        """Return `day` itself where it is a working day, else the next one."""
        return day if self.is_working(day) else self.next_working(day)

    def add_working_days(self, day: dt.date, n: int) -> dt.date:
        """Return the n-th working day after `day`, which itself never counts; before it for a negative n.

        n = 0 returns `day`, working day or not.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        remaining = abs(n)
        while remaining:
            day += step
            remaining -= self.is_working(day)
        return day

    def working_days_between(self, after: dt.date, until: dt.date) -> int:
        """Count the working days later than `after` and no later than `until`; negative where `until` is earlier."""
        if until < after:
            return -self.working_days_between(until, after)
        return sum(self.is_working(day) for day in days_after(after, until))

    def working_days_in(self, year: int) -> int:
        """Count the working days of a whole year."""
        return self.working_days_between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31))


def days_after(after: dt.date, until: dt.date) -> Iterator[dt.date]:
    """Yield every day later than `after` and no later than `until`."""
    for n in range(1, (until - after).days + 1):
        yield after + n * ONE_DAY
