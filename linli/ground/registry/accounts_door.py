"""The resident's account as the registry needs it: through the door of accounts."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from linli.core.access import Actor
from linli.ground.accounts import queries, services, throttle
from linli.ground.accounts.models import Account

phone_of = queries.phone_of
link = services.link_person

TRIES = 5
PAUSE = dt.timedelta(days=1)


def may_try(actor: Actor) -> bool:
    """Count a try to confirm an identity; False after the fifth, until a day has passed."""
    return throttle.take("registry.identity", str(actor.account_id), limit=TRIES, pause=PAUSE) is None


def account_of(actor: Actor) -> Account:
    """The account that acts. Raises Account.DoesNotExist."""
    if actor.account_id is None:
        raise Account.DoesNotExist
    return Account.objects.get(pk=actor.account_id)


def accounts_of(person_id: UUID) -> list[Account]:
    return list(Account.objects.filter(person_id=person_id).order_by("created_at", "id"))


def account_behind(person_id: UUID | None, account_id: UUID | None) -> Account | None:
    """The account itself, else the first that is the person's."""
    if account_id is not None:
        return Account.objects.filter(pk=account_id, is_active=True).first()
    rows = Account.objects.filter(person_id=person_id, is_active=True) if person_id else Account.objects.none()
    return rows.order_by("created_at", "id").first()


def unlink(account: Account) -> None:
    """Take the person away from an account that turned out to be somebody else's."""
    account.person_id = None
    account.save(update_fields=["person_id"])
