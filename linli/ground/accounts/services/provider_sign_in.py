"""Signing in through the city's identity provider: whose account it is, and which roles her groups give her."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from linli.core import audit
from linli.core.access import system_actor
from linli.core.calendar import now, today
from linli.core.http import Refused
from linli.ground.accounts import groups, queries, rules
from linli.ground.accounts.models import Account, AccountKind, OutsideIdentity, RoleHeld
from linli.ground.accounts.provider import Logout, Said
from linli.ground.accounts.services import sign_ins, staff
from linli.ground.territory import queries as territory

logger = logging.getLogger(__name__)

BY = system_actor("identity provider")


@transaction.atomic
def account_of(said: Said) -> Account:
    """Return the account of whom the provider speaks, with the roles that her groups give her today.

    The first time it is found by its user name, or made where the setting says so; from then on by the provider's
    subject alone. Raises ProviderUnknown, ProviderWithoutRole, IdentityTaken, AccountClosed.
    """
    known = OutsideIdentity.objects.filter(issuer=said.issuer, subject=said.subject).select_related("account").first()
    account = known.account if known else _first_time(said)
    if not account.is_active:
        raise rules.AccountClosed
    take_over_roles(account, said.groups)
    return account


def take_over_roles(account: Account, in_groups: Iterable[str]) -> None:
    """Give the roles of her groups, and end those of groups that she has left. Runs in the caller's transaction.

    Roles that an administrator gave are left alone.
    """
    inside = set(in_groups)
    wanted = {}
    for grant in groups.grants():
        if grant.group in inside:
            try:
                division = territory.by_code(grant.division)
            except ObjectDoesNotExist:
                logger.warning("accounts.group_without_division", extra={"division": grant.division})
                continue
            wanted[(grant.role, division.pk, grant.department)] = grant.group
    from_groups = RoleHeld.objects.filter(queries.not_over(today()), account=account).exclude(from_group="")
    for held in from_groups.select_related("division", "account"):
        if wanted.pop((held.role, held.division_id, held.department), None) is None:
            staff.end_role(held.pk, by=BY)
    for (role, division_id, department), group in wanted.items():
        try:
            staff.give_role(account, role=role, division_id=division_id, department=department, from_group=group, by=BY)
        except rules.RoleHeldAlready:
            continue  # an administrator gave it
        except Refused as refusal:
            logger.warning("accounts.group_gives_nothing", extra={"role": role, "code": refusal.code})


@transaction.atomic
def logged_out(notice: Logout) -> int:
    """Sign out what the provider says is over; return in how many places."""
    account = None
    if notice.subject:
        known = OutsideIdentity.objects.filter(issuer=notice.issuer, subject=notice.subject).first()
        if known is None:
            return 0
        account = known.account
    return sign_ins.end_for_provider(account=account, provider_session=notice.session, by=BY)


def _first_time(said: Said) -> Account:
    username = rules.normalise_username(said.username)[:60]
    account = Account.objects.filter(username=username, kind=AccountKind.STAFF).first() if username else None
    if account is None:
        account = _made(said, username)
    elif OutsideIdentity.objects.filter(account=account, issuer=said.issuer).exists():
        raise rules.IdentityTaken(username=username)
    elif account.must_change_password:
        # The password that was drawn for her is not needed: nobody is to come in by it.
        account.set_unusable_password()
        account.must_change_password = False
        account.save(update_fields=["password", "must_change_password"])
    identity = OutsideIdentity.objects.create(
        account=account, issuer=said.issuer, subject=said.subject, created_at=now()
    )
    audit.record(BY, "accounts.identity_linked", identity, account=account.pk)
    return account


def _made(said: Said, username: str) -> Account:
    if not settings.OIDC_CREATE or not username:
        raise rules.ProviderUnknown(username=username)
    if not any(grant.group in said.groups for grant in groups.grants()):
        raise rules.ProviderWithoutRole
    new = staff.create_staff(username=username, name=said.name or username, by=BY)
    new.account.set_unusable_password()
    new.account.must_change_password = False
    new.account.save(update_fields=["password", "must_change_password"])
    return new.account
