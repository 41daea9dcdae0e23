"""What has happened to certificates."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.events import Event, tell_outside
from linli.services.certificates import permissions as may


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
    is_sensitive: bool = False


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
    is_sensitive: bool = False


@dataclass(frozen=True)
class SealMade(Event):
    """A body has a seal from now on: what waited for it can be made."""

    seal_id: UUID
    division_id: UUID
    department: str
    made_at: dt.datetime


tell_outside(
    CertificateIssued,
    "certificate.issued",
    _("签发了证书"),
    may.VIEW,
    "number",
    "item_code",
    "case_number",
    "issued_at",
)
tell_outside(
    CertificateRevoked, "certificate.revoked", _("撤销了证书"), may.VIEW, "number", "item_code", "case_number",
    "revoked_at", "replaced",
)  # fmt: skip
