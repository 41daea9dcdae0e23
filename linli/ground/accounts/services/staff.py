"""Staff: their accounts, the roles that they are given, and who stands in for whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from linli.core import audit, countersign
from linli.core.access import Actor, Permission, system_actor
from linli.core.calendar import now, today
from linli.core.countersign import services as countersigning
from linli.core.crypto import blind, seal
from linli.core.ids import grouped, new_id, random_serial
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, roles, rules
from linli.ground.accounts.models import Account, AccountKind, RoleHeld
from linli.ground.accounts.services import second_factor, sign_ins

if TYPE_CHECKING:
    from linli.ground.territory.models import Division

GIVE_ROLE, RESET_FACTORS = "accounts.give_role", "accounts.reset_factors"
"""Acts that need a second person where LINLI_FOUR_EYES names them."""


@dataclass(frozen=True)
class FirstRole:
    """The role that a new account begins with."""

    role: str
    division_id: UUID
    department: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True)
class NewStaff:
    """A new account, and its password: known only here and now, to be changed at the first sign-in."""

    account: Account
    password: str


@transaction.atomic
def create_staff(
    *,
    username: str,
    name: str,
    by: Actor,
    phone: str = "",
    password: str = "",
    password_hash: str = "",
    first_role: FirstRole | None = None,
) -> NewStaff:
    """Make an account for a member of staff, with its first role.

    Without a password one is drawn, which she must change when she first signs in. Only the system may leave out the
    role, set the password, or bring its hash along (an import of many). Raises Division.DoesNotExist out of reach, UsernameNotGood, UsernameTaken, NameNotGood,
    PhoneNotGood, FirstRoleMissing and what give_role raises.
    """
    username, name = rules.check_username(username), rules.check_name(name)
    phone = rules.normalise_mobile(phone) if phone else ""
    if by.kind != "system":
        if first_role is None:
            raise rules.FirstRoleMissing
        queries.division_for(by, may.CREATE_STAFF, first_role.division_id)
        password = password_hash = ""
    drawn = password or grouped(random_serial(12))
    account = Account(
        id=new_id(),
        kind=AccountKind.STAFF,
        username=username,
        name=name,
        phone_index=blind(phone, purpose="phone"),
        must_change_password=not (password or password_hash),
        created_at=now(),
    )
    account.phone = seal(phone, where=queries.PHONE, row=account.pk)
    if password_hash:
        account.password = password_hash
    else:
        account.set_password(drawn)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise rules.UsernameTaken(username=username) from None
    audit.record(by, "accounts.staff_created", account)
    if first_role is not None:
        give_role(
            account,
            role=first_role.role,
            division_id=first_role.division_id,
            department=first_role.department,
            valid_from=first_role.valid_from,
            valid_to=first_role.valid_to,
            by=by,
        )
    return NewStaff(account, drawn)


@transaction.atomic
def give_role(
    account: Account,
    *,
    role: str,
    division_id: UUID,
    by: Actor,
    department: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    from_group: str = "",
) -> RoleHeld:
    """Give a role at a division from a day (today) until a day (half open; None: until it is ended).

    Raises Division.DoesNotExist out of reach, NotToOneself, NotStaff, RoleUnknown, RoleNotAtThisLevel,
    RoleNotYoursToGive, the refusals about departments and spans, RoleHeldAlready. The system may give roles that
    began in the past. Where a second person is wanted, the role waits until one has confirmed it.
    """
    division = queries.division_for(by, may.GIVE_ROLE, division_id)
    if account.pk == by.account_id:
        raise rules.NotToOneself
    known = rules.check_role(role, level=division.level, department=department)
    if by.kind != "system" and not by.roles & set(known.given_by):
        givers = [str(roles.ROLES[code].name) for code in known.given_by]
        raise rules.RoleNotYoursToGive(role=known.name, giver="、".join(givers))
    start = valid_from or today()
    rules.check_span(start, valid_to, today=min(start, today()) if by.kind == "system" else today())
    _lock_staff(account.pk)
    same = RoleHeld.objects.filter(
        account=account, role=role, division=division, department=department, delegated_from__isnull=True
    )
    if same.filter(_overlaps(start, valid_to)).exists():
        raise rules.RoleHeldAlready(name=account.name)
    held = RoleHeld.objects.create(
        account=account,
        role=role,
        division=division,
        department=department,
        valid_from=start,
        valid_to=valid_to,
        from_group=from_group,
        waits=countersign.is_wanted(GIVE_ROLE, by),
        given_by_id=by.account_id,
    )
    if held.waits:
        countersigning.ask(GIVE_ROLE, {"held_id": str(held.pk)}, by=by)
        _record_role(by, "accounts.role_asked", held, division)
    else:
        _record_role(by, "accounts.role_given", held, division)
    return held


def confirm_role(held_id: UUID, *, by: Actor, second: Actor) -> RoleHeld:
    """Let a role that waits be held, now that a second person has confirmed it: called by the countersignature.

    Raises RoleHeld.DoesNotExist out of the asker's reach, RoleEndedAlready, NotTheSamePerson.
    """
    countersigning.demand(GIVE_ROLE, by=by, second=second)
    held = queries.roles_within(by, may.GIVE_ROLE).get(pk=held_id)
    if not RoleHeld.objects.filter(queries.not_over(today()), pk=held.pk, waits=True).update(waits=False):
        raise rules.RoleEndedAlready
    _record_role(by, "accounts.role_given", held, held.division, confirmed_by=second.account_id)
    return held


def let_role_go(held_id: UUID, *, by: Actor) -> None:
    """End a role that waited and that nobody confirmed: it was never held."""
    for held in RoleHeld.objects.filter(pk=held_id, waits=True).select_related("division", "account"):
        if held.valid_to is None or held.valid_to > held.valid_from:
            RoleHeld.objects.filter(pk=held.pk).update(valid_to=held.valid_from)
            _record_role(by, "accounts.role_not_confirmed", held, held.division)


@transaction.atomic
def reset_factors(account_id: UUID, *, by: Actor, second: Actor | None = None) -> Account:
    """Take away the second factors of somebody who has lost them; she sets up new ones at the next sign-in.

    Whoever is signed in with the account is out. Raises Account.DoesNotExist out of reach, NotToOneself,
    HoldsRolesElsewhere, SecondPersonNeeded.
    """
    countersigning.demand(RESET_FACTORS, by=by, second=second)
    account = _manageable(account_id, by, may.RESET_FACTORS)
    sign_ins.end_all(account, because="factors_reset", by=by)
    second_factor.forget_factors(account, by=by, confirmed_by=second.account_id if second else None)
    return account


@transaction.atomic
def ask_to_reset_factors(account_id: UUID, *, by: Actor) -> None:
    """Ask a second person to confirm it. Raises what reset_factors raises."""
    _manageable(account_id, by, may.RESET_FACTORS)
    countersigning.ask(RESET_FACTORS, {"account_id": str(account_id)}, by=by)


@transaction.atomic
def reopen(account_id: UUID, *, by: Actor) -> NewStaff:
    """Open an account that was closed or locked, with a drawn password; it holds no role until one is given.

    Raises Account.DoesNotExist out of reach, NotToOneself, NotClosed.
    """
    account = queries.staff_for(by, may.CLOSE_ACCOUNT).get(pk=account_id)
    if account.pk == by.account_id:
        raise rules.NotToOneself
    if account.is_active:
        raise rules.NotClosed
    drawn = grouped(random_serial(12))
    account.set_password(drawn)
    account.is_active = account.must_change_password = True
    account.save(update_fields=["password", "must_change_password", "is_active"])
    audit.record(by, "accounts.account_reopened", account)
    return NewStaff(account, drawn)


def lock_left_posts() -> int:
    """Lock the accounts of staff who have held no role for LINLI_LOCK_AFTER_DAYS; return how many. For the night."""
    by = system_actor("no role any more")
    last = today() - dt.timedelta(days=settings.LOCK_AFTER_DAYS)
    some_role = RoleHeld.objects.filter(queries.not_over(last), account=OuterRef("pk")).exclude(
        valid_to__isnull=False, valid_to__lte=F("valid_from")
    )
    left = Account.objects.filter(
        ~Exists(some_role), kind=AccountKind.STAFF, is_active=True,
        created_at__lt=now() - dt.timedelta(days=settings.LOCK_AFTER_DAYS),
    )  # fmt: skip
    locked = 0
    for account in left.order_by("id"):
        with transaction.atomic():
            sign_ins.end_all(account, because="locked", by=by)
            locked += Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False)
            audit.record(by, "accounts.account_locked", account)
    return locked


@transaction.atomic
def end_role(held_id: UUID, *, by: Actor, on: dt.date | None = None) -> RoleHeld:
    """End a role: `on` (today) is the first day on which it is no longer held. Its delegations end with it.

    Raises RoleHeld.DoesNotExist out of reach, RoleNotYoursToGive, SpanInThePast, RoleEndedAlready.
    """
    held = queries.roles_within(by, may.END_ROLE).get(pk=held_id)
    known = roles.ROLES.get(held.role)
    if by.kind != "system" and known and not by.roles & set(known.given_by):
        givers = [str(roles.ROLES[code].name) for code in known.given_by]
        raise rules.RoleNotYoursToGive(role=known.name, giver="、".join(givers))
    _end(held, on or today(), by)
    return held


@transaction.atomic
def delegate(held_id: UUID, *, deputy_id: UUID, starts: dt.date, ends: dt.date, by: Actor) -> RoleHeld:
    """Let a colleague stand in for the actor in one of her posts, from `starts` to before `ends` (R10).

    The deputy acts in the holder's role, every act shows both names, and the role ends by itself. Raises
    RoleHeld.DoesNotExist unless it is the actor's own, DelegatedAgain, DelegationToOneself, NotAColleague,
    the refusals about spans, RoleHeldAlready.
    """
    held = _own_roles(by).get(pk=held_id)
    if held.delegated_from_id is not None:
        raise rules.DelegatedAgain
    if deputy_id == by.account_id:
        raise rules.DelegationToOneself
    rules.check_delegation(starts, ends, today=today(), term_ends=held.valid_to)
    deputy = next((colleague for colleague in queries.colleagues(by) if colleague.pk == deputy_id), None)
    if deputy is None:
        raise rules.NotAColleague
    _lock_staff(deputy.pk)
    same = RoleHeld.objects.filter(
        account=deputy, role=held.role, division_id=held.division_id, department=held.department
    )
    if same.filter(_overlaps(starts, ends)).exists():
        raise rules.RoleHeldAlready(name=deputy.name)
    delegated = RoleHeld.objects.create(
        account=deputy,
        role=held.role,
        division_id=held.division_id,
        department=held.department,
        valid_from=starts,
        valid_to=ends,
        given_by_id=by.account_id,
        stands_in_for_id=by.account_id,
        delegated_from=held,
    )
    _record_role(by, "accounts.role_delegated", delegated, held.division)
    return delegated


@transaction.atomic
def end_delegation(held_id: UUID, *, by: Actor) -> RoleHeld:
    """Take a delegation back at once. Raises RoleHeld.DoesNotExist unless the actor gave it, RoleEndedAlready."""
    held = RoleHeld.objects.select_related("division").get(pk=held_id, stands_in_for_id=by.account_id)
    _end(held, today(), by)
    return held


@transaction.atomic
def deactivate(account_id: UUID, *, by: Actor) -> Account:
    """Close an account: its roles end, what it delegated ends, and it can sign in no more.

    Raises Account.DoesNotExist out of reach, NotToOneself, HoldsRolesElsewhere.
    """
    account = _manageable(account_id, by, may.CLOSE_ACCOUNT)
    sign_ins.end_all(account, because="closed", by=by)
    for held in RoleHeld.objects.filter(queries.not_over(today()), account=account).select_related("division"):
        _end(held, today(), by)
    account.is_active = False
    account.save(update_fields=["is_active"])
    audit.record(by, "accounts.account_closed", account)
    return account


@transaction.atomic
def reset_password(account_id: UUID, *, by: Actor) -> NewStaff:
    """Give an account a drawn password, to be changed at the next sign-in; whoever is signed in with it is out.

    Raises Account.DoesNotExist out of reach, NotToOneself, HoldsRolesElsewhere.
    """
    account = _manageable(account_id, by, may.CLOSE_ACCOUNT)
    drawn = grouped(random_serial(12))
    account.set_password(drawn)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    sign_ins.end_all(account, because="password_reset", by=by)
    audit.record(by, "accounts.password_reset", account)
    return NewStaff(account, drawn)


def _manageable(account_id: UUID, by: Actor, permission: Permission) -> Account:
    account = queries.staff_for(by, permission).get(pk=account_id)
    if account.pk == by.account_id:
        raise rules.NotToOneself
    _lock_staff(account.pk)
    if queries.holds_elsewhere(by, account, permission):
        raise rules.HoldsRolesElsewhere
    return account


def _lock_staff(account_id: UUID) -> None:
    """Let one change after the other be made to an account's roles. Raises NotStaff."""
    if not Account.objects.select_for_update().filter(pk=account_id, kind=AccountKind.STAFF, is_active=True).exists():
        raise rules.NotStaff


