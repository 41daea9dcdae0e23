"""Comparing time limits, also where one counts working days and the other days of the calendar."""

from __future__ import annotations

from linli.services.catalogue.content import Limit


def longest_in_calendar_days(working_days: int) -> int:
    """Return how many days of the calendar a number of working days takes at most in ordinary weeks.

    Counted from the day of the event, which is not counted itself (民法典第二百零一条): begun on a Friday, every five
    working days meet one more weekend. Public holidays are not foreseen here: the legal clock of the case knows them.
    """
    return working_days + 2 * -(-working_days // 5)


def shortest_in_calendar_days(working_days: int) -> int:
    """Return how many days of the calendar a number of working days takes at least: begun on a Monday."""
    return working_days + 2 * (working_days // 5)


def is_longer(promised: Limit, legal: Limit) -> bool:
    """Tell whether a promise could end later than the law allows; never where the law names no limit."""
    if legal.days is None or promised.days is None:
        return False
    if promised.unit == legal.unit:
        return promised.days > legal.days
    if promised.unit == "working_days":
        return longest_in_calendar_days(promised.days) > legal.days
    return promised.days > shortest_in_calendar_days(legal.days)


def fits_in(working_days: int, promised: Limit) -> bool:
    """Tell whether the steps' working days fit into the promise; in calendar days, as they fit best.

    A step is due at the latest when the whole promise is, so that an awkward weekend makes no step late.
    """
    if promised.days is None:
        return True
    needed = working_days if promised.unit == "working_days" else shortest_in_calendar_days(working_days)
    return needed <= promised.days
