"""Reading certificates and seals, always from somebody's reach; by a code or number, only what anybody may know."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from cryptography import x509
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import get_language

from linli.core import calendar
from linli.core.access import Actor, Permission
from linli.core.ids import grouped
from linli.ground.registry import queries as registry
from linli.ground.territory.models import Division
from linli.services.catalogue import queries as catalogue
from linli.services.catalogue import rules as catalogue_rules
from linli.services.catalogue.rules import Proof
from linli.services.certificates import documents, rules, signing
from linli.services.certificates import permissions as may
from linli.services.certificates.models import (
    Authority,
    Certificate,
    CertificateStatus,
    Paper,
    ProofDemand,
    Seal,
    SealUse,
)
from linli.services.certificates.rules import Finding, State, Verdict


def certificates_for(actor: Actor, permission: Permission = may.VIEW) -> QuerySet[Certificate]:
    """Certificates on which the actor holds the permission: the one way to a certificate. Newest first.

    The result of a sensitive item (R41b) exists for its holder and for the desks that handle such cases, nobody else.
    """
    rows = Certificate.objects.within(registry.own_reach(actor, permission))
    if actor.acts_in_office:
        closed = [
            version.pk
            for version in catalogue.sensitive_versions()
            if actor.post is None or catalogue_rules.first_step_of(catalogue.item(version), actor.post) is None
        ]
        rows = rows.exclude(item_version_id__in=closed)
    return rows.select_related("seal", "community", "pdf").order_by("-issued_at", "-id")


def held_by(
    person_id: UUID, item_code: str | None = None, on: dt.date | None = None, *, counties: Collection[str] = ()
) -> QuerySet[Certificate]:
    """Certificates of a person that are valid on a day (today): they meet a material by themselves (R44).

    counties: those in which she can have any (`registry.counties_of`); none: all are asked. For the rooms above, which
    have asked for the person's case; not for pages.
    """
    day = on or calendar.today()
    held = Certificate.everywhere.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        holder_id=person_id,
        status=CertificateStatus.VALID,
        valid_from__lte=day,
    )
    if counties:
        held = held.filter(county_code__in=counties)
    if item_code is not None:
        held = held.filter(item_code=item_code)
    return held.select_related("seal").order_by("-issued_at", "-id")


def by_token(token: str) -> Certificate | None:
    """Return the certificate behind a QR code: whoever holds the code may ask (R44)."""
    return Certificate.everywhere.filter(token=token).select_related("seal", "item_version").first()


def by_number(number: str) -> Certificate | None:
    """Return the certificate with a number, as typed: whoever holds the paper may ask (R44)."""
    plain = rules.plain_number(number)
    if not rules.is_well_formed(plain):
        return None
    return (
        Certificate.everywhere.filter(county_code=plain[:6], number=plain)
        .select_related("seal", "item_version")
        .first()
    )


def paper_of_act(county_code: str, act_id: UUID) -> Paper | None:
    """Return the paper that rests on an act. For the rooms above, which have asked for the act's case."""
    return (
        Paper.everywhere.filter(county_code=county_code, act_id=act_id)
        .select_related("division", "community", "pdf")
        .first()
    )


def papers_waiting_for_a_seal() -> int:
    """Count the papers that were opened and are not sealed: a number, for whoever looks after the machine."""
    return Paper.everywhere.filter(waits_since__isnull=False, sealed_at__isnull=True).count()


def paper_by_token(token: str) -> Paper | None:
    """Return the paper behind a QR code: whoever holds the code may ask."""
    return Paper.everywhere.filter(token=token).select_related("seal").first()


def paper_by_number(number: str) -> Paper | None:
    """Return the paper with a number, as typed: whoever holds the paper may ask."""
    plain = rules.plain_number(number)
    if not rules.is_paper_number(plain):
        return None
    return Paper.everywhere.filter(county_code=plain[:6], number=plain).select_related("seal").first()


@dataclass(frozen=True)
class ShownPaper:
    """What everybody who checks a paper sees: what it is, whose, of which day, and whether it is sealed."""

    title: str
    number: str
    case_number: str
    item: str
    applicant: str
    issuer: str
    dated: dt.date
    sealed_at: dt.datetime | None
    of_one_case: str
    """The number of its case, "" for the one receipt of several."""


