"""Counting what is done in a span of time, for all processes together: one statement, or the cache where there is Redis."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from linli.core.calendar import now


def count_one(key: str, *, seconds: int) -> int:
    """Count one more under a key that names its span of time; return how many that makes. It is forgotten after seconds."""
    if settings.REDIS_URL:
        cache.add(key, 0, seconds)
        try:
            return int(cache.incr(key))
        except ValueError:  # forgotten by the cache between the two lines: this is the first one it knows of
            return 1
    from linli.core.http.models import Tally  # the package is imported before the app is ready

    table = Tally._meta.db_table
    ends_at = Tally._meta.get_field("ends_at").get_db_prep_save(now() + dt.timedelta(seconds=seconds), connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, count, ends_at) VALUES (%s, 1, %s) "  # noqa: S608 (a name of ours)
            f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [key, ends_at],
        )
        return int(cursor.fetchone()[0])
