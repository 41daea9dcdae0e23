"""How often a task is tried, when again, and when a periodic one is due next. Pure."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

MAX_ATTEMPTS = 8
"""After this many a task stays failed and waits for a person."""
LONGEST_WAIT = dt.timedelta(hours=1)


class GiveUp(Exception):  # noqa: N818 (a decision, not a bug)
    """Raised by a task that no repetition can mend: it fails for good at once, with this reason."""

    paths: ClassVar[set[str]] = set()

    def __init_subclass__(cls) -> None:
        GiveUp.paths.add(f"{cls.__module__}.{cls.__qualname__}")


GiveUp.paths.add(f"{GiveUp.__module__}.{GiveUp.__qualname__}")


class WorkerDied(GiveUp):
    """Every worker that took the task died with it: the task itself is the likely cause."""


def wait_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: 2 s, 8 s, 32 s, 2 min, 9 min, 34 min, then an hour each."""
    doublings = min(2 * max(attempts, 1) - 1, 12)
    return min(dt.timedelta(seconds=2**doublings), LONGEST_WAIT)


def next_run(moment: dt.datetime, *, every: dt.timedelta | None, at: dt.time | None) -> dt.datetime:
    """Return when a periodic task runs next after `moment`: `every` later, or at that time of the day in China.

    What was missed while no worker ran is not made up for: it runs once, then at its next time.
    """
    if every is not None:
        return moment + every
    if at is None:
        raise ValueError("a periodic task runs `every` so often or `at` a time of the day")
    local = moment.astimezone(CHINA)
    today = dt.datetime.combine(local.date(), at, CHINA)
    return today if today > local else dt.datetime.combine(local.date() + dt.timedelta(days=1), at, CHINA)
