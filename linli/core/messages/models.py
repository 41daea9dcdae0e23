from django.db import models

from linli.core.ids import new_id


class Channel(models.TextChoices):
    PORTAL = "portal", "站内信"
    SMS = "sms", "短信"


class State(models.TextChoices):
    WAITING = "waiting", "等待发送"
    SENT = "sent", "已发送"
    DELIVERED = "delivered", "已送达"
    READ = "read", "已读"
    FAILED = "failed", "没有送到"
    NO_CONSENT = "no_consent", "没有同意接收"


class Message(models.Model):
    """One message to one person over one channel, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(null=True, db_index=True)
    account_id = models.UUIDField(null=True, db_index=True)
    county_code = models.CharField(max_length=6, blank=True)
    channel = models.CharField(max_length=12, choices=Channel)
    template = models.CharField(max_length=60)
    text = models.TextField()
    """Sealed: what was sent, in the receiver's language."""
    address = models.TextField(blank=True)
    """Sealed: the telephone it went to."""
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    link = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    once_key = models.CharField(max_length=120, unique=True)
    """Event and receiver: delivering an event twice sends once."""
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.template}"


class Consent(models.Model):
    """Whether a person agreed to be told over a channel, with the words she agreed to; withdrawn, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=12, choices=Channel)
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_through = models.CharField(max_length=20)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"
