"""Time: the one clock, and the working-day calendar with make-up days."""

from linli.core.calendar.clock import at, now, today

__all__ = ["at", "now", "today"]
