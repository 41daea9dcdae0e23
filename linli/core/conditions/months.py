"""Whole months backwards."""

from __future__ import annotations

import calendar
import datetime as dt


def latest_start(day: dt.date, months: int) -> dt.date:
    """Return the latest day from which so many months have passed on a day.

    A month ends on the day of the same number, where there is none on the last of the month (民法典第二百零二条): from
    31 August six months end on the last of February, so on that day all starts up to 31 August count.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return dt.date(year, month + 1, last if is_last else min(day.day, last))
