"""Seals: made with a custodian, used with an occasion, withdrawn for good (R46)."""

from __future__ import annotations

import hashlib
from uuid import UUID

from cryptography import x509
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from linli.core import audit, crypto, events
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.ids import new_id
from linli.ground.accounts.models import Account
from linli.ground.territory.models import Division
from linli.services.catalogue.departments import Department
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, rules, signing
from linli.services.certificates.events import SealMade
from linli.services.certificates.models import Authority, Seal, SealUse
from linli.services.certificates.rules import Occasion

AUTHORITY_NAME = "Linli certificate authority"


@transaction.atomic
def make_seal(division: Division, department: str, issuer_name: str, custodian: Account | None, by: Actor) -> Seal:
    """Make the electronic seal of an issuing body: key, certificate, custodian.

    Raises PermissionDenied, CustodianNeeded, SealInForce.
    """
    if not by.may(may.SEALS) or not _reaches(by, division):
        raise PermissionDenied
    if custodian is None or not custodian.is_staff or not custodian.is_active:
        raise rules.CustodianNeeded(field="custodian")
    if Seal.objects.filter(division=division, department=department, revoked_at__isnull=True).exists():
        raise rules.SealInForce(issuer=issuer_name)
    moment, pk = now(), new_id()
    pair = signing.new_seal(_authority().key_pair(), issuer_name, organisation=_organisation(), moment=moment)
    try:
        with transaction.atomic():
            seal = Seal.objects.create(
                id=pk,
                division=division,
                department=department,
                issuer_name=issuer_name,
                custodian=custodian,
                private_key=crypto.seal(pair.private_pem, where="certificates.seal.private_key", row=pk),
                certificate_pem=pair.certificate_pem,
                key_id=signing.key_id(pair.certificate),
                valid_from=moment,
                valid_to=signing.expires(pair.certificate),
            )
    except IntegrityError as error:
        raise rules.SealInForce(issuer=issuer_name) from error
    audit.record(
        by, "certificates.seal_made", seal, chain=division.county_code, department=department, custodian=custodian.pk
    )
    events.publish(SealMade(seal_id=pk, division_id=division.pk, department=department, made_at=moment))
    return seal


@transaction.atomic
def revoke_seal(seal_id: UUID, *, by: Actor, reason: str) -> Seal:
    """Withdraw a seal: it seals nothing from this moment (R46a).

    Raises PermissionDenied, Seal.DoesNotExist, ReasonNeeded, SealWithdrawn.
    """
    if not by.may(may.SEALS):
        raise PermissionDenied
    seal = queries.seals_for(by).get(pk=seal_id)
    because = rules.check_reason(reason)
    if not Seal.objects.filter(pk=seal.pk, revoked_at__isnull=True).update(revoked_at=now(), revoked_because=because):
        raise rules.SealWithdrawn
    seal.refresh_from_db()
    audit.record(by, "certificates.seal_revoked", seal, chain=seal.division.county_code)
    return seal


@transaction.atomic
def seal_document(
    pdf: bytes,
    *,
    division: Division,
    department: str = "",
    occasion: Occasion,
    document: str,
    title: str,
    case_number: str,
    by: Actor,
    approved_by: UUID | None = None,
) -> bytes:
    """Seal a notice, a decision or a resolution with the body's seal, and write it into the register.

    document: the paper's own number; case_number: the case or resolution it rests on; approved_by: the account that
    approved it, `by` where left out. Raises PermissionDenied, NoOccasion, SealNotInForce.
    """
    seal = seal_in_force(division, department)
    signed, use = use_seal(
        seal, pdf, occasion=occasion, document=document, title=title, case_number=case_number, by=by,
        approved_by=approved_by,
    )  # fmt: skip
    audit.record(
        by, "certificates.document_sealed", use, chain=division.county_code, occasion=str(occasion), document=document,
        case=case_number, seal=seal.pk,
    )  # fmt: skip
    return signed


def seal_in_force(division: Division, department: str) -> Seal:
    """Return the seal in force, locked: it cannot be withdrawn between this look and its use. Raises SealNotInForce."""
    found = queries.seal_for(division, department)
    seal = Seal.objects.select_for_update().filter(pk=found.pk).first() if found else None
    if seal is None or not seal.is_in_force(now()):
        body = division.name + (str(Department(department).label) if department else "")
        raise rules.SealNotInForce(issuer=found.issuer_name if found else body)
    return seal


def use_seal(
    seal: Seal,
    pdf: bytes,
    *,
    occasion: Occasion,
    document: str,
    title: str,
    case_number: str,
    by: Actor,
    approved_by: UUID | None,
) -> tuple[bytes, SealUse]:
    """Sign with a seal from seal_in_force and register the use. The caller writes the audit entry."""
    if not by.may(may.ISSUE):
        raise PermissionDenied
    if not case_number.strip():
        raise rules.NoOccasion
    signed = signing.sign_pdf(pdf, seal.key_pair(), _chain())
    use = SealUse.objects.create(
        seal=seal,
        occasion=occasion,
        document=document,
        title=title[:120],
        case_number=case_number,
        sha256=hashlib.sha256(signed).hexdigest(),
        approved_by=approved_by or by.account_id,
        used_at=now(),
    )
    return signed, use


def _authority() -> Authority:
    """Return the authority that signs, made on first use; of two that make it at once one wins."""
    authority = Authority.objects.order_by("-serial").first()
    if authority is not None:
        return authority
    pair = signing.new_authority(AUTHORITY_NAME, organisation=_organisation(), moment=now())
    authority, _ = Authority.objects.get_or_create(
        serial=1,
        defaults={
            "private_key": crypto.seal(pair.private_pem, where="certificates.authority.private_key", row=1),
            "certificate_pem": pair.certificate_pem,
            "created_at": now(),
        },
    )
    return authority


def _chain() -> list[x509.Certificate]:
    pems = Authority.objects.order_by("-serial").values_list("certificate_pem", flat=True)
    return [x509.load_pem_x509_certificate(pem.encode()) for pem in pems]


def _organisation() -> str:
    return signing.DEMO_ORGANISATION if settings.DEMO else signing.ORGANISATION


def _reaches(by: Actor, division: Division) -> bool:
    if by.kind == "system":
        return True
    post = by.post
    if post is None:
        return False
    below = division.county_code in post.counties and (post.communities is None or division.pk in post.communities)
    return division.pk == post.division_id or below
