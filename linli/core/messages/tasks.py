import datetime as dt
from uuid import UUID

from django_tasks import TaskContext, task

from linli.core.messages import services
from linli.core.tasks import MAX_ATTEMPTS, periodic


@task(takes_context=True)
def send_sms(context: TaskContext, county_code: str, message_id: str) -> None:
    """Hand one text message to the network; a failure is tried again, each time later."""
    services.hand_over(county_code, UUID(message_id), is_last_try=context.attempt >= MAX_ATTEMPTS)


@periodic("messages.settle", every=dt.timedelta(hours=1))
@task()
def settle() -> int:
    return services.settle()
