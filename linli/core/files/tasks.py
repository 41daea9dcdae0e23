import datetime as dt

from django_tasks import task

from linli.core.files.services import scan_what_waits
from linli.core.tasks.schedule import periodic


@periodic("files.scan_what_waits", every=dt.timedelta(minutes=5))
@task()
def scan_waiting_files() -> int:
    """Have the virus scanner look at what came while it was away."""
    return scan_what_waits()
