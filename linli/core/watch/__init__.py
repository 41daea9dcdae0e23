"""Whether the house runs, for machines that watch it: alive, ready, measured, traced.

Rooms say in their `metrics.py` what is to be seen of them (`gauge`); requests, queries, tasks and events are counted here.
Nothing that is measured names a person, a case or a number of anybody's: labels are names of views, tasks and events.
"""

from linli.core.watch.gauges import gauge
from linli.core.watch.telling import tell_event

__all__ = ["gauge", "tell_event"]
