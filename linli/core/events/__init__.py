"""Domain events: what has happened, told after commit, at least once, to subscribers that bear repetition."""

from linli.core.events.bus import Event, NoTransaction, publish, subscribe, subscribers_of

__all__ = ["Event", "NoTransaction", "publish", "subscribe", "subscribers_of"]
