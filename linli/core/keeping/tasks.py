import datetime as dt

from django_tasks import task

from linli.core.keeping import retention
from linli.core.tasks import periodic


@periodic("keeping.retention", at=dt.time(3, 20))
@task()
def tidy() -> dict[str, int]:
    """Delete what is past its term."""
    return retention.tidy()
