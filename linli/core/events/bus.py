"""Publishing and subscribing.

An event is a frozen dataclass of ids and plain values. `publish` writes one background task a subscriber in the
caller's transaction: rolled back with it, and delivered by the worker after commit.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

_events: dict[str, type[Event]] = {}
_subscribers: dict[str, dict[str, Callable[[Any], None]]] = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """Base of all events. Subclasses are `@dataclass(frozen=True)`, named in the past tense, and register themselves."""

    def __init_subclass__(cls) -> None:
        _events[event_name(cls)] = cls


E = TypeVar("E", bound=Event)


def event_name(kind: type[Event]) -> str:
    """Return the event's name: room and class, "casework.CaseAccepted"."""
    return f"{kind.__module__.split('.')[-2]}.{kind.__name__}"


def subscribe(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that is called with each such event, at least once, in a transaction of its own."""

    def decorate(function: Callable[[E], None]) -> Callable[[E], None]:
        _subscribers.setdefault(event_name(kind), {})[f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return decorate


def subscribers_of(kind: type[Event]) -> dict[str, Callable[[Any], None]]:
    return _subscribers.get(event_name(kind), {})


def publish(event: Event) -> None:
    """Store the event for each of its subscribers; they hear it after the transaction has committed."""
    from linli.core.events.tasks import deliver

    for subscriber in subscribers_of(type(event)):
        deliver.enqueue(event_name(type(event)), _plain(event), subscriber)


def hand_over(name: str, payload: dict[str, Any], subscriber: str) -> None:
    """Give a stored event to its subscriber. Raises KeyError when either is no longer known."""
    event = _typed(_events[name], payload)
    _subscribers[name][subscriber](event)


def _plain(event: Event) -> dict[str, Any]:
    def simple(value: Any) -> Any:
        if isinstance(value, UUID):
            return str(value)
        if isinstance(value, dt.datetime | dt.date):
            return value.isoformat()
        return value

    return {f.name: simple(getattr(event, f.name)) for f in dataclasses.fields(event)}


def _typed(kind: type[Event], payload: dict[str, Any]) -> Event:
    def restore(declared: str, value: Any) -> Any:
        if value is None:
            return None
        if "UUID" in declared:
            return UUID(value)
        if "datetime" in declared:
            return dt.datetime.fromisoformat(value)
        if "date" in declared:
            return dt.date.fromisoformat(value)
        return value

    return kind(
        **{f.name: restore(str(f.type), payload[f.name]) for f in dataclasses.fields(kind) if f.name in payload}
    )
