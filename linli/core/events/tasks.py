from typing import Any

from django.db import transaction
from django_tasks import TaskContext, task
from django_tasks_db.models import DBTaskResult

from linli.core.events.bus import hand_over
from linli.core.tasks.services import keep_failures_of

DELIVERED = "delivered"


@task(takes_context=True)
def deliver(context: TaskContext, event: str, payload: dict[str, Any], subscriber: str) -> str:
    """Deliver one event to one subscriber, in a transaction of its own.

    The same transaction marks the delivery as done. So a worker that dies between the subscriber's commit and its own
    note of success, or is thought dead and is not, does not make the subscriber write twice.
    """
    with transaction.atomic():
        this = DBTaskResult.objects.filter(pk=context.task_result.id, return_value__isnull=True)
        if this.update(return_value=DELIVERED):
            hand_over(event, payload, subscriber)
    return DELIVERED


keep_failures_of(deliver.module_path)
