"""The staff's one worklist: each room offers its own lines, the shell puts them in one order (R23, R159)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linli.core.calendar import today
from linli.core.calendar.queries import calendar_for

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from linli.core.access import Actor, Permission

COUNTED_AT_MOST = 100
"""A source is counted as far as this: above, the list says 99+."""
NO_DAY = dt.date(9999, 12, 31)


@dataclass(frozen=True)
class Line:
    """One thing that waits for somebody: what, where it is done, until when.

    due: its last day, None for what has none. first: served first (R40), behind what is late or due by the next working
    day. note: whose, where. icon, label: of the source, put in by the list.
    """

    title: str
    url: str
    due: dt.date | None = None
    note: str = ""
    first: bool = False
    since: dt.datetime | None = None
    icon: str = ""
    label: str | _StrPromise = ""


Lines = Callable[["Actor", int], Sequence[Line]]
Counts = Callable[["Actor"], int]


@dataclass(frozen=True)
class Source:
    """What a room offers. lines: so many of the most urgent; count: how many wait, asked no further than COUNTED_AT_MOST."""

    key: str
    label: str | _StrPromise
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]
    lines: Lines
    count: Counts
    order: int = 50


@dataclass(frozen=True)
class Tab:
    """A source that has something for this reader, and how much."""

    source: Source
    count: int

    @property
    def shown_count(self) -> str:
        return f"{COUNTED_AT_MOST - 1}+" if self.count >= COUNTED_AT_MOST else str(self.count)


@dataclass(frozen=True)
class Worklist:
    """lines: the most urgent of all or of one source; tabs: all sources that have something; late: how many of the lines are over."""

    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...]
    chosen: Tab | None
    total: int

    @property
    def more(self) -> int:
        return max(0, (self.chosen.count if self.chosen else self.total) - len(self.lines))

    @property
    def is_capped(self) -> bool:
        tabs = (self.chosen,) if self.chosen else self.tabs
        return any(tab.count >= COUNTED_AT_MOST for tab in tabs)


def counted(rows: Callable[[Actor], QuerySet[Any]]) -> Counts:
    """Return how to count what a query answers, no further than the list shows."""
    return lambda actor: rows(actor).order_by().values("pk")[:COUNTED_AT_MOST].count()


_sources: list[Source] = []


def register(
    key: str,
    label: str | _StrPromise,
    icon: str,
    url_name: str,
    permissions: Sequence[Permission],
    lines: Lines,
    count: Counts,
    *,
    order: int = 50,
) -> None:
    """Offer lines to the worklist; call it when the room is ready. Raises ValueError for a key that is taken."""
    if any(source.key == key for source in _sources):
        raise ValueError(f"the worklist has a source {key!r} already")
    _sources.append(Source(key, label, icon, url_name, tuple(permissions), lines, count, order))
    _sources.sort(key=lambda source: source.order)


def sources_for(actor: Actor) -> list[Source]:
    """Return the sources from which the actor may have something."""
    return [source for source in _sources if any(actor.may(permission) for permission in source.permissions)]


def nearly_due(actor: Actor) -> dt.date:
    """Return the day until which something is nearly due: the next working day, wherever the actor works."""
    county = min(actor.post.counties, default="") if actor.post else ""
    return calendar_for(county).next_working(today())


def worklist_for(actor: Actor, *, key: str = "", most: int = 50) -> Worklist:
    """Return what waits for the actor, the most urgent first: late and nearly due, then who is served first, then by day.

    key: of one source only. The number of queries depends on the sources alone, not on what waits.
    """
    tabs = tuple(Tab(source, count) for source in sources_for(actor) if (count := source.count(actor)))
    chosen = next((tab for tab in tabs if tab.source.key == key), None)
    soon = nearly_due(actor)
    found = [
        replace(line, icon=tab.source.icon, label=tab.source.label)
        for tab in ((chosen,) if chosen else tabs)
        for line in tab.source.lines(actor, most)
    ]
    found.sort(key=lambda line: _urgency(line, soon))
    return Worklist(tuple(found[:most]), tabs, chosen, sum(tab.count for tab in tabs))


def _urgency(line: Line, soon: dt.date) -> tuple[int, dt.date, float, str]:
    due = line.due or NO_DAY
    rank = 0 if due <= soon else 1 if line.first else 2
    return rank, due, line.since.timestamp() if line.since else 0.0, line.url