def _own_roles(by: Actor) -> QuerySet[RoleHeld]:
    if by.account_id is None or not by.may(may.DELEGATE):
        return RoleHeld.objects.none()
    return RoleHeld.objects.filter(queries.not_over(today()), account_id=by.account_id).select_related("division")


def _end(held: RoleHeld, on: dt.date, by: Actor) -> None:
    if on < today():
        raise rules.SpanInThePast(today=today())
    ends_now = on <= today() and held.valid_from <= today()
    first = next(iter(queries.posts_of(held.account)), None) if ends_now else None
    ended = RoleHeld.objects.filter(queries.not_over(on), Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")))
    if not ended.filter(pk=held.pk).update(valid_to=Greatest(F("valid_from"), on)):
        raise rules.RoleEndedAlready
    held.valid_to = max(held.valid_from, on)
    _record_role(by, "accounts.role_ended", held, held.division)
    if ends_now:
        was_first = first is not None and first.id == held.pk
        sign_ins.end_where_post_is_gone(held.account, held.pk, was_first=was_first, by=by)
    for delegated in held.delegations.filter(queries.not_over(on)).select_related("division"):
        _end(delegated, on, by)


def _overlaps(start: dt.date, end: dt.date | None) -> Q:
    after_start = Q(valid_to__isnull=True) | Q(valid_to__gt=start)
    # A role that was ended before it began holds no day and is in nobody's way.
    holds_a_day = Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
    return after_start & holds_a_day & (Q(valid_from__lt=end) if end else Q())


def _record_role(by: Actor, action: str, held: RoleHeld, division: Division, **more: Any) -> None:
    audit.record(
        by,
        action,
        held,
        chain=division.county_code,
        account=held.account_id,
        role=held.role,
        division=division.code,
        department=held.department,
        valid_from=held.valid_from,
        valid_to=held.valid_to,
        stands_in_for=held.stands_in_for_id,
        **more,
    )
