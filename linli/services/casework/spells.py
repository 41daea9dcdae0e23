"""From decisions to membership: when a person belonged to a special group, as what was decided says (R41a). Pure.

Registering as unemployed begins it, a post taken up ends it, a revocation ends what the decision had begun. The
answer depends on the decisions alone, never on the order in which news of them arrived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True)
class Turn:
    """Something that put a person into a group, or ended her time in it.

    at: when it was decided, for the order; day: the day from which it counts. until: the day on which what it gave is
    over by itself (expired, revoked, her death), None while it lasts. decision_id: the case that was
    granted; tag_id: a tag that somebody gave by hand.
    """

    at: dt.datetime
    day: dt.date
    gives: bool
    until: dt.date | None = None
    decision_id: UUID | None = None
    tag_id: UUID | None = None

    @property
    def key(self) -> UUID | None:
        return self.decision_id or self.tag_id


@dataclass(frozen=True)
class Held:
    """Half open: begins <= day < ends; ends None while it lasts. Equal days: it was taken back on its first day."""

    begins: dt.date
    ends: dt.date | None
    decision_id: UUID | None = None
    tag_id: UUID | None = None

    @property
    def key(self) -> UUID | None:
        return self.decision_id or self.tag_id


def spells(turns: Iterable[Turn], written: Mapping[UUID, dt.date] | None = None) -> list[Held]:
    """Return the times of membership, one after the other.

    Who is in the group already stays in it by the earlier decision; a later one that lasts longer takes over.
    written: by decision or tag, the day on which it stands written that it ended. Where that is earlier than the
    decisions say, somebody ended it by hand, and that holds.
    """
    told = list(turns)
    while True:
        found = _told(told)
        hand = next((one for one in found if _ended_by_hand(one, written or {})), None)
        if hand is None or hand.key is None or written is None:
            return found
        told = _by_hand(told, hand, written[hand.key])


def _by_hand(turns: list[Turn], held: Held, on: dt.date) -> list[Turn]:
    """Take in what somebody wrote: the last day that a tag of hers was given with, or that a decision's time is over."""
    if held.tag_id is not None:
        return [replace(turn, until=on) if turn.tag_id == held.tag_id else turn for turn in turns]
    given = next(turn for turn in turns if turn.decision_id == held.decision_id)
    morning = dt.datetime.combine(on, dt.time.min, tzinfo=given.at.tzinfo)
    return [*turns, Turn(max(morning, given.at + dt.timedelta(microseconds=1)), max(on, given.day), gives=False)]


def _ended_by_hand(held: Held, written: Mapping[UUID, dt.date]) -> bool:
    on = written.get(held.key) if held.key else None
    return on is not None and (held.ends is None or max(on, held.begins) < held.ends)


def _told(turns: Iterable[Turn]) -> list[Held]:
    done: list[Held] = []
    held: Held | None = None
    for turn in sorted(turns, key=lambda one: (one.at, str(one.key))):
        if held is not None and held.ends is not None and held.ends <= turn.day:
            done.append(held)
            held = None
        if turn.gives and (held is None or _lasts_longer(turn.until, held.ends)):
            if held is not None:
                done.append(_ended(held, turn.day))
            ends = None if turn.until is None else max(turn.day, turn.until)
            held = Held(turn.day, ends, turn.decision_id, turn.tag_id)
        elif not turn.gives and held is not None:
            done.append(_ended(held, turn.day))
            held = None
    return [*done, held] if held is not None else done


def _lasts_longer(until: dt.date | None, ends: dt.date | None) -> bool:
    return ends is not None and (until is None or until > ends)


def _ended(held: Held, on: dt.date) -> Held:
    return replace(held, ends=max(held.begins, on))