def shown_paper(paper: Paper) -> ShownPaper:
    """Return what the public page shows of a paper: names masked, no reasons, no facts."""
    says = paper.says
    kind = documents.NOTICES[paper.kind]
    shared = says.get("case_shown", "")
    return ShownPaper(
        title=kind.title_en if (get_language() or "").startswith("en") else kind.title,
        number=paper.number_shown,
        case_number=shared or grouped(paper.case_number),
        item=says["item"],
        applicant=rules.mask_name(says["applicant"]),
        issuer=paper.seal.issuer_name if paper.seal else says["issuer"],
        dated=paper.dated,
        sealed_at=paper.sealed_at,
        of_one_case="" if shared else paper.case_number,
    )


def replacement_of(certificate: Certificate) -> Certificate | None:
    """Return the certificate that was issued in the place of a revoked one."""
    return Certificate.everywhere.filter(county_code=certificate.county_code, replaces=certificate).first()


@dataclass(frozen=True)
class Shown:
    """What everybody who checks a certificate sees: never more than the holder has agreed to."""

    state: State
    title: str
    """In the reader's language; the paper itself is Chinese."""
    printed_title: str
    number: str
    holder: str
    holder_in_full: bool
    issuer: str
    dated: dt.date
    valid_from: dt.date
    last_day: dt.date | None
    sentence: str
    is_addressed: bool
    """Whether the paper speaks to the holder (approval, card) or about her (registration, proof)."""
    facts: list[tuple[str, str]] = field(default_factory=list)
    """As they are printed."""
    facts_said: list[tuple[str, str]] = field(default_factory=list)
    """With their labels in the reader's language."""
    revoked_on: dt.date | None = None
    revoked_because: str = ""
    replaced: bool = False

    @property
    def dated_on_paper(self) -> str:
        """The date as it is printed: the paper is Chinese in every language."""
        return documents.day(self.dated)

    @property
    def seal_letter(self) -> float:
        """The size of the letters on the drawn seal's arc, in its units."""
        return round(min(11.0, SEAL_ARC / max(len(self.issuer), 1)), 1)

    @property
    def seal_spacing(self) -> float:
        """The room between them: few letters stand apart, many stand close."""
        return round(min(16.0, SEAL_ARC / max(len(self.issuer), 1)) - self.seal_letter, 1)


SEAL_ARC = 160
"""The length of the arc on the drawn seal (certificates/_paper.html), less a little at its ends."""

FULL_NAME = "name"
"""In Certificate.shown: the holder's whole name. Facts stand there by their label, after "fact:"."""


def shown(certificate: Certificate) -> Shown:
    """Return what the public page shows of a certificate today."""
    printed = certificate.printed
    in_full = FULL_NAME in certificate.shown or printed.holder_kind != "natural_person"
    holder = printed.holder if in_full else printed.holder_masked
    facts = [
        (label, value)
        for label, value in printed.facts
        if f"fact:{label}" in certificate.shown and rules.may_be_shown(label, value)
    ]
    item_name = certificate.item_version.name
    template = catalogue.item(certificate.item_version).result.template
    return Shown(
        state=certificate.state_on(calendar.today()),
        title=certificate.title_shown,
        printed_title=certificate.title,
        number=certificate.number_shown,
        holder=holder,
        holder_in_full=in_full,
        issuer=certificate.issuer,
        dated=certificate.valid_from,
        valid_from=certificate.valid_from,
        last_day=certificate.last_day,
        sentence=documents.sentence(template, item=item_name, holder=holder),
        is_addressed=template in ("approval", "card"),
        facts=facts,
        facts_said=certificate.labelled(facts),
        revoked_on=timezone.localdate(certificate.revoked_at) if certificate.revoked_at else None,
        revoked_because=certificate.revoked_because,
        replaced=certificate.is_revoked and replacement_of(certificate) is not None,
    )


@dataclass(frozen=True)
class Judged:
    """What is said about a PDF that somebody brought. certificate, paper: what our register holds under it, if anything."""

    verdict: Verdict
    certificate: Certificate | None = None
    paper: Paper | None = None
    use: SealUse | None = None


