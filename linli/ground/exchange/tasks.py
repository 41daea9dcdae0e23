# untranslated: the source is told to operators

import datetime as dt

from django_tasks import task

from linli.core.keeping.retention import forgets
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


@forgets("exchange.feed", "给外部程序的消息，连同推送记录", days=90, at_least=90, source="接口文档：九十天内可以补读")
def prune(before: dt.datetime) -> int:
    return services.prune(before)
