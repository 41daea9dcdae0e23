from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id


class Seal(models.Model):
    """An issuing body's signing key and certificate, with its custodian. The private key is sealed.

    One in force for a division and department ("" = the division's own committee or office).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    department = models.CharField(max_length=32, blank=True)
    issuer_name = models.CharField(_("签发机关"), max_length=120)
    custodian = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    private_key = models.TextField()
    certificate_pem = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.issuer_name


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("有效")
    REVOKED = "revoked", _("已撤销")


class Certificate(models.Model):
    """A signed result. token is what the QR code carries; number is for people.

    facts: sealed JSON of what is printed. shown: names of the facts the holder lets the public page show.
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
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    scope = Scope(department="department", person=("holder_id",))
    objects = ScopedManager["Certificate"]()
    everywhere = models.Manager["Certificate"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "number"], name="certificates_number_once"),
            models.UniqueConstraint(fields=["county_code", "case_number", "item_code"], name="certificates_one_a_case"),
        ]
        indexes = [models.Index(fields=["holder_id", "item_code", "status"], name="certificates_held")]

    def __str__(self) -> str:
        return self.number


class SealUse(models.Model):
    """The register of a seal's use: one row a sealed document, with its occasion. Never edited (R46)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=40)
    document = models.CharField(max_length=60)
    approved_by = models.UUIDField(null=True)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.document
