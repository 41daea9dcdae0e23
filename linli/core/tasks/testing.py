"""For tests and the demonstration: the worker's work done here and now."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.calendar import now

BATCH = 200


def run_all(*, at_most: int = 1_000_000) -> int:
    """Run here every task that waits, whenever it was to run, and those that they enqueue; return how many.

    What a task raises rises, and the task stands FAILED as it would after the worker. Nothing else may run tasks.
    """
    done = 0
    while rows := waiting_tasks():
        for row in rows:
            run_one(row)
            done += 1
            if done > at_most:
                raise RuntimeError(f"more than {at_most} tasks: does one enqueue itself for ever?")
    return done


def waiting_tasks() -> list[DBTaskResult]:
    """Return the next tasks that wait, some hundreds at most."""
    return list(DBTaskResult.objects.filter(status=TaskResultStatus.READY)[:BATCH])


def run_one(row: DBTaskResult) -> None:
    """Run one task here, as the worker would."""
    row.worker_ids = [*row.worker_ids, "in-process"]
    arguments = row.args_kwargs
    try:
        task = row.task
        context = [TaskContext(task_result=cast("Any", row.task_result))] if task.takes_context else []
        value = task.call(*context, *arguments["args"], **arguments["kwargs"])
    except BaseException as error:
        if not transaction.get_connection().needs_rollback:
            row.save(update_fields=["worker_ids"])
            row.set_failed(error)
        raise
    row.status, row.finished_at, row.return_value = TaskResultStatus.SUCCESSFUL, now(), value
    row.save(update_fields=["status", "finished_at", "return_value", "worker_ids"])
