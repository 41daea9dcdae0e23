"""What is to be seen of the webhooks."""

from linli.core.watch import gauge
from linli.ground.exchange import queries


@gauge("linli_webhook_deliveries", "Deliveries to webhooks that are kept, by state.", label="state")
def deliveries() -> dict[str, float]:
    return dict(queries.deliveries_by_state())
