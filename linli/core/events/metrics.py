"""What is to be seen of the deliveries between rooms."""

from linli.core.events import queries
from linli.core.watch import gauge


@gauge("linli_events_undelivered", "Deliveries between rooms that gave up and wait at the desk for a person.")
def undelivered() -> float:
    return queries.given_up().count()
