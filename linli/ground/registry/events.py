import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.core.events.bus import Event


@dataclass(frozen=True)
class PersonRegistered(Event):
    person_id: UUID
    county_code: str
    community_id: UUID


@dataclass(frozen=True)
class PersonMoved(Event):
    """She lives elsewhere now. Across counties new_person_id is another row's id, and the old row has ended."""

    person_id: UUID
    new_person_id: UUID
    county_code: str
    community_id: UUID


@dataclass(frozen=True)
class PersonDied(Event):
    person_id: UUID
    county_code: str
    died_on: dt.date
