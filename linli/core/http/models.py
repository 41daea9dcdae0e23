from django.db import models

from linli.core.ids import new_id


class IdempotencyKey(models.Model):
    """A creating request that was answered: the same key of the same account gets the same answer."""

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=64)
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    result = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "operation", "key"], name="core_http_one_answer_for_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"


class Tally(models.Model):
    """How often something was done in a span of time that is named in the key."""

    kept_central = "written by many requests, joined with no place-bound table"

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
