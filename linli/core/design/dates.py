"""Days and moments as people say them, in Chinese and English; times are China's."""

from __future__ import annotations

import datetime as dt

from django.utils import dateformat, timezone
from django.utils.translation import pgettext

Moment = dt.date | dt.datetime


def _local(value: Moment) -> Moment:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def said(value: Moment, how: str = "day") -> str:
    """Return the words for a day or moment.

    how: "day" 12 月 4 日（星期五）; "bare" 12 月 4 日 星期五; "short" 12-04; "date" 12 月 4 日;
    "long" 2026 年 12 月 4 日; "moment" 12 月 4 日 15:20; "full" 2026 年 12 月 4 日 15:20;
    "time" 15:20. Raises KeyError for another word.
    """
    pattern = {
        "day": pgettext("date pattern", "n 月 j 日（l）"),
        "bare": pgettext("date pattern", "n 月 j 日 l"),
        "short": "m-d",
        "date": pgettext("date pattern", "n 月 j 日"),
        "long": pgettext("date pattern", "Y 年 n 月 j 日"),
        "moment": pgettext("date pattern", "n 月 j 日 G:i"),
        "full": pgettext("date pattern", "Y 年 n 月 j 日 G:i"),
        "time": "G:i",
    }[how]
    return dateformat.format(_local(value), pattern)


def machine(value: Moment) -> str:
    """Return the value for <time datetime="…">."""
    local = _local(value)
    return local.isoformat(timespec="minutes") if isinstance(local, dt.datetime) else local.isoformat()
