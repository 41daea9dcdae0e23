import datetime as dt

from django_tasks import task

from linli.core.calendar import now
from linli.core.tasks import periodic
from linli.ground.exchange import calling, services
from linli.ground.exchange.models import Delivery, DeliveryState


@task()
def tell(delivery_id: str, tries: int) -> None:
    """Tell one webhook of one entry. Nothing holds a transaction open while it answers.

    A try that somebody else has made meanwhile (a worker thought dead, a replay) is not made again.
    """
    waiting = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.WAITING, tries=tries)
    delivery = waiting.select_related("webhook__client__division", "entry").first()
    if delivery is None or not delivery.webhook.is_on:
        return
    status, trouble = calling.call(delivery)
    services.note_try(delivery, status=status, trouble=trouble)


@periodic("exchange.prune", at=dt.time(3, 40))
@task()
def prune() -> int:
    return services.prune(now())
