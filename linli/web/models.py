from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id


class Demonstration(models.Model):
    """The mark of a database that holds the demonstration, and nothing else ever.

    What was asked for; reached_at: up to which moment of the past it has been replayed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seed = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(default=0)
    days = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.cases}"


class KioskDevice(models.Model):
    """A public screen in a hall: registered by staff for one place, until somebody revokes it (R156).

    The device holds a token in a cookie, we its digest. Until it has been paired, pairing_digest is that of the code
    which somebody types into it once.
    """

    copied_because = "there are few, and the cookie by which one is found names no county"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    county_code = models.CharField(max_length=6, editable=False)
    name = models.CharField(_("放在哪里"), max_length=60)
    token_digest = models.CharField(max_length=80, blank=True)
    pairing_digest = models.CharField(max_length=80, blank=True)
    pairing_expires_at = models.DateTimeField(null=True)
    registered_by = models.UUIDField(null=True)
    registered_name = models.CharField(max_length=60)
    registered_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_name = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "revoked_at"], name="web_kiosks_of_place"),
            models.Index(fields=["pairing_digest"], name="web_kiosks_pairing"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rest(self) -> dict[str, int]:
        """Seconds by which the screen's script and its page without script count."""
        from linli.web.kiosk import rules

        seconds = settings.KIOSK_REST_SECONDS
        return {
            "rest": seconds,
            "warned": min(rules.WARNED_SECONDS, seconds // 2),
            "tell": rules.TOLD_EVERY_SECONDS,
            "without_script": seconds * rules.WITHOUT_SCRIPT,
        }


class KioskCall(models.Model):
    """Somebody at a public screen asks for help; who goes says so, and the call is over."""

    copied_because = "it goes with its screen"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.ForeignKey(KioskDevice, models.PROTECT, related_name="calls")
    county_code = models.CharField(max_length=6, editable=False)
    called_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    answered_name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(answered_at__isnull=True), name="web_one_open_call_a_kiosk"
            )
        ]

    def __str__(self) -> str:
        return f"{self.called_at:%Y-%m-%d %H:%M}"
