"""When an item has to be looked through again (R25a: every twelve months)."""

from __future__ import annotations

import datetime as dt

REVIEW_MONTHS = 12


def review_due_on(looked_through_on: dt.date, months: int = REVIEW_MONTHS) -> dt.date:
    """Return the day on which the next review is due: the same day of the month, or the month's last one."""
    months_on = looked_through_on.month - 1 + months
    year, month = looked_through_on.year + months_on // 12, months_on % 12 + 1
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1)
    last = first_of_next - dt.timedelta(days=1)
    return last.replace(day=min(looked_through_on.day, last.day))


def is_due_for_review(looked_through_on: dt.date | None, on: dt.date) -> bool:
    """Tell whether an item last looked through that day is due; one never looked through is."""
    return looked_through_on is None or on >= review_due_on(looked_through_on)
