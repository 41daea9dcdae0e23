"""Certificates for programs: one's own and those issued, and the check that is open to whoever holds one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from linli.core import audit, calendar
from linli.core.access import Actor, dangerous, open_to_all, requires
from linli.core.api import In, Out, Page, Paging, Room, asked_of, keyset
from linli.core.api.problems import ApiProblem
from linli.ground.accounts import queries as accounts
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division
from linli.services.catalogue.departments import Department
from linli.services.certificates import permissions as may
from linli.services.certificates import queries, rules, services
from linli.services.certificates.limits import seconds_to_wait
from linli.services.certificates.models import Certificate, ProofDemand, Seal, SealUse
from linli.services.certificates.pages.mine import pdf_response
from linli.services.certificates.services import demands

room = Room("certificates", _("证书"))
WHY = "whoever is handed a certificate may check it (R44)"
StateName = Literal["valid", "expired", "not_yet", "revoked"]


class CertificateRow(Out):
    """A certificate in a list."""

    number: str
    title: str
    item_code: str
    case_number: str
    issuer: str
    state: StateName
    issued_at: dt.datetime
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day on which it counts no more")
    version: int


class PrintedFact(Out):
    label: str
    value: str


class CertificateOut(CertificateRow):
    """A certificate with what is printed on it."""

    holder: str
    facts: list[PrintedFact]
    shown: list[str] = Field(description="What the holder lets the public check show: name, fact:…")
    revoked_at: dt.datetime | None
    revoked_because: str


class Checked(Out):
    """What everybody who checks a certificate is told: never more than the holder has agreed to."""

    verdict: Literal[
        "valid", "expired", "not_yet", "revoked", "sealed_paper", "altered", "unregistered", "not_ours", "not_pdf"
    ]
    number: str
    title: str
    holder: str
    issuer: str
    valid_from: dt.date | None
    last_day: dt.date | None
    revoked_on: dt.date | None
    revoked_because: str
    is_replaced: bool
    facts: list[PrintedFact]


class RevokeIn(In):
    reason: Annotated[str, Field(min_length=5, max_length=300)]


class ReplaceIn(RevokeIn):
    facts: Annotated[list[PrintedFact], Field(max_length=40)] = Field(description="As they are to be printed")


class ShownIn(In):
    names: Annotated[list[str], Field(max_length=40)] = Field(description="name, and fact: with a fact's label")


class DemandIn(In):
    """That a body asked for a proof that nobody may ask for."""

    community_code: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    proof_name: Annotated[str, Field(min_length=1, max_length=120)]
    asking_body: Annotated[str, Field(min_length=1, max_length=120)]
    asked_for: Annotated[str, Field(min_length=1, max_length=120)]
    note: Annotated[str, Field(max_length=500)] = ""


class DemandOut(Out):
    id: UUID
    proof_name: str
    asking_body: str
    asked_for: str
    community_name: str
    reported_at: dt.datetime


class SealOut(Out):
    id: UUID
    issuer_name: str
    department: str
    division_code: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    revoked_at: dt.datetime | None


class SealIn(In):
    """A new seal of one's own division or a department of it."""

    issuer_name: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="As it is to be printed")
    department: Annotated[str, Field(max_length=32)] = Field("", description="Its code; empty for the division itself")
    custodian_id: UUID = Field(description="The member of staff who answers for it")


class WithdrawSealIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=rules.REASON_MAX)]


class SealUseOut(Out):
    id: UUID
    issuer_name: str
    occasion: str
    document: str
    title: str
    case_number: str
    used_at: dt.datetime


# -- one's own, and those issued -------------------------------------------------------------------------------------


@room.get("/certificates", summary=_("列出证书"), response=Page[CertificateRow])
@requires(may.VIEW, may.OWN)
def list_certificates(
    request: HttpRequest,
    paging: Paging,
    status: Literal["valid", "revoked"] | None = None,
    number: Annotated[str, Field(max_length=24)] = "",
) -> Page[CertificateRow]:
    """List certificates within reach (a resident: her own), newest first; number: how its or its case's begins."""
    rows = _within(asked_of(request).actor)
    if status is not None:
        rows = rows.filter(status=status)
    if plain := rules.plain_number(number):
        rows = rows.filter(Q(number__startswith=plain) | Q(case_number__startswith=plain))
    return keyset(request, rows, ("-issued_at", "-id"), paging, lambda one: CertificateRow(**_row(one)))


@room.get("/certificates/{number}", summary=_("看一张证书"), response=CertificateOut)
@requires(may.VIEW, may.OWN)
def get_certificate(request: HttpRequest, number: str) -> CertificateOut:
    """Show a certificate; an office's look is noted."""
    return _out(_looked_at(asked_of(request).actor, number))


