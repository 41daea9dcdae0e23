import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from linli.core import crypto
from linli.core.access import Scope, ScopedManager
from linli.core.ids import grouped, new_id
from linli.core.shards.keys import InCountyKey
from linli.core.shards.rows import InCounty
from linli.services.catalogue import queries as catalogue
from linli.services.certificates import rules, signing
from linli.services.certificates.rules import Occasion


class Authority(models.Model):
    """The installation's own certificate authority: every seal's certificate is signed by it. The key is sealed.

    The highest serial signs; earlier ones stay, since papers rest on them.
    """

    serial = models.PositiveSmallIntegerField(primary_key=True)
    private_key = models.TextField()
    certificate_pem = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"CA {self.serial}"

    def key_pair(self) -> signing.KeyPair:
        private = crypto.unseal(self.private_key, where="certificates.authority.private_key", row=self.serial)
        return signing.KeyPair(private, self.certificate_pem)


class Seal(models.Model):
    """An issuing body's signing key and certificate, with its custodian. The private key is sealed.

    One in force for a division and department ("" = the division's own committee or office). Withdrawn by revoked_at,
    never deleted: what it sealed before is still checked against it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    department = models.CharField(max_length=32, blank=True)
    issuer_name = models.CharField(_("签发机关"), max_length=120)
    custodian = models.ForeignKey(
        "accounts.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("保管人")
    )
    private_key = models.TextField()
    certificate_pem = models.TextField()
    key_id = models.CharField(max_length=16, unique=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(_("停用原因"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["division", "department"],
                condition=Q(revoked_at__isnull=True),
                name="certificates_one_seal_in_force",
            )
        ]

    def __str__(self) -> str:
        return self.issuer_name

    def is_in_force(self, moment: dt.datetime) -> bool:
        return (
            self.revoked_at is None and self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)
        )

    def key_pair(self) -> signing.KeyPair:
        private = crypto.unseal(self.private_key, where="certificates.seal.private_key", row=self.pk)
        return signing.KeyPair(private, self.certificate_pem)


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("有效")
    REVOKED = "revoked", _("已撤销")


@dataclass(frozen=True)
class Printed:
    """What is printed on a certificate, and kept sealed. holder_id: masked, as printed. facts: label and value."""

    holder: str
    holder_id: str = ""
    holder_kind: str = "natural_person"
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def holder_masked(self) -> str:
        """The holder as strangers see her; a group's name is no secret."""
        return rules.mask_name(self.holder) if self.holder_kind == "natural_person" else self.holder

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Printed":
        raw = json.loads(text)
        return cls(**{**raw, "facts": [(label, value) for label, value in raw["facts"]]})


PRINTED_BY_US = [_("姓名"), _("事项"), _("受理编号"), _("受理社区"), _("决定日期")]
"""Labels that stand on papers whatever the item; pages say them in the reader's language."""


