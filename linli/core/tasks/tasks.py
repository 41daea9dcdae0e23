import datetime as dt

from django_tasks import task

from linli.core.calendar import now
from linli.core.tasks import services
from linli.core.tasks.schedule import periodic


@periodic("tasks.prune", at=dt.time(3, 10))
@task()
def prune() -> int:
    return services.prune(now())