@room.get("/certificates/{number}/pdf", summary=_("下载证书"), gives="application/pdf")
@requires(may.VIEW, may.OWN)
def get_certificate_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Give the signed PDF, byte for byte: it is the original."""
    return pdf_response(_looked_at(asked_of(request).actor, number))


@room.put("/certificates/{number}/shown", summary=_("决定公开什么"), response=CertificateOut, versioned=True)
@requires(may.OWN)
def choose_shown(request: HttpRequest, number: str, body: ShownIn) -> CertificateOut:
    """Decide what the public check shows."""
    asked = asked_of(request)
    return _out(services.choose_shown(number, by=asked.actor, names=body.names, version=asked.version))


@room.post("/certificates/{number}/revocation", summary=_("撤销证书"), response=CertificateOut, versioned=True)
@dangerous
@requires(may.REVOKE)
def revoke_certificate(request: HttpRequest, number: str, body: RevokeIn) -> CertificateOut:
    """Revoke a certificate; everybody who checks it is told why."""
    asked = asked_of(request)
    return _out(services.revoke(number, by=asked.actor, reason=body.reason, version=_expected(request, number)))


@room.post("/certificates/{number}/revocation-request", summary=_("提请撤销证书"), status=204, versioned=True)
@dangerous
@requires(may.REVOKE)
def ask_to_revoke_certificate(request: HttpRequest, number: str, body: RevokeIn) -> None:
    """Ask a second person to confirm a revocation, where two are wanted; until then the certificate is valid."""
    services.ask_to_revoke(number, by=asked_of(request).actor, reason=body.reason, version=_expected(request, number))


@room.post("/certificates/{number}/replacement", summary=_("换发证书"), response=CertificateOut, versioned=True)
@dangerous
@requires(may.REVOKE)
def replace_certificate(request: HttpRequest, number: str, body: ReplaceIn) -> CertificateOut:
    """Revoke a certificate and issue a right one in its place; the new one is answered."""
    facts = [(fact.label, fact.value) for fact in body.facts]
    return _out(
        services.replace(
            number, by=asked_of(request).actor, reason=body.reason, version=_expected(request, number), facts=facts
        )
    )


def _within(actor: Actor) -> Any:
    permission = may.OWN if actor.kind == "resident" else may.VIEW
    return queries.certificates_for(actor, permission).select_related("item_version")


def _looked_at(actor: Actor, number: str) -> Certificate:
    certificate: Certificate = _within(actor).get(number=rules.plain_number(number))
    if actor.acts_in_office:
        audit.record_look(
            actor, certificate.holder_id, what="certificate", purpose="certificates.view",
            county_code=certificate.county_code,
        )  # fmt: skip
    return certificate


def _expected(request: HttpRequest, number: str) -> int:
    asked = asked_of(request)
    if asked.version is not None:
        return asked.version
    return queries.certificates_for(asked.actor, may.REVOKE).get(number=rules.plain_number(number)).version


def _row(one: Certificate) -> dict[str, Any]:
    plain = ("number", "title", "item_code", "case_number", "issuer", "issued_at", "valid_from", "valid_to", "version")
    return {**{name: getattr(one, name) for name in plain}, "state": one.state_on(calendar.today()).value}


def _out(one: Certificate) -> CertificateOut:
    printed = one.printed
    return CertificateOut(
        **_row(one),
        holder=printed.holder,
        facts=[PrintedFact(label=label, value=value) for label, value in printed.facts],
        shown=one.shown,
        revoked_at=one.revoked_at,
        revoked_because=one.revoked_because,
    )


# -- the check that is open to everybody (R44) -----------------------------------------------------------------------


@room.get("/certificate-check", summary=_("按编号查验证书"), response=Checked, refuses=(404,))
@open_to_all(WHY)
def check_by_number(request: HttpRequest, number: Annotated[str, Field(min_length=1, max_length=40)]) -> Checked:
    """Tell about the certificate with a number."""
    _not_too_often(request, "number")
    return _checked(queries.by_number(number))


@room.get("/certificate-check/{token}", summary=_("按二维码查验证书"), response=Checked)
@open_to_all(WHY)
def check_by_code(request: HttpRequest, token: str) -> Checked:
    """Tell about the certificate behind a QR code."""
    _not_too_often(request, "code")
    return _checked(queries.by_token(token))


@room.post("/certificate-check", summary=_("按文件查验证书"), response=Checked, uploads=True)
@open_to_all(WHY)
def check_by_file(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> Checked:
    """Judge a PDF that somebody brings: its seal, that nothing was altered, and what the register says. None is kept."""
    _not_too_often(request, "upload")
    if (file.size or 0) > rules.UPLOAD_MAX_BYTES:
        raise ApiProblem(413, "too_large")
    judged = queries.verdict_on(file.read())
    if judged.certificate is not None:
        return _checked(judged.certificate)
    use = judged.use
    return _verdict(
        verdict=judged.verdict.value, number=use.document if use else "", title=use.title if use else "",
        issuer=use.seal.issuer_name if use else "",
    )  # fmt: skip


def _not_too_often(request: HttpRequest, name: str) -> None:
    if wait := seconds_to_wait(name, request.META.get("REMOTE_ADDR", "")):
        raise ApiProblem(429, "too_many_requests", headers={"Retry-After": str(wait)}, seconds=wait)


def _checked(certificate: Certificate | None) -> Checked:
    if certificate is None:
        raise Http404
    told = queries.shown(certificate)
    return _verdict(
        verdict=told.state.value, number=certificate.number, title=told.printed_title, holder=told.holder,
        issuer=told.issuer, valid_from=told.valid_from, last_day=told.last_day, revoked_on=told.revoked_on,
        revoked_because=told.revoked_because, is_replaced=told.replaced,
        facts=[PrintedFact(label=label, value=value) for label, value in told.facts],
    )  # fmt: skip


def _verdict(**told: Any) -> Checked:
    empty: dict[str, Any] = {
        "number": "", "title": "", "holder": "", "issuer": "", "valid_from": None, "last_day": None, "revoked_on": None,
        "revoked_because": "", "is_replaced": False, "facts": [],
    }  # fmt: skip
    return Checked(**{**empty, **told})


# -- proofs that nobody may ask for, seals ---------------------------------------------------------------------------


@room.post("/proof-demands", summary=_("反映有人要不该开的证明"), response=DemandOut, status=201)
@requires(may.REPORT_DEMAND)
def report_demand(request: HttpRequest, body: DemandIn) -> DemandOut:
    """Note that a body asked for a proof that nobody may ask for (R45)."""
    try:
        community = territory.by_code(body.community_code)
    except Division.DoesNotExist:
        raise rules.PlaceOutOfReach(field="community_code") from None
    told = body.model_dump(exclude={"community_code"})
    return _demand_out(demands.report_demand(asked_of(request).actor, community=community, **told))


@room.get("/proof-demands", summary=_("谁还在要不该开的证明"), response=Page[DemandOut])
@requires(may.VIEW_DEMANDS)
def list_demands(request: HttpRequest, paging: Paging) -> Page[DemandOut]:
    """List the reports within reach, newest first."""
    return keyset(request, queries.demands_for(asked_of(request).actor), ("-reported_at", "-id"), paging, _demand_out)


def _demand_out(row: ProofDemand) -> DemandOut:
    plain = set(DemandOut.model_fields) - {"community_name"}
    return DemandOut(**{name: getattr(row, name) for name in plain}, community_name=row.community.short_name)  # type: ignore[arg-type]


@room.get("/seals", summary=_("列出电子印章"), response=Page[SealOut])
@requires(may.SEAL_REGISTER)
def list_seals(request: HttpRequest, paging: Paging) -> Page[SealOut]:
    """List the seals of one's division and below it."""
    return keyset(request, queries.seals_for(asked_of(request).actor), ("-id",), paging, _seal_out)


