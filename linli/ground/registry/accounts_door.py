"""The resident's account as the registry needs it."""

from __future__ import annotations

from uuid import UUID

from linli.core.access import Actor
from linli.core.crypto import unseal
from linli.ground.accounts.models import Account


def account_of(actor: Actor) -> Account:
    """The account that acts. Raises Account.DoesNotExist."""
    if actor.account_id is None:
        raise Account.DoesNotExist
    return Account.objects.get(pk=actor.account_id)


def phone_of(account: Account) -> str:
    """The account's telephone, as it was proved by a code."""
    return unseal(account.phone, where="accounts.account.phone", row=account.pk)


def link(account: Account, person_id: UUID, *, name: str, by: Actor) -> None:
    Account.objects.filter(pk=account.pk).update(person_id=person_id, name=name)


def accounts_of(person_id: UUID) -> list[Account]:
    return list(Account.objects.filter(person_id=person_id).order_by("created_at", "id"))


def unlink(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(person_id=None)
