"""Counting tries in the database, so that all processes count together and none slips through in between.

A try is taken before it is judged: of a hundred at the same moment, `limit` go through.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F

from linli.core.calendar import now
from linli.core.crypto import blind
from linli.ground.accounts.models import Throttle


def take(purpose: str, who: str, *, limit: int, pause: dt.timedelta) -> dt.datetime | None:
    """Take one try; return None when it may go ahead, else the moment from which tries are given again.

    The count starts anew when `pause` has passed since the last try that was let through.
    """
    key, moment = _key(purpose, who), now()
    row = Throttle.objects.filter(key=key)
    for _attempt in range(2):
        if row.filter(until__lte=moment).update(count=1, until=moment + pause):
            return None
        if row.filter(count__lt=limit).update(count=F("count") + 1, until=moment + pause):
            return None
        if (until := row.values_list("until", flat=True).first()) is not None:
            return until
        try:
            with transaction.atomic():
                Throttle.objects.create(key=key, count=1, until=moment + pause)
        except IntegrityError:
            continue  # somebody else began counting at the same moment: count with her
        return None
    return moment + pause


def give_back(purpose: str, who: str) -> None:
    """Return a try that turned out well."""
    Throttle.objects.filter(key=_key(purpose, who), count__gt=0).update(count=F("count") - 1)


def forget(purpose: str, who: str) -> None:
    """Count from nothing again."""
    Throttle.objects.filter(key=_key(purpose, who)).delete()


def sweep(before: dt.datetime) -> int:
    """Delete what no longer counted at a moment; return how many. For the worker's night."""
    return Throttle.objects.filter(until__lt=before).delete()[0]


def _key(purpose: str, who: str) -> str:
    return blind(who or "-", purpose=f"throttle.{purpose}")
