"""Publishing and subscribing.

An event is a frozen dataclass of ids and plain values. `publish` writes one background task a subscriber in the
caller's transaction: rolled back with it, and delivered by the worker after commit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.events.plain import from_plain, to_plain
from linli.core.tasks import GiveUp
from linli.core.watch import tell_event

_events: dict[str, type[Event]] = {}
_subscribers: dict[str, dict[str, Callable[[Any], None]]] = {}
_hearing_all: dict[str, tuple[Callable[[str], bool], Callable[[Any], None]]] = {}


class NoTransaction(RuntimeError):  # noqa: N818 (says what is missing)
    """An event was published outside the transaction of what it tells about."""


class UnknownName(GiveUp):
    """A stored event or its subscriber is not known to this version: it goes to the desk at once, with a sentence."""


@dataclasses.dataclass(frozen=True)
class Event:
    """Base of all events. Subclasses are `@dataclass(frozen=True)`, named in the past tense, and register themselves.

    Fields are ids, words, numbers, days and moments (and tuples of them); never names, numbers or texts of people,
    since deliveries are stored in clear. A field added later has a default, so that older ones still arrive.
    counted_by: a field with few values, all of them the program's own words, by which the metrics tell such events apart.
    """

    counted_by: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        name = event_name(cls)
        known = _events.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"{name} is the name of two events, in {known.__module__} and {cls.__module__}")
        _events[name] = cls


E = TypeVar("E", bound=Event)


def event_name(kind: type[Event]) -> str:
    """Return the event's name: room and class, "casework.CaseAccepted"."""
    parts = kind.__module__.split(".")
    room = parts[2] if parts[0] == "linli" and len(parts) > 3 else parts[max(len(parts) - 2, 0)]
    return f"{room}.{kind.__name__}"


def subscribe(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that is called with each such event, in a transaction of its own.

    It is called until it has gone through once; what it wrote in the database is written once. What leaves the house
    (a message, a call to a gateway) it hands to a task.
    """

    def decorate(function: Callable[[E], None]) -> Callable[[E], None]:
        _subscribers.setdefault(event_name(kind), {})[f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return decorate


def unsubscribe(kind: type[E], function: Callable[[E], None]) -> None:
    """Take a subscriber away again: for tests that listen for a while."""
    del _subscribers[event_name(kind)][f"{function.__module__}.{function.__qualname__}"]


def hear_all(wanted: Callable[[str], bool], function: Callable[[Any], None]) -> None:
    """Register a function that is called with every event whose name is wanted: for what carries news onward."""
    _hearing_all[f"{function.__module__}.{function.__qualname__}"] = (wanted, function)


def subscribers_of(kind: type[Event]) -> dict[str, Callable[[Any], None]]:
    return _subscribers_named(event_name(kind))


def _subscribers_named(name: str) -> dict[str, Callable[[Any], None]]:
    more = {path: function for path, (wanted, function) in _hearing_all.items() if wanted(name)}
    return {**_subscribers.get(name, {}), **more}


def publish(event: Event) -> None:
    """Store the event for each of its subscribers; they hear it after the transaction has committed.

    Raises NoTransaction outside of one; TypeError for a field that is no plain value.
    """
    from linli.core.events.tasks import deliver  # the tasks import this module
    from linli.core.tasks.services import enqueue_each  # its models want the app to be ready

    kind = type(event)
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction(f"publish {event_name(kind)} inside the transaction of what it tells about")
    payload = to_plain(event)
    tell_event(event_name(kind), str(getattr(event, kind.counted_by)) if kind.counted_by else "")
    enqueue_each(deliver, [(event_name(kind), payload, subscriber) for subscriber in subscribers_of(kind)])


def hand_over(name: str, payload: dict[str, Any], subscriber: str) -> None:
    """Give a stored event to its subscriber. Raises UnknownName when this version does not know one of them."""
    kind, function = _events.get(name), _subscribers_named(name).get(subscriber)
    if kind is None:
        raise UnknownName(
            _("这个版本没有“%(event)s”这种事件：升级时改了名或者去掉了。请装回认识它的版本，再重新投递。")
            % {"event": name}
        )
    if function is None:
        raise UnknownName(
            _(
                "这个版本里没有“%(subscriber)s”来接收“%(event)s”：升级时改了名或者去掉了。请装回认识它的版本，再重新投递。"
            )
            % {"subscriber": subscriber, "event": name}
        )
    try:
        event = from_plain(kind, payload)
    except (TypeError, ValueError, KeyError) as error:
        raise UnknownName(
            _("“%(event)s”是另一个版本存下的，它的内容（%(fields)s）这个版本读不懂。请装回认识它的版本，再重新投递。")
            % {"event": name, "fields": "、".join(sorted(payload))}
        ) from error
    function(event)
