"""How the program tells what it does: called from where it happens, silent where metrics are off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django_tasks.signals import task_finished


def tell_event(name: str, what: str = "") -> None:
    """Count a domain event when its transaction has committed. what: which of its kinds, a word of the program."""
    if not settings.METRICS_BIND:
        return
    from linli.core.watch.counting import EVENTS

    transaction.on_commit(EVENTS.labels(name, what).inc, robust=True)


def listen_to_tasks() -> None:
    """Count the background tasks that end in this process."""
    task_finished.connect(_tell_task, dispatch_uid="linli.core.watch")


def _tell_task(sender: Any, task_result: Any, **_more: Any) -> None:
    from linli.core.watch.counting import TASK_SECONDS, TASKS

    name = task_result.task.module_path.removeprefix("linli.")
    TASKS.labels(name, str(task_result.status).lower()).inc()
    if task_result.started_at and task_result.finished_at:
        TASK_SECONDS.labels(name).observe((task_result.finished_at - task_result.started_at).total_seconds())
