from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.files.readability import Verdict
from linli.core.files.scanning import Scan
from linli.core.ids import new_id


class StoredFile(models.Model):
    """One content, stored once under its SHA-256, encrypted at rest. Access follows the record that points here.

    size and sha256 are those of the content as it is kept: photographs are re-encoded before. pages is a PDF's,
    verdict a photograph's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=80)
    """The media type found in the content, not the one claimed."""
    storage_key = models.CharField(max_length=120)
    key_id = models.CharField(max_length=40)
    """The key of the key ring that the content is sealed with."""
    pages = models.PositiveIntegerField(_("页数"), null=True)
    verdict = models.CharField(_("看得清吗"), max_length=12, choices=Verdict, blank=True)
    came_as = models.CharField(max_length=64, blank=True, db_index=True)
    """SHA-256 of the upload as it first came, with its claims: sent again, it need not be looked into again."""
    scan = models.CharField(max_length=12, blank=True, default="", db_default="")
    """What the virus scanner said (scanning.Scan). What waits or is infected is opened by nobody."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "kind"], name="core_files_same_content_once")]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(scan=Scan.WAITS), name="core_files_wait_for_a_scan")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"

    @property
    def is_image(self) -> bool:
        return self.kind.startswith("image/")
