"""The one clock of the house. Services ask here, so that a demonstration can live through ninety days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_moment: ContextVar[dt.datetime | None] = ContextVar("linli_moment", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, in UTC; inside `at(...)`, the moment given there."""
    return _moment.get() or timezone.now()


def today() -> dt.date:
    """Return the present day in China (Asia/Shanghai)."""
    return timezone.localdate(now())


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let everything inside happen at `moment` (aware): for the demonstration and for replays."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
