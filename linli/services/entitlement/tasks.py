"""What the worker does by itself: look for people every night, where a batch can run."""

from __future__ import annotations

import datetime as dt
import logging

from django_tasks import task

from linli.core.access import system_actor
from linli.core.conditions.city import EngineMissing
from linli.core.tasks import periodic
from linli.services.entitlement import notices, services  # noqa: F401 (notices registers the words)

logger = logging.getLogger(__name__)


@periodic("entitlement.run", at=dt.time(3, 20))
@task()
def run() -> None:
    """Look for those who are entitled; where the packages for batches are missing, say so once a night."""
    try:
        services.run(by=system_actor("looking for those who are entitled"))
    except EngineMissing as missing:
        logger.warning("entitlement: %s", missing)
