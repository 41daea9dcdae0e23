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
