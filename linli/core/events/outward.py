"""What of the house's news goes outside: declared by the room whose news it is, with the few fields that leave it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linli.core.access import Permission
from linli.core.events.bus import Event, event_name, hear_all

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import _StrPromise

PLACE = ("county_code", "community_id", "accepted_community_id", "department", "step_department")
"""Fields of an event that say whose it is; they decide who hears of it."""


@dataclass(frozen=True)
class Outward:
    """One kind of news as programs outside know it. fields: ids and states only, never a person's data.

    permission: whoever holds it at the event's place may hear of it; None where everybody may.
    """

    type: str
    label: str | _StrPromise
    permission: Permission | None
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """One piece of news on its way out."""

    type: str
    data: dict[str, Any]
    county_code: str
    community_id: UUID | None
    accepted_community_id: UUID | None
    department: str
    step_department: str


_outward: dict[str, Outward] = {}


def tell_outside(
    kind: type[Event], type_: str, label: str | _StrPromise, permission: Permission | None, *fields: str
) -> None:
    """Declare that programs may hear of an event, under which name, with which of its fields."""
    _outward[event_name(kind)] = Outward(type_, label, permission, fields)


def outward_types() -> list[Outward]:
    """Return every kind of news that goes outside, by name."""
    return sorted(_outward.values(), key=lambda one: one.type)


def hear_outward(function: Callable[[Told], None]) -> None:
    """Register who carries news outside: called with each, in a transaction of its own, until it has gone through once."""

    def carry(event: Event) -> None:
        if not getattr(event, "is_sensitive", False):
            function(_told(event))

    carry.__module__, carry.__qualname__ = function.__module__, function.__qualname__
    hear_all(lambda name: name in _outward, carry)


def _told(event: Event) -> Told:
    from linli.core.events.plain import to_plain

    one, plain = _outward[event_name(type(event))], to_plain(event)
    return Told(
        type=one.type,
        data={name: plain[name] for name in one.fields},
        county_code=getattr(event, "county_code", "") or "",
        community_id=getattr(event, "community_id", None),
        accepted_community_id=getattr(event, "accepted_community_id", None),
        department=getattr(event, "department", "") or "",
        step_department=getattr(event, "step_department", "") or "",
    )
