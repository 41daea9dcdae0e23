"""What somebody must look at: opened once while it lasts, ended by itself when it is over."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.ground.territory.models import Division
from linli.services.casework.models import Case, WorkItem


def open_work_item(kind: str, about: str, *, what: str, community: Division, case: Case | None = None) -> WorkItem:
    """Open a work item about something, or return the one that is open; what was closed and came back is a new one."""
    earlier = WorkItem.everywhere.filter(once_key__startswith=f"{kind}.{about}#")
    if waiting := earlier.filter(closed_at__isnull=True).first():
        return waiting
    key = f"{kind}.{about}#{earlier.count()}"
    try:
        with transaction.atomic():
            return WorkItem.everywhere.create(
                county_code=community.county_code, community=community, case=case, kind=kind, what=what[:200],
                opened_at=now(), once_key=key,
            )  # fmt: skip
    except IntegrityError:  # somebody opens it at this very moment
        return WorkItem.everywhere.get(once_key=key)


@transaction.atomic
def end_work_items(kind: str, about: str, *, outcome: str, by: Actor) -> int:
    """End the work item about something that is over by itself; return how many were open."""
    rows = list(WorkItem.everywhere.filter(once_key__startswith=f"{kind}.{about}#", closed_at__isnull=True))
    for row in rows:
        WorkItem.everywhere.filter(pk=row.pk, county_code=row.county_code, closed_at__isnull=True).update(
            outcome=outcome[:300], closed_at=now()
        )
        audit.record(by, "casework.work_item_closed", row)
    return len(rows)
