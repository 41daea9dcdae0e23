from django.db import models

from linli.core.countersign.rules import State
from linli.core.ids import new_id


class Countersignature(models.Model):
    """Something that one person has asked for and another has to confirm. payload is sealed: what is to be done."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.CharField(max_length=60)
    payload = models.TextField()
    place = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    asked_by_id = models.UUIDField(db_index=True)
    asked_by_name = models.CharField(max_length=60)
    asked_post_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_by_id = models.UUIDField(null=True)
    settled_by_name = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "place", "asked_at", "id"], name="core_countersign_waiting")]
        constraints = [
            models.CheckConstraint(
                name="core_countersign_two_people",
                condition=~models.Q(state=State.CONFIRMED)
                | (models.Q(settled_by_id__isnull=False) & ~models.Q(settled_by_id=models.F("asked_by_id"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.asked_at}"