def verdict_on(content: bytes) -> Judged:
    """Judge a PDF: its signature, that nothing was appended, and what our register says. Keeps nothing of it.

    Genuine is only what our register holds byte for byte; a file with our seal that it does not hold is no proof.
    """
    from linli.services.certificates import checking  # not at start: see there

    authorities = [x509.load_pem_x509_certificate(a.certificate_pem.encode()) for a in Authority.objects.all()]
    found = checking.look_at(content, authorities=authorities, moment=calendar.now()).finding
    if found is Finding.NOT_PDF:
        return Judged(Verdict.NOT_PDF)
    if found is Finding.ALTERED or (found is Finding.NOT_OURS and _begins_with_one_of_ours(content)):
        return Judged(Verdict.ALTERED)
    if found is Finding.NOT_OURS:
        return Judged(Verdict.NOT_OURS)
    digest = hashlib.sha256(content).hexdigest()
    certificate = Certificate.everywhere.filter(pdf_sha256=digest).select_related("seal", "item_version").first()
    if certificate:
        state = certificate.state_on(calendar.today())
        verdicts = {State.REVOKED: Verdict.REVOKED, State.EXPIRED: Verdict.EXPIRED}
        return Judged(verdicts.get(state, Verdict.VALID), certificate)
    if use := SealUse.objects.filter(sha256=digest).select_related("seal").first():
        paper = Paper.everywhere.filter(pdf_sha256=digest).select_related("seal").first()
        return Judged(Verdict.SEALED_PAPER, paper=paper, use=use)
    return Judged(Verdict.UNREGISTERED)


def _begins_with_one_of_ours(content: bytes) -> bool:
    """Tell whether a file is one of ours with something appended that keeps a reader from finding the signature."""
    digests: list[str] = []
    end = 0
    while len(digests) < 16 and (end := content.find(b"%%EOF", end)) != -1:
        end += len(b"%%EOF")
        digests += [hashlib.sha256(content[: end + newline]).hexdigest() for newline in (0, 1, 2)]
    return (
        Certificate.everywhere.filter(pdf_sha256__in=digests).exists()
        or SealUse.objects.filter(sha256__in=digests).exists()
    )


def deciding_division(community: Division, level: str) -> Division:
    """Return the division of a level at or above a community. Raises LookupError where there is none."""
    division: Division | None = community
    while division is not None:
        if division.level == level:
            return division
        division = division.parent
    raise LookupError(f"{community.code} has no division of level {level} above it")


def revocations(county_code: str, case_numbers: Collection[str]) -> dict[str, dt.datetime]:
    """Return when the results of cases were revoked, by case number: of those that have no valid certificate left."""
    rows = Certificate.everywhere.filter(county_code=county_code, case_number__in=case_numbers)
    moments: dict[str, list[dt.datetime | None]] = {}
    for number, moment in rows.values_list("case_number", "revoked_at"):
        moments.setdefault(number, []).append(moment)
    return {number: max(m for m in told if m) for number, told in moments.items() if all(told)}


def seal_for(division: Division, department: str = "") -> Seal | None:
    """Return the seal in force: the division's own, or a department's at the nearest division at or above it."""
    moment = calendar.now()
    place: Division | None = division
    while place is not None:
        seal = Seal.objects.filter(division=place, department=department, revoked_at__isnull=True).first()
        if seal is not None and seal.is_in_force(moment):
            return seal
        place = place.parent if department else None
    return None


def seal(seal_id: UUID) -> Seal:
    """Return a seal, for the worker. Raises Seal.DoesNotExist."""
    return Seal.objects.select_related("division").get(pk=seal_id)


def ends_of_seals() -> list[tuple[str, dt.datetime]]:
    """Return for each seal that is not withdrawn, and for the authority that signs, its name and when it ends."""
    found = []
    for row in Seal.objects.filter(revoked_at__isnull=True).order_by("pk"):
        ends = signing.expires(x509.load_pem_x509_certificate(row.certificate_pem.encode()))
        found.append((row.issuer_name, min(ends, row.valid_to) if row.valid_to else ends))
    if authority := Authority.objects.order_by("-serial").first():
        ends = signing.expires(x509.load_pem_x509_certificate(authority.certificate_pem.encode()))
        found.append(("签发机构", ends))  # untranslated: told to operators
    return sorted(found, key=lambda each: each[1])


def seals_for(actor: Actor) -> QuerySet[Seal]:
    """Seals of the actor's division and below it, those of other departments left out; withdrawn ones last."""
    seals = Seal.objects.select_related("division", "custodian").order_by(
        "revoked_at", "division__code", "department", "id"
    )
    reach = actor.reach(may.SEAL_REGISTER)
    if reach.everything:
        return seals
    if reach.is_empty() or actor.post is None:
        return seals.none()
    here = Q(division_id=actor.post.division_id)
    if reach.communities is None:
        here |= Q(division__county_code__in=reach.counties)
    else:
        here |= Q(division_id__in=reach.communities)
    if reach.department is not None:
        here &= Q(department=reach.department)
    return seals.filter(here)


