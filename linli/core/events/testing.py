"""For tests of subscribers: deliver as badly as can happen, and see that nobody notices (R151)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.db import connection
from django_tasks import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.events.tasks import deliver
from linli.core.tasks.testing import run_one


class Stopped(BaseException):
    """The worker was killed here."""


def run_all_with_interruptions() -> int:
    """Run every waiting task; stop each delivery once at every one of its queries, and repeat it once it is done.

    Return how many were stopped in the middle. A subscriber keeps R151 if the state afterwards is the one that
    `run_all` leaves.
    """
    stops = 0
    while row := DBTaskResult.objects.filter(status=TaskResultStatus.READY).first():
        if row.task_path != deliver.module_path:
            run_one(row)
            continue
        at_query = 1
        while _is_stopped(row, at_query):
            at_query += 1
            stops += 1
            row.refresh_from_db()
        DBTaskResult.objects.filter(pk=row.pk).update(status=TaskResultStatus.READY)  # its note of success was lost
        row.refresh_from_db()
        run_one(row)
    return stops


def _is_stopped(row: DBTaskResult, at_query: int) -> bool:
    """Run the delivery and kill it at its n-th query; tell whether it got that far."""
    seen = 0

    def kill(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal seen
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen += 1
            if seen == at_query:
                raise Stopped
        return execute(sql, params, many, context)

    arguments = row.args_kwargs["args"]
    context: Any = TaskContext(task_result=cast("Any", row.task_result))
    try:
        with connection.execute_wrapper(kill):
            deliver.call(context, *arguments)
    except Stopped:
        return True
    return False
