"""Whether a place lies within a reach."""

from uuid import uuid4

import pytest

from linli.core.access import NOWHERE, Reach

HOME, NEXT_DOOR = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (NOWHERE, False),
        (Reach(everything=True, why="a test"), True),
        (Reach(counties=frozenset({"510402"})), True),
        (Reach(counties=frozenset({"510403"})), False),
        (Reach(counties=frozenset({"510402"}), communities=frozenset({HOME})), True),
        (Reach(counties=frozenset({"510402"}), communities=frozenset({NEXT_DOOR})), False),
        (Reach(persons=frozenset({HOME})), False),
        (Reach(also=(Reach(counties=frozenset({"510402"})),)), True),
    ],
)
def test_a_place_is_covered_by_its_county_and_community_or_by_what_is_held_beside(reach: Reach, covered: bool) -> None:
    assert reach.covers("510402", HOME) is covered
