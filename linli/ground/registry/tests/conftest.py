import datetime as dt
from collections.abc import Iterator

import pytest

from linli.core import calendar

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def _day(settings) -> Iterator[None]:
    """24 November 2026, in a demonstration: made-up numbers pass."""
    settings.DEMO = True
    with calendar.at(NOW):
        yield
