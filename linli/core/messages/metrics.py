"""What is to be seen of messages out."""

import datetime as dt

from linli.core.calendar import now
from linli.core.messages import queries
from linli.core.messages.models import Failure
from linli.core.watch import gauge


@gauge("linli_messages_not_arrived", "Text messages of the last 24 hours that did not arrive, by cause.", label="cause")
def not_arrived() -> dict[str, float]:
    found = queries.not_arrived(now() - dt.timedelta(days=1))
    return {cause: found.get(cause, 0) for cause in Failure.values}
