from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ids import new_id
from linli.core.rows import prepared


class AccountKind(models.TextChoices):
    RESIDENT = "resident", _("居民")
    STAFF = "staff", _("工作人员")
    ORGANISATION = "organisation", _("组织")


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)

    def get(self, *args: Any, **kwargs: Any) -> "Account":
        """Return the account; by its id alone, as the framework asks in every request, with a statement made once."""
        if args or kwargs.keys() != {"pk"} or not isinstance(kwargs["pk"], UUID):
            return super().get(*args, **kwargs)
        found = _with_id(kwargs["pk"])
        if not found:
            raise self.model.DoesNotExist
        return found[0]


@prepared
def _with_id(account_id: UUID) -> "models.QuerySet[Account]":
    return Account.objects.filter(pk=account_id)


class Account(AbstractBaseUser):
    """Somebody who signs in. Staff by user name and password, residents by telephone and one-time code.

    phone is sealed, phone_index its keyed blind index. person_id: the registry's person, once her identity is known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=AccountKind)
    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    phone = models.TextField(blank=True)
    phone_index = models.CharField(max_length=80, blank=True, db_index=True)
    phone_verified = models.BooleanField(default=False)
    person_id = models.UUIDField(null=True, db_index=True)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)  # type: ignore[misc]
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"],
                condition=models.Q(kind="resident") & ~models.Q(phone_index=""),
                name="accounts_one_resident_a_phone",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        return self.kind == AccountKind.STAFF


class RoleHeld(models.Model):
    """A role held at a division for a time, half open. department: the line, for department staff.

    A delegated one (R10) names the colleague it stands in for and the holding that it rests on. from_group: the group at
    the identity provider that gave it, and whose loss ends it. waits: it is given, and not held before a second person has confirmed it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="roles_held")
    role = models.CharField(_("角色"), max_length=32)
    division = models.ForeignKey("territory.Division", models.PROTECT, related_name="+")
    department = models.CharField(_("部门"), max_length=32, blank=True)
    valid_from = models.DateField(_("开始"))
    valid_to = models.DateField(_("结束"), null=True)
    waits = models.BooleanField(default=False)
    from_group = models.CharField(max_length=120, blank=True, default="")
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    stands_in_for = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    delegated_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="delegations")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_role_ends_after_it_begins",
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="accounts_delegation_names_both_and_ends",
                condition=models.Q(stands_in_for__isnull=True, delegated_from__isnull=True)
                | models.Q(stands_in_for__isnull=False, delegated_from__isnull=False, valid_to__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["account", "role", "division", "department"],
                condition=models.Q(valid_to__isnull=True),
                name="accounts_one_open_holding",
            ),
        ]
        indexes = [models.Index(fields=["division", "role", "valid_from"], name="accounts_roles_at")]

    def __str__(self) -> str:
        return f"{self.role} {self.division_id}"


class OneTimeCode(models.Model):
    """A code sent to a telephone: only its keyed digest is kept. The newest of a telephone is the one that counts."""

    kept_central = "written by many requests, joined with no place-bound table"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone_index = models.CharField(max_length=80, db_index=True)
    digest = models.CharField(max_length=80)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.created_at}"


class Throttle(models.Model):
    """How often something was tried lately. key is a keyed digest: no name, number or address stands here in clear."""

    kept_central = "written by many requests, joined with no place-bound table"

    key = models.CharField(max_length=80, primary_key=True)
    count = models.PositiveSmallIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count}"
