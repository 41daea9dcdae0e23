import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.core.events.plain import from_plain, to_plain


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Everything:
    """Not an Event, so that it stays off the register; types are not strings here."""

    id: UUID
    day: dt.date
    moment: dt.datetime
    hour: dt.time
    count: int
    word: str
    sure: bool
    share: Decimal
    colour: Colour
    other: UUID | None
    many: tuple[UUID, ...]
    until: dt.date | None = None


ZONE = dt.timezone(dt.timedelta(hours=8))
everything = st.builds(
    Everything,
    id=st.uuids(),
    day=st.dates(),
    moment=st.datetimes(timezones=st.just(ZONE)),
    hour=st.times(),
    count=st.integers(-(2**53), 2**53),
    word=st.text(),
    sure=st.booleans(),
    share=st.decimals(allow_nan=False, allow_infinity=False),
    colour=st.just(Colour.RED),
    other=st.none() | st.uuids(),
    many=st.lists(st.uuids(), max_size=3).map(tuple),
    until=st.none() | st.dates(),
)


@given(event=everything)
def test_event_comes_back_as_it_was_stored(event):
    assert from_plain(Everything, to_plain(event)) == event


def test_day_stays_a_day():
    """A module without postponed annotations: "datetime.date" is no moment."""
    stored = {"id": str(uuid4()), "day": "2026-11-24"}

    @dataclass(frozen=True)
    class Day:
        id: UUID
        day: dt.date

    assert from_plain(Day, stored).day == dt.date(2026, 11, 24)


def test_later_and_earlier_versions():
    @dataclass(frozen=True)
    class Grown:
        id: int
        added: str = "as before"

    assert from_plain(Grown, {"id": 1, "dropped": 2}) == Grown(1)
    with pytest.raises(TypeError):
        from_plain(Grown, {"added": "x"})


def test_event_carries_no_objects():
    @dataclass(frozen=True)
    class Carrier:
        thing: object

    with pytest.raises(TypeError, match="thing is a dict: events carry ids and plain values"):
        to_plain(Carrier({"name": "x"}))
