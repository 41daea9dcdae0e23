import datetime as dt

from django_tasks import task

from linli.core.audit.seals import seal_days
from linli.core.tasks.schedule import periodic


@periodic("audit.seal_days", at=dt.time(0, 20))
@task()
def seal_audit_days() -> int:
    """Sign the end of every ended day of every chain."""
    return seal_days()
