from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.access import Scope, ScopedManager
from linli.core.ids import new_id
from linli.core.shards.rows import InCounty


class Channel(models.TextChoices):
    PORTAL = "portal", _("站内信")
    SMS = "sms", _("短信")


class State(models.TextChoices):
    WAITING = "waiting", _("等待发送")
    SENT = "sent", _("已发送")
    DELIVERED = "delivered", _("已送达")
    READ = "read", _("已读")
    FAILED = "failed", _("没有送到")
    NO_CONSENT = "no_consent", _("没有同意接收")
    NO_ADDRESS = "no_address", _("没有手机号")


class Failure(models.TextChoices):
    GATEWAY = "gateway", _("短信平台一直不通")
    NUMBER = "number", _("号码收不到短信")
    TOO_LATE = "too_late", _("过了一天还没发出去，不再发")


class Message(InCounty):
    """One message to one person over one channel, and what became of it.

    text and address are sealed ("core_messages.message.text", "….address"): what was sent, in the receiver's language,
    and the telephone it went to. A message that is not sent holds neither.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(null=True)
    account_id = models.UUIDField(null=True)
    county_code = models.CharField(max_length=6, blank=True)
    channel = models.CharField(max_length=12, choices=Channel)
    template = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    """What the person agreed to hear about (Consent.purpose)."""
    text = models.TextField(blank=True)
    address = models.TextField(blank=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    link = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=12, choices=Failure, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    receipt = models.CharField(max_length=80, blank=True)
    """The gateway's own number for it, under which it reports what became of it."""
    once_key = models.CharField(max_length=120)
    """Event and receiver: delivering an event twice sends once."""
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    scope = Scope(community=(), person=("person_id",))
    objects = ScopedManager["Message"]()
    everywhere = models.Manager["Message"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county_code", "once_key", "channel"], name="core_messages_sent_once"),
            models.CheckConstraint(
                condition=Q(person_id__isnull=False) | Q(account_id__isnull=False), name="core_messages_has_a_receiver"
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "channel", "created_at"], name="core_messages_of_person"),
            models.Index(fields=["account_id", "channel", "created_at"], name="core_messages_of_account"),
            models.Index(fields=["about_type", "about_id", "created_at"], name="core_messages_about"),
            models.Index(fields=["receipt"], name="core_messages_receipt", condition=~Q(receipt="")),
            models.Index(fields=["created_at"], name="core_messages_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"


class Consent(models.Model):
    """Whether a person agreed to be told over a channel, with the words she agreed to; withdrawn, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    channel = models.CharField(max_length=12, choices=Channel)
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_through = models.CharField(max_length=20)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "channel", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="core_messages_one_consent_in_force",
            )
        ]
        indexes = [models.Index(fields=["person_id", "given_at"], name="core_messages_consents")]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"


class OutboxEntry(models.Model):
    """What the gateway without a network was handed: the text messages of a demonstration. Swept out after a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=64, blank=True)
    """The message it belongs to; a one-time code has none."""
    text = models.TextField()
    """Sealed ("core_messages.outboxentry.text")."""
    address = models.TextField()
    """Sealed ("core_messages.outboxentry.address")."""
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