def _seal_out(seal: Seal) -> SealOut:
    plain = set(SealOut.model_fields) - {"division_code"}
    return SealOut(**{name: getattr(seal, name) for name in plain}, division_code=seal.division.code)  # type: ignore[arg-type]


@room.post("/seals", summary=_("登记电子印章"), response=SealOut, status=201)
@requires(may.SEALS)
def make_seal(request: HttpRequest, body: SealIn) -> SealOut:
    """Make the seal of one's own division: key, certificate, custodian. A body has one seal, so this is made once."""
    actor = asked_of(request).actor
    if actor.post is None:
        raise PermissionDenied
    if body.department and body.department not in Department.values:
        raise rules.DepartmentNotKnown
    division = territory.division(actor.post.division_id)
    custodian = accounts.staff_ever_at(division).filter(pk=body.custodian_id).first()
    return _seal_out(services.make_seal(division, body.department, body.issuer_name, custodian, actor))


@room.post("/seals/{uuid:seal_id}/withdrawal", summary=_("停用电子印章"), response=SealOut)
@requires(may.SEALS)
def withdraw_seal(request: HttpRequest, seal_id: UUID, body: WithdrawSealIn) -> SealOut:
    """Withdraw a seal: it seals nothing from this moment; what it has sealed can still be checked."""
    return _seal_out(services.revoke_seal(seal_id, by=asked_of(request).actor, reason=body.reason))


@room.get("/seal-uses", summary=_("用印登记"), response=Page[SealUseOut])
@requires(may.SEAL_REGISTER)
def list_seal_uses(request: HttpRequest, paging: Paging) -> Page[SealUseOut]:
    """List every use of the seals within reach, newest first (R46b)."""
    return keyset(request, queries.seal_uses(asked_of(request).actor), ("-used_at", "-id"), paging, _use_out)


def _use_out(use: SealUse) -> SealUseOut:
    plain = set(SealUseOut.model_fields) - {"issuer_name"}
    return SealUseOut(**{name: getattr(use, name) for name in plain}, issuer_name=use.seal.issuer_name)  # type: ignore[arg-type]
