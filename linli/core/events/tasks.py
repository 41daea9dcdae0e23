from typing import Any

from django.db import transaction
from django_tasks import task

from linli.core.events.bus import hand_over


@task()
def deliver(event: str, payload: dict[str, Any], subscriber: str) -> None:
    """Deliver one event to one subscriber, in a transaction of its own."""
    with transaction.atomic():
        hand_over(event, payload, subscriber)
