from dataclasses import dataclass

from linli.core.events import Event


@dataclass(frozen=True)
class CalendarLoaded(Event):
    """A year's table was loaded or changed: deadlines that were provisional in it are to be computed again."""

    year: int
    division_code: str
