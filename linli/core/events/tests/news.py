"""Events and subscribers for the tests. They write into the audit log, the one table that this floor has for it."""

from dataclasses import dataclass
from uuid import UUID

from linli.core import audit
from linli.core.access import system_actor
from linli.core.events import Event, subscribe
from linli.core.tasks.tests import sample_tasks

SULKING: set[str] = set()
"""Names of the subscribers that fail for now."""


@dataclass(frozen=True)
class KiteFlown(Event):
    kite_id: UUID
    height: int


@subscribe(KiteFlown)
def count(event: KiteFlown) -> None:
    if "count" in SULKING:
        raise ValueError("李四 does not feel like counting")
    audit.record(system_actor("test"), "kites.counted", height=event.height)
    audit.record(system_actor("test"), "kites.measured", height=event.height)


@subscribe(KiteFlown)
def tell(event: KiteFlown) -> None:
    audit.record(system_actor("test"), "kites.told", kite=str(event.kite_id))
    sample_tasks.leave_note.enqueue("/dev/null", "told")
