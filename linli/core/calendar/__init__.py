"""Time: the one clock, and the working-day calendar with make-up days."""

from linli.core.calendar.clock import at, now, today
from linli.core.calendar.queries import CalendarYearMissing, calendar_for, missing_years
from linli.core.calendar.rules import Calendar, LawDays, YearTable

__all__ = [
    "Calendar", "CalendarYearMissing", "LawDays", "YearTable", "at", "calendar_for", "missing_years", "now", "today",
]  # fmt: skip
