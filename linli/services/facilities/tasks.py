"""What the worker does by itself: look at the sixty days to come, and tell who can do something (R35)."""

from __future__ import annotations

import datetime as dt

from django_tasks import task

from linli.core.calendar import today
from linli.core.tasks import periodic
from linli.services.facilities import queries, rules, services
from linli.services.facilities.models import WindowlessDay


@periodic("facilities.days_without_window", at=dt.time(7, 40))
@task()
def look_ahead() -> None:
    """List the days on which no window of a county opens, and remind. Yesterday is looked at once more. Restartable."""
    for county_code in queries.counties_with_points():
        services.note_days(county_code, first=today() - rules.ONE_DAY)
    remind_of_gaps()


def remind_of_gaps() -> int:
    """Tell staff of the gaps of the next days; return how many messages were for somebody."""
    day = today()
    near = WindowlessDay.objects.filter(
        covered_at__isnull=True, day__range=(day, day + dt.timedelta(days=services.REMIND_DAYS))
    )
    return sum(services.remind(row) for row in near.select_related("county").order_by("day", "county_code"))
