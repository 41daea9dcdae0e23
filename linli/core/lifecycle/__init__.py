"""States and the ways between them: one table in a room, carried from here."""

from linli.core.lifecycle.table import Choice, Clock, Lifecycle, NotPossibleNow, Way

__all__ = ["Choice", "Clock", "Lifecycle", "NotPossibleNow", "Way"]
