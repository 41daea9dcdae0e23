import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.core.events import Event


@dataclass(frozen=True)
class ItemPublished(Event):
    """A version counts from a day on; the version before it, if there was one, ends that day."""

    item_code: str
    version_id: UUID
    number: int
    valid_from: dt.date


@dataclass(frozen=True)
class ItemRetired(Event):
    """From that day on the item can no longer be applied for; what runs goes on."""

    item_code: str
    version_id: UUID
    valid_to: dt.date
