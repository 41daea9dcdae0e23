"""Domain events: what has happened, told after commit, at least once, to subscribers that bear repetition."""

from linli.core.events.bus import Event, NoTransaction, publish, subscribe, subscribers_of
from linli.core.events.outward import Told, hear_outward, outward_types, tell_outside

__all__ = [
    "Event", "NoTransaction", "Told", "hear_outward", "outward_types", "publish", "subscribe", "subscribers_of",
    "tell_outside",
]  # fmt: skip
