"""What happens here when something happened elsewhere."""

from __future__ import annotations

from linli.core.calendar.events import CalendarLoaded
from linli.core.events import subscribe
from linli.services.facilities import tasks


@subscribe(CalendarLoaded)
def look_at_the_days_again(event: CalendarLoaded) -> None:
    """A year's holidays have become known: another day may now lack a window. A task, since it looks everywhere."""
    tasks.look_ahead.enqueue()