def seal_uses(actor: Actor, seal: Seal | None = None) -> QuerySet[SealUse]:
    """The register of use, newest first, of the seals within the actor's reach (R46b)."""
    uses = SealUse.objects.filter(seal__in=seals_for(actor)).select_related("seal").order_by("-used_at", "-id")
    return uses.filter(seal=seal) if seal else uses


@dataclass(frozen=True)
class MonthOfUse:
    """Uses in one month, whole and by occasion (code, count)."""

    month: dt.date
    total: int
    by_occasion: list[tuple[rules.Occasion, int]]


def seal_use_by_month(actor: Actor, months: int = 12) -> list[MonthOfUse]:
    """Count uses per month and occasion, newest month first (R46b)."""
    first = calendar.today().replace(day=1)
    for _ in range(months - 1):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    rows = (
        seal_uses(actor)
        .order_by()
        .filter(used_at__gte=dt.datetime.combine(first, dt.time(), tzinfo=timezone.get_default_timezone()))
        .annotate(month=TruncMonth("used_at"))
        .values("month", "occasion")
        .annotate(count=Count("id"))
    )
    counted: dict[dt.date, Counter[str]] = {}
    for row in rows:
        counted.setdefault(row["month"].date(), Counter())[row["occasion"]] += row["count"]
    return [
        MonthOfUse(month, counts.total(), [(rules.Occasion(code), count) for code, count in counts.most_common()])
        for month, counts in sorted(counted.items(), reverse=True)
    ]


def authority_pem() -> str:
    """Return the certificates of the authority, all its serials: what anyone needs to trust our signatures."""
    return "".join(a.certificate_pem for a in Authority.objects.order_by("-serial"))


def seals_pem() -> str:
    """Return the certificates of all seals, withdrawn ones too: what an inspector needs without a network."""
    return "".join(Seal.objects.order_by("valid_from", "id").values_list("certificate_pem", flat=True))


def what_may_be_shown(certificate: Certificate) -> list[tuple[str, str, str]]:
    """Return what the holder can decide about: name for `shown`, label, value."""
    printed = certificate.printed
    choices = [(f"fact:{label}", label, value) for label, value in printed.facts if rules.may_be_shown(label, value)]
    if printed.holder_kind == "natural_person":
        choices.insert(0, (FULL_NAME, "", printed.holder))
    return choices


# -- proofs that nobody may ask for (R45) ----------------------------------------------------------------------------


def demands_for(actor: Actor) -> QuerySet[ProofDemand]:
    """Return the reports within the actor's reach, newest first."""
    return (
        ProofDemand.objects.within(actor.reach(may.VIEW_DEMANDS))
        .select_related("community")
        .order_by("-reported_at", "-id")
    )


@dataclass(frozen=True)
class BodyCount:
    """How often a body was reported, by how many people, and when last. key: what its reports are counted by."""

    key: str
    name: str
    reports: int
    people: int
    last_at: dt.datetime


def demands_by_body(actor: Actor, *, most: int = 50) -> list[BodyCount]:
    """Count the reports of each asking body within the actor's reach, most first."""
    rows = (
        demands_for(actor)
        .order_by()
        .values("asking_key")
        .annotate(
            reports=Count("pk"),
            people=Count("reported_by", distinct=True),
            name=Max("asking_body"),
            last_at=Max("reported_at"),
        )
        .order_by("-reports", "asking_key")[:most]
    )
    return [BodyCount(row["asking_key"], row["name"], row["reports"], row["people"], row["last_at"]) for row in rows]


def found_proofs(q: str) -> list[Proof]:
    """Return the proofs that nobody may ask for, or those of them that fit what was typed, in people's words too."""
    proofs = catalogue.forbidden_proofs()
    typed = catalogue_rules.same_spelling(q)
    if not typed:
        return list(proofs)
    named = catalogue_rules.forbidden_proof(q, proofs)
    return [
        proof
        for proof in proofs
        if proof == named or any(typed in catalogue_rules.same_spelling(name) for name in (proof.name, *proof.synonyms))
    ]


def held_by_everybody(on: dt.date) -> Iterator[tuple[UUID, str]]:
    """Yield holder and item of each certificate that is valid on a day, of every county. For batches."""
    held = Certificate.everywhere.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), status=CertificateStatus.VALID, valid_from__lte=on
    )
    yield from held.order_by().values_list("holder_id", "item_code").iterator()
