"""What is to be seen of the calendar: deadlines over a year without one are guesses."""

from linli.core.calendar import today
from linli.core.calendar.queries import missing_years
from linli.core.watch import gauge


@gauge("linli_calendar_years_missing", "Years that deadlines reach into and that have no working days yet.")
def years_missing() -> float:
    return len(missing_years(today()))
