"""What somebody proves with, beside the password, that it is she: an app with codes, passkeys, codes on paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id
from linli.ground.accounts.models.people import Account


class AuthenticatorApp(models.Model):
    """An app that shows six digits every thirty seconds (RFC 6238). secret is sealed.

    last_step is the time step of the last code that was taken: it and those before serve no second time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="authenticator_app")
    secret = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account_id}"


class Passkey(models.Model):
    """A passkey (WebAuthn level 2): the public half of a key that never leaves the person's device or key ring.

    credential_id and public_key are base64url; sign_count is what the device counted, zero where it does not count.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="passkeys")
    name = models.CharField(_("名称"), max_length=40)
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    sign_count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper for the day on which the telephone is lost: only its keyed digest is kept, and it serves once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account_id}"