class Certificate(InCounty):
    """A signed result. token is what the QR code carries; number is for people.

    facts: sealed JSON of what is printed (Printed). shown: names of the facts the holder lets the public page show.
    Valid from valid_from to the day before valid_to. replaces: the one in whose place it was issued.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("证书编号"), max_length=24)
    token = models.CharField(max_length=43, unique=True)
    item_code = models.CharField(max_length=60)
    item_version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="+")
    title = models.CharField(_("名称"), max_length=120)
    holder_id = models.UUIDField(_("持有人"), db_index=True)
    case_number = models.CharField(_("受理编号"), max_length=24)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6, editable=False)
    department = models.CharField(max_length=32, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    facts = models.TextField()
    shown = models.JSONField(default=list)
    pdf = models.ForeignKey("core_files.StoredFile", models.PROTECT, related_name="+")
    pdf_sha256 = models.CharField(max_length=64)
    status = models.CharField(_("状态"), max_length=12, choices=CertificateStatus, default=CertificateStatus.VALID)
    issued_at = models.DateTimeField(_("签发时间"))
    valid_from = models.DateField(_("有效期起"))
    valid_to = models.DateField(_("有效期止"), null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_because = models.CharField(_("撤销原因"), max_length=300, blank=True)
    replaces = InCountyKey("self", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    scope = Scope(department="department", person=("holder_id",))
    objects = ScopedManager["Certificate"]()
    everywhere = models.Manager["Certificate"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "number"], name="certificates_number_once"),
            models.UniqueConstraint(
                fields=["county_code", "case_number", "item_code"],
                condition=Q(replaces__isnull=True),
                name="certificates_one_a_case",
            ),
            models.UniqueConstraint(
                fields=["county_code", "replaces"],
                condition=Q(replaces__isnull=False),
                name="certificates_replaced_once",
            ),
            models.CheckConstraint(
                condition=Q(status=CertificateStatus.VALID, revoked_at__isnull=True)
                | (Q(status=CertificateStatus.REVOKED, revoked_at__isnull=False) & ~Q(revoked_because="")),
                name="certificates_revoked_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="certificates_valid_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["holder_id", "item_code", "status"], name="certificates_held"),
            models.Index(fields=["county_code", "department", "issued_at", "id"], name="certificates_list"),
            models.Index(fields=["pdf_sha256"], name="certificates_by_content"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title_shown(self) -> str:
        """The name in the reader's language."""
        is_english = (get_language() or "").startswith("en")
        return catalogue.item(self.item_version).result.name.en if is_english else self.title

    @property
    def number_shown(self) -> str:
        return grouped(self.number)

    @property
    def case_number_shown(self) -> str:
        return grouped(self.case_number) if self.case_number.isalnum() else self.case_number

    @property
    def issuer(self) -> str:
        return self.seal.issuer_name

    @property
    def last_day(self) -> dt.date | None:
        return self.valid_to - dt.timedelta(days=1) if self.valid_to else None

    @property
    def is_revoked(self) -> bool:
        return self.status == CertificateStatus.REVOKED

    @property
    def printed(self) -> Printed:
        """What is printed, unsealed. Whoever shows it has asked who may see it."""
        return Printed.from_json(crypto.unseal(self.facts, where="certificates.certificate.facts", row=self.pk))

    def labelled(self, facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return facts with their labels in the reader's language; the values stay as they are printed."""
        if not (get_language() or "").startswith("en"):
            return facts
        fields = self.item_version.content.get("form", {}).get("properties", {}).values()
        english = {field["title"]: field["title_en"] for field in fields if field.get("title_en")}
        with override("zh-hans"):
            printed = [str(label) for label in PRINTED_BY_US]
        known = dict(zip(printed, map(str, PRINTED_BY_US), strict=True))
        return [(english.get(label) or known.get(label, label), value) for label, value in facts]

    def state_on(self, day: dt.date) -> rules.State:
        return rules.state_on(day, revoked=self.is_revoked, valid_from=self.valid_from, valid_to=self.valid_to)


class SealUse(models.Model):
    """The register of a seal's use (R46b): one row a sealed document, with its occasion. Never edited.

    document: the paper's number; case_number: the case or resolution it rests on; sha256: of the sealed file.
    Triggers refuse UPDATE and DELETE (register.py).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=40, choices=Occasion)
    document = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    case_number = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, db_index=True)
    approved_by = models.UUIDField(null=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(case_number=""), name="certificates_seal_use_has_case"),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="certificates_seal_use_listed"),
        ]
        indexes = [models.Index(fields=["seal", "used_at", "id"], name="certificates_seal_uses")]

    def __str__(self) -> str:
        return self.document


class Paper(InCounty):
    """A paper that an act of a case leaves behind (受理通知书, 不予决定书, …): the same for ever.

    What it says (facts: sealed JSON of documents.NOTICES[kind]) is written in the act's own transaction. The file is
    made when somebody first opens it, with the seal of the body that acted (division, department), and kept. waits_since:
    opened, and the body had no seal then. act_id: the act, or the receipt of a visit, that it rests on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    number = models.CharField(_("文书编号"), max_length=24)
    token = models.CharField(max_length=43, unique=True)
    case_number = models.CharField(_("受理编号"), max_length=24)
    holder_id = models.UUIDField(null=True)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6, editable=False)
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    department = models.CharField(max_length=32, blank=True)
    approved_by = models.UUIDField(null=True)
    dated = models.DateField()
    facts = models.TextField()
    written_at = models.DateTimeField()
    waits_since = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="+")
    pdf = models.ForeignKey("core_files.StoredFile", models.PROTECT, null=True, related_name="+")
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    scope = Scope(department="department", person=("holder_id",))
    objects = ScopedManager["Paper"]()
    everywhere = models.Manager["Paper"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "act_id"], name="certificates_one_paper_an_act"),
            models.UniqueConstraint(fields=["county_code", "number"], name="certificates_paper_number_once"),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True, seal__isnull=True, pdf__isnull=True)
                | Q(sealed_at__isnull=False, seal__isnull=False, pdf__isnull=False),
                name="certificates_paper_sealed_as_a_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["county_code", "case_number"], name="certificates_papers_of_case"),
            models.Index(fields=["pdf_sha256"], name="certificates_paper_content", condition=~Q(pdf_sha256="")),
            models.Index(
                fields=["department", "division"], name="certificates_papers_waiting",
                condition=Q(waits_since__isnull=False, sealed_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number_shown(self) -> str:
        return grouped(self.number)

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def says(self) -> dict[str, Any]:
        """What is printed, unsealed. Whoever shows it has asked who may see it."""
        said: dict[str, Any] = json.loads(crypto.unseal(self.facts, where="certificates.paper.facts", row=self.pk))
        return said


class ProofDemand(InCounty):
    """Somebody was asked for a proof that nobody may ask for (R45): what, by whom, for what, and who says so.

    proof is the list's entry where the database holds it, proof_name its name or what people called it. asking_key is
    asking_body without what does not change its meaning: reports are counted by it. note is sealed
    ("certificates.proofdemand.note").
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    county_code = models.CharField(max_length=6, editable=False)
    community = models.ForeignKey("territory.Division", models.PROTECT, related_name="+", verbose_name=_("社区"))
    proof = models.ForeignKey("catalogue.ForbiddenProof", models.PROTECT, null=True, related_name="+")
    proof_name = models.CharField(_("要的证明"), max_length=120)
    asking_body = models.CharField(_("谁要的"), max_length=120)
    asking_key = models.CharField(max_length=120)
    asked_for = models.CharField(_("办什么事"), max_length=120)
    note = models.TextField(_("还想说的"), blank=True)
    reported_by = models.UUIDField()
    """The account that reported it."""
    reported_at = models.DateTimeField()

    scope = Scope()
    objects = ScopedManager["ProofDemand"]()
    everywhere = models.Manager["ProofDemand"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(proof_name="") & ~Q(asking_body="") & ~Q(asking_key=""),
                name="certificates_demand_says_what_and_who",
            ),
        ]
        indexes = [
            models.Index(fields=["county_code", "asking_key"], name="certificates_demands_by_body"),
            models.Index(fields=["county_code", "reported_at", "id"], name="certificates_demands"),
        ]

    def __str__(self) -> str:
        return self.proof_name

    @property
    def note_shown(self) -> str:
        """The note, unsealed. Whoever shows it has asked who may see it."""
        return crypto.unseal(self.note, where="certificates.proofdemand.note", row=self.pk) if self.note else ""
