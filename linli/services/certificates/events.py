"""What has happened to certificates."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from linli.core.events import Event


@dataclass(frozen=True)
class CertificateIssued(Event):
    certificate_id: UUID
    county_code: str
    community_id: UUID
    number: str
    item_code: str
    case_number: str
    department: str
    holder_id: UUID
    issued_at: dt.datetime


@dataclass(frozen=True)
class CertificateRevoked(Event):
    """replaced: a new one takes its place, and is issued in the same moment."""

    certificate_id: UUID
    county_code: str
    community_id: UUID
    number: str
    item_code: str
    case_number: str
    department: str
    holder_id: UUID
    revoked_at: dt.datetime
    replaced: bool


@dataclass(frozen=True)
class SealMade(Event):
    """A body has a seal from now on: what waited for it can be made."""

    seal_id: UUID
    division_id: UUID
    department: str
    made_at: dt.datetime
