"""Where somebody is signed in: one row a device, from the door to the end."""

from django.db import models

from linli.core.ids import new_id
from linli.ground.accounts.models.people import Account


class SignIn(models.Model):
    """One sign-in on one device. session_key ends it; address is sealed.

    browser and system are words of devices.py. post is the one chosen to act in, None for the first. provider_session:
    the identity provider's, for its logout.
    """

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=60, db_index=True)
    method = models.CharField(max_length=24, blank=True)
    browser = models.CharField(max_length=24, blank=True)
    system = models.CharField(max_length=24, blank=True)
    address = models.TextField(blank=True)
    post_id = models.UUIDField(null=True, db_index=True)
    provider_session = models.CharField(max_length=255, blank=True, db_index=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "ended_at", "seen_at"], name="accounts_sign_ins_open")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at}"
