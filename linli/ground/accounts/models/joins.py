from django.db import models

from linli.core.ids import new_id


class AccountJoin(models.Model):
    """That two accounts are one resident's: the other's telephone opens the one that is kept, until they are parted.

    moved: what came over from the other, ids by kind (services.joining.Holding). *_person: whom each bore before.
    proof: "card" at a window, or "codes" of both telephones.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey("accounts.Account", models.PROTECT, related_name="joins")
    other = models.ForeignKey("accounts.Account", models.PROTECT, related_name="joined_by")
    kept_person = models.UUIDField(null=True)
    other_person = models.UUIDField(null=True)
    moved = models.JSONField(default=dict)
    proof = models.CharField(max_length=8)
    joined_by_id = models.UUIDField(null=True)
    joined_at = models.DateTimeField()
    parted_by_id = models.UUIDField(null=True)
    parted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=models.Q(parted_at__isnull=True), name="accounts_joined_to_one"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("other")), name="accounts_join_two"),
        ]

    def __str__(self) -> str:
        return f"{self.proof} {self.joined_at:%Y-%m-%d}"
