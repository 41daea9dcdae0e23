"""What keeps tasks going: heartbeats, the sweep after dead workers and failures, the schedule, and the broom."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max

from linli.core.rows import insert
from linli.core.tasks.models import Schedule, WorkerSeen
from linli.core.tasks.rules import MAX_ATTEMPTS, GiveUp, WorkerDied, next_run, wait_after
from linli.core.tasks.schedule import Periodic, schedule

logger = logging.getLogger(__name__)

KEEP_SUCCESSFUL = dt.timedelta(days=2)
KEEP_FAILED = dt.timedelta(days=30)
TRY_AGAIN_WITHIN = dt.timedelta(days=1)

_waiting_for_a_person: set[str] = set()
"""Paths of tasks whose failures are shown at a desk and are kept until somebody has dealt with them."""


def keep_failures_of(task_path: str) -> None:
    """Never prune this task's failures: somebody has to deal with each of them."""
    _waiting_for_a_person.add(task_path)


def enqueue_each(task: Task[..., Any], calls: Sequence[tuple[Any, ...]]) -> None:
    """Put a task into the queue once for each tuple of arguments, which are plain values, by one statement."""
    insert(
        [
            DBTaskResult(
                id=uuid4(), status=TaskResultStatus.READY, args_kwargs={"args": list(arguments), "kwargs": {}},
                priority=task.priority, task_path=task.module_path, queue_name=task.queue_name,
                run_after=task.run_after or get_date_max(), backend_name=task.backend,
            )
            for arguments in calls
        ]
    )  # fmt: skip


def dead_after() -> dt.timedelta:
    """Return how long a worker may be silent before its task is given to another one.

    Longer than any outage of the database that is to be lived through, or a task runs twice at once.
    """
    return dt.timedelta(seconds=settings.WORKER_DEAD_AFTER_SECONDS)


def beat(worker_id: str, moment: dt.datetime) -> None:
    """Note that a worker is alive."""
    if not WorkerSeen.objects.filter(worker_id=worker_id).update(seen_at=moment):
        WorkerSeen.objects.get_or_create(worker_id=worker_id, defaults={"seen_at": moment})


def leave(worker_id: str) -> None:
    """Note that a worker has gone in good order."""
    WorkerSeen.objects.filter(worker_id=worker_id).delete()


def sweep(moment: dt.datetime) -> int:
    """Make ready again the tasks of workers that died, and those that failed; return how many.

    Each attempt waits longer. A task that has been tried MAX_ATTEMPTS times, or has given up, stays failed.
    """
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED,
        finished_at__gt=moment - TRY_AGAIN_WITHIN,
        **{f"worker_ids__{MAX_ATTEMPTS - 1}__isnull": True},
    ).exclude(exception_class_path__in=GiveUp.paths)
    if not (running.exists() or failed.exists()):
        return 0  # no write lock for nothing

    alive = set(WorkerSeen.objects.filter(seen_at__gt=moment - dead_after()).values_list("worker_id", flat=True))
    again = 0
    with transaction.atomic():
        for row in running.select_for_update(skip_locked=True):
            if row.worker_ids and row.worker_ids[-1] in alive:
                continue
            if len(row.worker_ids) >= MAX_ATTEMPTS:
                row.set_failed(WorkerDied(f"{len(row.worker_ids)} workers died with this task"))
                logger.error("tasks.worker_died", extra={"task": str(row.pk), "path": row.task_path})
                continue
            logger.warning("tasks.taken_from_dead_worker", extra={"task": str(row.pk), "path": row.task_path})
            _make_ready(row, run_after=moment + wait_after(len(row.worker_ids)))
            again += 1
        for row in failed.select_for_update(skip_locked=True):
            _make_ready(row, run_after=(row.finished_at or moment) + wait_after(len(row.worker_ids)))
            again += 1
    return again


def run_afresh(task_id: UUID, moment: dt.datetime) -> bool:
    """Give a failed task all its attempts again, the first one now; tell whether it still was failed."""
    failed = DBTaskResult.objects.filter(pk=task_id, status=TaskResultStatus.FAILED)
    return bool(
        failed.update(
            status=TaskResultStatus.READY,
            run_after=moment,
            worker_ids=[],
            started_at=None,
            finished_at=None,
            exception_class_path="",
            traceback="",
        )
    )


def tick(moment: dt.datetime) -> list[str]:
    """Enqueue the periodic tasks whose time has come; return their names.

    Of any number of workers one wins: moving the time on and enqueuing are one transaction.
    """
    known = dict(Schedule.objects.values_list("name", "next_run"))
    return [entry.name for entry in schedule() if _enqueue_if_due(entry, known.get(entry.name), moment)]


def prune(moment: dt.datetime) -> int:
    """Delete what is done and of no more use; return the number of task rows deleted."""
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=moment - KEEP_SUCCESSFUL)
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, finished_at__lt=moment - KEEP_FAILED).exclude(
        task_path__in=_waiting_for_a_person
    )
    WorkerSeen.objects.filter(seen_at__lt=moment - dt.timedelta(days=1)).delete()
    deleted = 0
    for rows in (done, lost):
        while ids := list(rows.order_by().values_list("pk", flat=True)[:1000]):
            DBTaskResult.objects.filter(pk__in=ids).delete()
            deleted += len(ids)
    return deleted


def _make_ready(row: DBTaskResult, *, run_after: dt.datetime) -> None:
    row.status = TaskResultStatus.READY
    row.run_after = run_after
    row.started_at = row.finished_at = None
    row.save(update_fields=["status", "run_after", "started_at", "finished_at"])


def _enqueue_if_due(entry: Periodic, seen: dt.datetime | None, moment: dt.datetime) -> bool:
    if seen is not None and seen > moment:
        return False
    later = next_run(moment, every=entry.every, at=entry.at)
    with transaction.atomic():
        if seen is None:
            if not _first_seen(entry.name, later):
                return False
            if entry.at is not None:
                return False  # its first time is still to come
        elif not Schedule.objects.filter(name=entry.name, next_run=seen).update(next_run=later):
            return False
        entry.task.enqueue()
    return True


def _first_seen(name: str, next_run: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            Schedule.objects.create(name=name, next_run=next_run)
    except IntegrityError:
        return False
    return True
