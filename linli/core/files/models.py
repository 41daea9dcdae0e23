from django.db import models

from linli.core.ids import new_id


class StoredFile(models.Model):
    """One content, stored once under its SHA-256, encrypted at rest. Access follows the record that points here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    """The media type found in the content, not the one claimed."""
    storage_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "kind"], name="core_files_same_content_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
