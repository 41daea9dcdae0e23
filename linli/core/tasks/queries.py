"""Whether tasks are being worked at: the workers that are seen, and what waits for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.tasks.models import WorkerSeen
from linli.core.tasks.rules import MAX_ATTEMPTS, GiveUp
from linli.core.tasks.services import TRY_AGAIN_WITHIN, dead_after


@dataclass(frozen=True)
class Worker:
    """A worker by its last heartbeat. Silent for longer than it may be, it counts as dead."""

    id: str
    seen_at: dt.datetime
    is_alive: bool


@dataclass(frozen=True)
class Waiting:
    """Tasks that could run now, and since when the longest of them could."""

    count: int
    since: dt.datetime | None


def workers(moment: dt.datetime) -> list[Worker]:
    """Return the workers seen within a day, the last seen first; those that left in good order are gone."""
    alive_since = moment - dead_after()
    rows = WorkerSeen.objects.order_by("-seen_at", "worker_id")[:20]
    return [Worker(row.worker_id, row.seen_at, row.seen_at > alive_since) for row in rows]


def given_up(moment: dt.datetime) -> dict[str, int]:
    """Count the tasks that failed and are not tried again, by path: those tried often enough, hopeless, or too old."""
    last = f"worker_ids__{MAX_ATTEMPTS - 1}__isnull"
    hopeless = Q(exception_class_path__in=GiveUp.paths) | Q(finished_at__lte=moment - TRY_AGAIN_WITHIN)
    rows = DBTaskResult.objects.filter(Q(**{last: False}) | hopeless, status=TaskResultStatus.FAILED)
    return dict(rows.order_by().values_list("task_path").annotate(Count("pk")))


def waiting(moment: dt.datetime) -> Waiting:
    """Return how many tasks are ready and due at a moment."""
    due = DBTaskResult.objects.filter(Q(run_after__isnull=True) | Q(run_after__lte=moment))
    found = due.filter(status=TaskResultStatus.READY).aggregate(n=Count("pk"), since=Min("enqueued_at"))
    return Waiting(found["n"], found["since"])


def failed_for_good(moment: dt.datetime) -> list[tuple[str, int]]:
    """Return the tasks that are not tried again by themselves, counted by path."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).filter(
        Q(exception_class_path__in=GiveUp.paths)
        | Q(finished_at__lte=moment - TRY_AGAIN_WITHIN)
        | Q(**{f"worker_ids__{MAX_ATTEMPTS - 1}__isnull": False})
    )
    return list(rows.order_by("task_path").values_list("task_path").annotate(n=Count("pk")))
