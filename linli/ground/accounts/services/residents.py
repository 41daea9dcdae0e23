"""Residents' accounts: made at the first sign-in, tied to a person once her identity is known."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from linli.core import audit
from linli.core.access import Actor, system_actor
from linli.core.calendar import now
from linli.core.crypto import blind, blind_candidates, seal
from linli.core.ids import new_id
from linli.ground.accounts import queries, rules
from linli.ground.accounts.models import Account, AccountKind


def resident_for_phone(phone: str, *, name: str = "") -> Account:
    """Return the resident's account of a telephone, made if there is none. Raises PhoneNotGood.

    Two first sign-ins at the same moment meet in one account: the database keeps it one a telephone.
    """
    phone = rules.normalise_mobile(phone)
    known = Account.objects.filter(kind=AccountKind.RESIDENT, phone_index__in=blind_candidates(phone, purpose="phone"))
    if account := known.first():
        return account
    account = Account(
        id=new_id(),
        kind=AccountKind.RESIDENT,
        name=rules.check_name(name) if name else "",
        phone_index=blind(phone, purpose="phone"),
        created_at=now(),
    )
    account.username = f"resident-{account.pk.hex}"
    account.phone = seal(phone, where=queries.PHONE, row=account.pk)
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            audit.record(system_actor("first sign-in by telephone"), "accounts.resident_created", account)
    except IntegrityError:
        return known.get()
    return account


@transaction.atomic
def link_person(account: Account, person_id: UUID, *, name: str = "", by: Actor | None = None) -> Account:
    """Tie a resident's account to the registry's person that she has proved to be; name is the one on her document."""
    account.person_id = person_id
    if name:
        account.name = rules.check_name(name)
    account.save(update_fields=["person_id", "name"])
    audit.record(by or queries.actor_for(account), "accounts.person_linked", account, person_id=person_id)
    return account


@transaction.atomic
def unlink_person(account: Account, *, by: Actor) -> Account:
    """Take the person away from an account that turned out to be somebody else's. Harmless when repeated."""
    person_id, account.person_id = account.person_id, None
    if person_id is not None:
        account.save(update_fields=["person_id"])
        audit.record(by, "accounts.person_unlinked", account, person_id=person_id)
    return account


def set_language(account: Account, language: str) -> Account:
    """Keep the language in which the account wants to read; one that we do not speak changes nothing."""
    if language in dict(settings.LANGUAGES):
        account.language = language
        account.save(update_fields=["language"])
    return account
