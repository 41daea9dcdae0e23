"""The resident's account as the registry needs it: through the door of accounts."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from uuid import UUID

from linli.core.access import Actor
from linli.ground.accounts import queries, services, throttle
from linli.ground.accounts.models import Account

phone_of = queries.phone_of
accounts_of = queries.accounts_of_person
link = services.link_person
unlink = services.unlink_person

TRIES = 5
PAUSE = dt.timedelta(days=1)


def may_try(actor: Actor) -> bool:
    """Count a try to confirm an identity; False after the fifth, until a day has passed."""
    return throttle.take("registry.identity", str(actor.account_id), limit=TRIES, pause=PAUSE) is None


def account_of(actor: Actor) -> Account:
    """The account that acts. Raises Account.DoesNotExist."""
    if actor.account_id is None:
        raise Account.DoesNotExist
    return queries.account(actor.account_id)


def account_behind(person_id: UUID | None, account_id: UUID | None) -> Account | None:
    """The account itself, else the first that is the person's; None where it is closed."""
    if account_id is not None:
        with suppress(Account.DoesNotExist):
            account = queries.account(account_id)
            return account if account.is_active else None
        return None
    open_ones = (account for account in accounts_of(person_id) if account.is_active) if person_id else iter(())
    return next(open_ones, None)
