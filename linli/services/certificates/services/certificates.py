"""Certificates: issued once a case, revoked with a reason, replaced by a right one; shown as the holder decides."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.core import audit, crypto, events, files
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.countersign import services as countersigning
from linli.core.http import save_version
from linli.core.ids import grouped, new_id
from linli.ground.registry import rules as registry
from linli.ground.territory.models import Division
from linli.services.catalogue import queries as catalogue_queries
from linli.services.catalogue import rules as catalogue
from linli.services.catalogue.content import Item
from linli.services.catalogue.models import ItemVersion
from linli.services.certificates import documents, offline, queries, rules
from linli.services.certificates import permissions as may
from linli.services.certificates.events import CertificateIssued, CertificateRevoked
from linli.services.certificates.models import Certificate, CertificateStatus, Printed
from linli.services.certificates.rules import Occasion
from linli.services.certificates.services.seals import seal_in_force, use_seal


@dataclass(frozen=True)
class Order:
    """Everything a new certificate rests on."""

    version: ItemVersion
    holder_id: UUID
    printed: Printed
    case_number: str
    community: Division
    department: str
    dated: dt.date
    valid_to: dt.date | None
    replaces: Certificate | None = None


def issue(
    *,
    version: ItemVersion,
    holder_id: UUID,
    holder_facts: dict[str, Any],
    case_number: str,
    community: Division,
    department: str,
    facts: list[tuple[str, str]],
    decided_on: dt.date,
    by: Actor,
    approved_by: UUID | None = None,
) -> Certificate:
    """Issue the certificate of a decided case: numbered, sealed, signed, registered. Called by the worker.

    Safe to run twice and at once: a case and item have one certificate, and a second call returns it. holder_facts:
    "name", and where they are printed "id_number" and "kind" (natural_person, household, organisation); facts: label
    and value in the order of printing; approved_by: the account that decided, `by` where left out.
    Raises PermissionDenied, ForbiddenProofNamed (R45), NoOccasion, SealNotInForce, CharacterNotPrintable.
    """
    if not by.may(may.ISSUE):
        raise PermissionDenied
    if issued := _issued(community.county_code, case_number, version):
        return issued
    item = catalogue_queries.item(version)
    for name in (item.result.name.zh, item.name.zh):
        catalogue.refuse_forbidden(name)
    order = Order(
        version=version,
        holder_id=holder_id,
        printed=Printed(
            holder=holder_facts["name"],
            holder_id=registry.mask_identity(holder_facts.get("id_number", "")),
            holder_kind=holder_facts.get("kind", "natural_person"),
            facts=[(str(label), str(value)) for label, value in facts],
        ),
        case_number=case_number,
        community=community,
        department=department,
        dated=decided_on,
        valid_to=rules.end_of_validity(decided_on, item.result.valid_months),
    )
    try:
        with transaction.atomic():
            return _make(order, item, by=by, approved_by=approved_by)
    except IntegrityError:
        # Another worker was quicker: what it made is the certificate, and nothing of ours is left.
        if issued := _issued(community.county_code, case_number, version):
            return issued
        raise


REVOKE = "certificates.revoke"
"""The act that needs a second person where LINLI_FOUR_EYES names it."""


@transaction.atomic
def revoke(number: str, *, by: Actor, reason: str, version: int, second: Actor | None = None) -> Certificate:
    """Revoke a certificate; everybody who checks it is told why. second: whoever has confirmed it, where one must.

    Raises Certificate.DoesNotExist, ReasonNeeded, ReasonTooLong, ReasonNamesSomebody, AlreadyRevoked, Stale,
    SecondPersonNeeded.
    """
    countersigning.demand(REVOKE, by=by, second=second)
    certificate = queries.certificates_for(by, may.REVOKE).get(number=rules.plain_number(number))
    _revoke(certificate, by=by, reason=reason, version=version, replaced=False)
    return certificate


@transaction.atomic
def ask_to_revoke(number: str, *, by: Actor, reason: str, version: int) -> None:
    """Ask a second person to confirm a revocation. Raises what revoke raises, but for SecondPersonNeeded and Stale."""
    certificate = queries.certificates_for(by, may.REVOKE).get(number=rules.plain_number(number))
    because = rules.check_reason(reason)
    if certificate.revoked_at is not None:
        raise rules.AlreadyRevoked(day=documents.day(timezone.localdate(certificate.revoked_at)))
    countersigning.ask(REVOKE, {"number": certificate.number, "reason": because, "version": version}, by=by)


@transaction.atomic
def replace(
    number: str, *, by: Actor, reason: str, version: int, facts: list[tuple[str, str]], holder_name: str = ""
) -> Certificate:
    """Revoke a certificate and issue a right one in its place, valid to the same day; return the new one.

    Raises what revoke and issue raise, and AlreadyOver for one that has expired.
    """
    old = queries.certificates_for(by, may.REVOKE).get(number=rules.plain_number(number))
    if old.valid_to is not None and old.valid_to <= today():
        raise rules.AlreadyOver
    _revoke(old, by=by, reason=reason, version=version, replaced=True)
    printed = old.printed
    order = Order(
        version=old.item_version,
        holder_id=old.holder_id,
        printed=Printed(
            holder=holder_name or printed.holder,
            holder_id=printed.holder_id,
            holder_kind=printed.holder_kind,
            facts=[(str(label), str(value)) for label, value in facts],
        ),
        case_number=old.case_number,
        community=old.community,
        department=old.department,
        dated=max(today(), old.valid_from),
        valid_to=old.valid_to,
        replaces=old,
    )
    return _make(order, catalogue_queries.item(old.item_version), by=by, approved_by=by.account_id)


@transaction.atomic
def choose_shown(number: str, *, by: Actor, names: list[str], version: int | None = None) -> Certificate:
    """Let the holder decide what the public page shows: FULL_NAME, and facts by "fact:" and their label.

    Raises Certificate.DoesNotExist, FactCannotBeShown, Stale.
    """
    certificate = queries.certificates_for(by, may.OWN).get(number=rules.plain_number(number))
    possible = [name for name, _, _ in queries.what_may_be_shown(certificate)]
    for name in names:
        if name not in possible:
            raise rules.FactCannotBeShown(name=name.removeprefix("fact:"), field="names")
    save_version(certificate, version, shown=[name for name in possible if name in names])
    audit.record(
        by, "certificates.shown_chosen", certificate, person_id=certificate.holder_id, count=len(certificate.shown)
    )
    return certificate


def _issued(county_code: str, case_number: str, version: ItemVersion) -> Certificate | None:
    return Certificate.everywhere.filter(
        county_code=county_code, case_number=case_number, item_code=version.item.code, replaces__isnull=True
    ).first()


def _make(order: Order, item: Item, *, by: Actor, approved_by: UUID | None) -> Certificate:
    seal = seal_in_force(queries.deciding_division(order.community, item.level), order.department)
    pk, token = new_id(), secrets.token_urlsafe(32)
    number = rules.new_number(order.community.county_code, order.dated)
    last_day = order.valid_to - dt.timedelta(days=1) if order.valid_to else None
    payload = offline.Payload(
        number=number,
        item=item.code,
        holder=order.printed.holder_masked,
        name_check=offline.name_check(number, order.printed.holder),
        valid_from=order.dated,
        last_day=last_day,
        issuer=seal.issuer_name,
        key_id=seal.key_id,
    )
    unsigned = documents.certificate_pdf(
        item.result.template,
        documents.CertificateData(
            title=item.result.name.zh,
            title_en=item.result.name.en,
            number=grouped(number),
            issuer=seal.issuer_name,
            issued_on=order.dated,
            valid_from=order.dated,
            last_day=last_day,
            holder=order.printed.holder,
            holder_id=order.printed.holder_id,
            item=item.name.zh,
            case_number=grouped(order.case_number),
            facts=order.printed.facts,
            # What follows # never reaches a server: a telephone opens the page, an inspector's reader takes the rest.
            code=f"{settings.BASE_URL.rstrip('/')}/verify/{token}/#{offline.seal(payload, seal.key_pair())}",
        ),
    )
    signed, use = use_seal(
        seal, unsigned, occasion=Occasion.CERTIFICATE, document=number, title=item.result.name.zh,
        case_number=order.case_number, by=by, approved_by=approved_by,
    )  # fmt: skip
    certificate = Certificate.objects.create(
        id=pk,
        number=number,
        token=token,
        item_code=item.code,
        item_version=order.version,
        title=item.result.name.zh,
        holder_id=order.holder_id,
        case_number=order.case_number,
        community=order.community,
        county_code=order.community.county_code,
        department=order.department,
        seal=seal,
        facts=crypto.seal(order.printed.to_json(), where="certificates.certificate.facts", row=pk),
        pdf=files.keep(signed, "application/pdf", by=by),
        pdf_sha256=hashlib.sha256(signed).hexdigest(),
        issued_at=now(),
        valid_from=order.dated,
        valid_to=order.valid_to,
        replaces=order.replaces,
    )
    audit.record(
        by, "certificates.issued", certificate, person_id=order.holder_id, number=number, item=item.code,
        case=order.case_number, seal=seal.pk, seal_use=use.pk, replaces=order.replaces.pk if order.replaces else None,
    )  # fmt: skip
    events.publish(
        CertificateIssued(
            certificate_id=pk,
            county_code=certificate.county_code,
            community_id=order.community.pk,
            number=number,
            item_code=item.code,
            case_number=order.case_number,
            department=order.department,
            holder_id=order.holder_id,
            issued_at=certificate.issued_at,
            is_sensitive=item.sensitive,
        )
    )
    return certificate


def _revoke(certificate: Certificate, *, by: Actor, reason: str, version: int, replaced: bool) -> None:
    because = rules.check_reason(reason)
    if certificate.revoked_at is not None:
        raise rules.AlreadyRevoked(day=documents.day(timezone.localdate(certificate.revoked_at)))
    moment = now()
    save_version(certificate, version, status=CertificateStatus.REVOKED, revoked_at=moment, revoked_because=because)
    audit.record(
        by, "certificates.revoked", certificate, person_id=certificate.holder_id, number=certificate.number,
        replaced=replaced,
    )  # fmt: skip
    events.publish(
        CertificateRevoked(
            certificate_id=certificate.pk,
            county_code=certificate.county_code,
            community_id=certificate.community_id,
            number=certificate.number,
            item_code=certificate.item_code,
            case_number=certificate.case_number,
            department=certificate.department,
            holder_id=certificate.holder_id,
            revoked_at=moment,
            replaced=replaced,
            is_sensitive=bool(certificate.item_version.content.get("sensitive")),
        )
    )
