from django.db import models

from linli.core.audit.actions import action_label
from linli.core.ids import new_id


class ChainHead(models.Model):
    """The last link of one chain: a county's, or "house" for what has no place. Its row lock orders the writers."""

    shard_key = "chain"

    chain = models.CharField(max_length=12, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}"


class Entry(models.Model):
    """One act or one look. Rows are only ever added; triggers refuse UPDATE and DELETE.

    facts holds ids and plain values, never names, numbers or texts of people. hash = SHA-256 over the canonical
    form of the entry together with the previous hash.
    """

    shard_key = "chain"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain = models.CharField(max_length=12)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=32, blank=True)
    actor_division = models.CharField(max_length=12, blank=True)
    acting_for = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    person_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="core_audit_one_entry_a_place")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="core_audit_subject"),
            models.Index(fields=["person_id", "at", "id"], name="core_audit_person"),
            models.Index(fields=["chain", "at", "id"], name="core_audit_chain_time"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq} {self.action}"

    @property
    def label(self) -> str:
        """The action in words."""
        return action_label(self.action)


class DaySeal(models.Model):
    """The signed end of one chain's day (architecture, decision 5), bound to the seal before it."""

    shard_key = "chain"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain = models.CharField(max_length=12)
    day = models.DateField()
    seq = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    key_id = models.CharField(max_length=40)
    signature = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "day"], name="core_audit_one_seal_a_day")]

    def __str__(self) -> str:
        return f"{self.chain} {self.day}"


class Reading(models.Model):
    """That somebody may read what the log says of one subject, until when, and who else said so. Rows stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account_id", "ends_at"], name="core_audit_readings_of")]
        constraints = [
            models.CheckConstraint(
                name="core_audit_reading_by_two",
                condition=models.Q(confirmed_by_id__isnull=True) | ~models.Q(confirmed_by_id=models.F("account_id")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ends_at:%Y-%m-%d}"
