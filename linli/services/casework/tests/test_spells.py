"""When somebody belongs to a group, as the decisions say (R41a): registered, taken up a post, revoked, expired."""

import datetime as dt
import itertools
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from linli.services.casework.spells import Held, Turn, spells

ONE, TWO, HAND = UUID(int=1), UUID(int=2), UUID(int=3)


def day(number):
    return dt.date(2026, 3, number)


def begins(number, decision=ONE, *, hour=9, until=None, by_hand=None):
    at = dt.datetime(2026, 3, number, hour, tzinfo=dt.UTC)
    return Turn(at, day(number), True, until and day(until), None if by_hand else decision, by_hand)


def ends(number, *, hour=9):
    return Turn(dt.datetime(2026, 3, number, hour, tzinfo=dt.UTC), day(number), False, None, UUID(int=9))


def test_a_registration_begins_it_and_a_post_ends_it():
    assert spells([begins(2)]) == [Held(day(2), None, ONE)]
    assert spells([begins(2), ends(20)]) == [Held(day(2), day(20), ONE)]
    assert spells([ends(1)]) == []
    assert spells([begins(2), ends(20), begins(25, TWO)]) == [
        Held(day(2), day(20), ONE), Held(day(25), None, TWO)
    ]  # fmt: skip


def test_who_is_in_it_stays_by_the_earlier_decision():
    assert spells([begins(2), begins(5, TWO)]) == [Held(day(2), None, ONE)]
    assert spells([begins(2, by_hand=HAND), begins(5, TWO)]) == [Held(day(2), None, None, HAND)]


def test_a_later_decision_that_lasts_longer_takes_over():
    assert spells([begins(2, until=20), begins(10, TWO, until=28)]) == [
        Held(day(2), day(10), ONE), Held(day(10), day(28), TWO)
    ]  # fmt: skip
    assert spells([begins(2, until=20), begins(10, TWO, until=15)]) == [Held(day(2), day(20), ONE)]


def test_what_is_revoked_on_its_first_day_never_held():
    assert spells([begins(2, until=2)]) == [Held(day(2), day(2), ONE)]
    assert spells([begins(2, until=1)]) == [Held(day(2), day(2), ONE)]


def test_a_morning_and_an_afternoon_of_one_day_are_told_apart():
    """A post ended in the morning does not end the registration of the afternoon."""
    assert spells([ends(2, hour=1), begins(2, hour=8)]) == [Held(day(2), None, ONE)]
    assert spells([begins(2, hour=1), ends(2, hour=8)]) == [Held(day(2), day(2), ONE)]


@st.composite
def stories(draw):
    told = []
    for number in range(draw(st.integers(0, 6))):
        on, hour = draw(st.integers(1, 20)), draw(st.integers(0, 23))
        if draw(st.booleans()):
            until = draw(st.none() | st.integers(on, 30))
            told.append(begins(on, UUID(int=100 + number), hour=hour, until=until))
        else:
            told.append(ends(on, hour=hour))
    return told


@given(stories(), st.randoms())
def test_the_order_in_which_news_arrive_changes_nothing(story, random):
    shuffled = story[:]
    random.shuffle(shuffled)

    assert spells(shuffled) == spells(story)


@given(stories())
def test_times_follow_one_another_and_only_the_last_is_open(story):
    found = spells(story)

    assert all(one.ends is not None for one in found[:-1])
    assert all(one.ends is None or one.begins <= one.ends for one in found)
    assert all(before.ends <= after.begins for before, after in itertools.pairwise(found))


def written(found):
    return {one.key: one.ends for one in found if one.ends}


@given(stories())
def test_settling_twice_is_settling_once(story):
    """What was found comes back as what stands written, and nothing changes."""
    found = spells(story)

    assert spells(story, written(found)) == found


def test_what_somebody_ended_by_hand_stays_ended():
    found = spells([begins(2)], {ONE: day(10)})
    assert found == [Held(day(2), day(10), ONE)]

    assert spells([begins(2), begins(5, TWO)], {ONE: day(10)}) == [Held(day(2), day(10), ONE)]
    assert spells([begins(2), begins(15, TWO)], {ONE: day(10)}) == [*found, Held(day(15), None, TWO)]
    assert spells([begins(2), ends(8)], {ONE: day(10)}) == [Held(day(2), day(8), ONE)]
    assert spells([begins(2, by_hand=HAND), ends(8)], {HAND: day(28)}) == [Held(day(2), day(8), None, HAND)]
