"""Who somebody is elsewhere: at the city's identity provider."""

from django.db import models

from linli.core.ids import new_id
from linli.ground.accounts.models.people import Account


class OutsideIdentity(models.Model):
    """An account's identity at an OpenID provider: issuer and subject name it for good, whatever she is called there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="outside_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_one_account_a_subject"),
            models.UniqueConstraint(fields=["account", "issuer"], name="accounts_one_subject_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}"
