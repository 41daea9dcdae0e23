"""Who acts, and who works where: always from somebody's reach, but for the house's own questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from linli.core.access import ANONYMOUS, Actor, Permission, Post
from linli.core.calendar import now, today
from linli.core.crypto import blind_candidates, unseal
from linli.ground.accounts import permissions as may
from linli.ground.accounts import roles, rules
from linli.ground.accounts.models import (
    Account,
    AccountJoin,
    AccountKind,
    AuthenticatorApp,
    Passkey,
    RecoveryCode,
    RoleHeld,
    SignIn,
)
from linli.ground.territory import queries as territory

if TYPE_CHECKING:
    from linli.ground.territory.models import Division

PHONE = "accounts.account.phone"
"""Where the telephone is sealed, and the purpose of its index is "phone"."""
SIGN_IN_ADDRESS = "accounts.signin.address"
"""Where the address of a sign-in is sealed."""
ACTING_POST = "accounts.acting_post"
"""The session's key for the post that somebody acts in."""


def in_force(on: dt.date) -> Q:
    """Return the condition on RoleHeld for the roles in force on a day: begun, not over, and confirmed."""
    return Q(valid_from__lte=on, waits=False) & not_over(on)


def not_over(on: dt.date) -> Q:
    """Return the condition on RoleHeld for the roles in force on a day or still to come."""
    return Q(valid_to__isnull=True) | Q(valid_to__gt=on)


def actor_for(account: Account, post_id: UUID | str | None = None, *, barred: bool = False) -> Actor:
    """Return who the account acts as today, in the post chosen if it is still held, else in the first one.

    Own posts stand before delegated ones. An account that is closed acts as nobody; one that must first choose a
    new password, or set up its second factor (barred), holds no post until it has.
    """
    if not account.is_active:
        return ANONYMOUS
    if account.kind != AccountKind.STAFF:
        return Actor(kind=account.kind, account_id=account.pk, name=account.name, person_id=account.person_id)
    posts = () if account.must_change_password or barred else posts_of(account)
    chosen = next((post for post in posts if str(post.id) == str(post_id)), posts[0] if posts else None)
    return Actor(kind="staff", account_id=account.pk, name=account.name, post=chosen, posts=posts)


def posts_of(account: Account) -> tuple[Post, ...]:
    """Return the posts that the account holds today: one query, and one more for each that reaches several places."""
    held = list(
        RoleHeld.objects.filter(in_force(today()), account=account)
        .select_related("division", "stands_in_for")
        .order_by("delegated_from_id", "division__code", "role", "id")
    )
    held.sort(key=lambda holding: holding.delegated_from_id is not None)
    return tuple(_post(holding) for holding in held)


def _post(holding: RoleHeld) -> Post:
    stood_in_for = holding.stands_in_for.name if holding.stands_in_for else ""
    return post_at(
        holding.division, role=holding.role, post_id=holding.pk, department=holding.department, acting_for=stood_in_for
    )


def post_at(division: Division, *, role: str, post_id: UUID, department: str = "", acting_for: str = "") -> Post:
    """Return a post at a division, with what it reaches: the division and all below it."""
    if division.level == roles.COMMUNITY:
        communities: frozenset[UUID] | None = frozenset({division.pk})
    elif division.level == roles.TOWNSHIP:
        communities = frozenset(territory.communities_below(division))
    else:
        communities = None
    return Post(
        id=post_id,
        role=role,
        division_id=division.pk,
        division_code=division.code,
        division_name=division.short_name,
        level=division.level,
        counties=frozenset(territory.counties_below(division)),
        communities=communities,
        department=department or None,
        acting_for=acting_for,
    )


def accounts_with_role(role: str, division_id: UUID, department: str = "") -> list[Account]:
    """Return who holds the role at exactly this division today, stand-ins included: for routing and reminders.

    An empty department asks for every line.
    """
    held = RoleHeld.objects.filter(in_force(today()), role=role, division_id=division_id)
    if department:
        held = held.filter(department=department)
    return list(
        Account.objects.filter(is_active=True, pk__in=held.values("account_id")).order_by("name", "username", "id")
    )


@dataclass(frozen=True)
class Responsible:
    """Who is there for people at a place: name and roles, no number of hers."""

    name: str
    roles: tuple[str, ...]
    acting_for: str = ""


def responsible_at(division: Division, roles: Sequence[str]) -> list[Responsible]:
    """Return who holds any of the roles at exactly this division today, in the order of the roles: one query."""
    held = (
        RoleHeld.objects.filter(in_force(today()), role__in=roles, division=division, account__is_active=True)
        .select_related("account", "stands_in_for")
        .order_by("account__name", "id")
    )
    found: dict[UUID, Responsible] = {}
    for one in sorted(held, key=lambda holding: roles.index(holding.role)):
        before = found.get(one.account_id)
        found[one.account_id] = Responsible(
            one.account.name or one.account.username,
            (*(before.roles if before else ()), one.role),
            one.stands_in_for.name if one.stands_in_for else before.acting_for if before else "",
        )
    return list(found.values())


def places_with(any_of: Iterable[str]) -> set[str]:
    """Return the codes of the divisions at which somebody holds one of the roles today: nobody's name."""
    held = RoleHeld.objects.filter(in_force(today()), role__in=list(any_of), account__is_active=True)
    return set(held.order_by().values_list("division__code", flat=True).distinct())


def staff_named(username: str) -> Account:
    """Return the staff account with this user name. Raises Account.DoesNotExist."""
    return Account.objects.get(kind=AccountKind.STAFF, username=username)


def staff_ever_at(division: Division) -> QuerySet[Account]:
    """Return the active staff accounts that hold or have held a role at exactly this division."""
    return Account.objects.filter(kind=AccountKind.STAFF, is_active=True, roles_held__division=division).distinct()


def accounts_with_roles(roles: Collection[str], division_ids: Collection[UUID], department: str = "") -> list[Account]:
    """Return who holds any of the roles at any of these divisions today, stand-ins included, in one query.

    department narrows department_staff alone: the other roles have no line.
    """
    held = RoleHeld.objects.filter(in_force(today()), role__in=roles, division_id__in=division_ids)
    if department:
        held = held.filter(~Q(role="department_staff") | Q(department=department))
    return list(
        Account.objects.filter(is_active=True, pk__in=held.values("account_id")).order_by("name", "username", "id")
    )


def colleagues(actor: Actor) -> list[Account]:
    """Return who else works today where the actor does, one level up or one level down: who can stand in for her."""
    if actor.post is None or actor.account_id is None:
        return []
    here = territory.division(actor.post.division_id)
    near = [here, *territory.ancestors(here)[:1], *territory.children(here)]
    held = RoleHeld.objects.filter(in_force(today()), division__in=near, delegated_from__isnull=True)
    return list(
        Account.objects.filter(is_active=True, kind=AccountKind.STAFF, pk__in=held.values("account_id"))
        .exclude(pk=actor.account_id)
        .order_by("name", "username", "id")
    )


def divisions_within(actor: Actor, permission: Permission) -> QuerySet[Division]:
    """Divisions where the actor holds the permission: that of her post and all below."""
    if actor.kind == "system":
        return territory.in_force()
    if not actor.may(permission) or actor.post is None:
        return territory.in_force().none()
    return territory.below(territory.division(actor.post.division_id))


def division_for(actor: Actor, permission: Permission, division_id: UUID) -> Division:
    """Return the division if the actor holds the permission there. Raises Division.DoesNotExist."""
    if actor.kind == "system":
        return territory.division(division_id)
    return divisions_within(actor, permission).get(pk=division_id)


def roles_within(actor: Actor, permission: Permission = may.VIEW_STAFF) -> QuerySet[RoleHeld]:
    """Roles held, in the past, today or to come, where the actor holds the permission: the one way to a role."""
    held = RoleHeld.objects.select_related("division", "stands_in_for", "account")
    return held if actor.kind == "system" else held.filter(division__in=divisions_within(actor, permission).order_by())


def staff_for(actor: Actor, permission: Permission = may.VIEW_STAFF, *, search: str = "") -> QuerySet[Account]:
    """Staff who hold or held a role where the actor holds the permission.

    search looks in name and user name; a whole telephone number finds its owner.
    """
    staff = Account.objects.filter(kind=AccountKind.STAFF)
    if actor.kind != "system":
        staff = staff.filter(pk__in=roles_within(actor, permission).values("account_id"))
    if words := search.strip():
        found = Q(name__icontains=words) | Q(username__icontains=rules.normalise_username(words))
        with suppress(rules.PhoneNotGood):
            found |= Q(phone_index__in=blind_candidates(rules.normalise_mobile(words), purpose="phone"))
        staff = staff.filter(found)
    return staff


def staff_page(actor: Actor, *, search: str = "", after: str = "", size: int = 30) -> tuple[list[Account], str]:
    """Return a page of the staff list with the roles of each (`shown_roles`), and where the next page begins."""
    rows = staff_for(actor, search=search).order_by("username")
    if after:
        rows = rows.filter(username__gt=after)
    page = list(rows[: size + 1])
    more = page[size - 1].username if len(page) > size else ""
    page = page[:size]
    held = roles_within(actor).filter(not_over(today()), account__in=page).order_by("division__code", "role", "id")
    by_account: dict[UUID, list[RoleHeld]] = {}
    for holding in held:
        by_account.setdefault(holding.account_id, []).append(holding)
    for account in page:
        account.shown_roles = by_account.get(account.pk, [])  # type: ignore[attr-defined]
    return page, more


def holds_elsewhere(actor: Actor, account: Account, permission: Permission) -> bool:
    """Tell whether the account holds, today or later, a role out of the actor's reach or not hers to give."""
    if actor.kind == "system":
        return False
    held = RoleHeld.objects.filter(not_over(today()), account=account)
    mine = {role.code for role in roles.ROLES.values() if actor.roles & set(role.given_by)}
    return held.exclude(division__in=divisions_within(actor, permission).order_by(), role__in=mine).exists()


def delegations_of(actor: Actor) -> Sequence[RoleHeld]:
    """Return who stands in for the actor, today and to come."""
    return list(
        RoleHeld.objects.filter(not_over(today()), stands_in_for_id=actor.account_id)
        .select_related("division", "account")
        .order_by("valid_from", "id")
    )


def accounts_of_person(person_id: UUID) -> list[Account]:
    """Return the residents' accounts that are tied to a person, the oldest first; those joined to another left out."""
    joined = AccountJoin.objects.filter(parted_at__isnull=True).values("other_id")
    return list(Account.objects.filter(person_id=person_id).exclude(pk__in=joined).order_by("created_at", "id"))


def account(account_id: UUID) -> Account:
    """Return an account. Raises Account.DoesNotExist."""
    return Account.objects.get(pk=account_id)


def phone_of(account: Account) -> str:
    """Return the account's telephone in clear: for sending to it, and masked for showing."""
    return unseal(account.phone, where=PHONE, row=account.pk)


def place_choices(actor: Actor, permission: Permission, *, at_most: int) -> list[tuple[str, str]]:
    """Return code and name of the divisions in force where the actor holds the permission, by code."""
    rows = divisions_within(actor, permission).order_by("code")
    return [(code, f"{code[:6]} {name}") for code, name in rows.values_list("code", "name")[:at_most]]


@dataclass(frozen=True)
class Factors:
    """What an account proves itself with beside the password. codes_left: recovery codes that still serve."""

    app: AuthenticatorApp | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def factors_of(account: Account) -> Factors:
    """Return the account's second factors: three queries."""
    return Factors(
        app=AuthenticatorApp.objects.filter(account=account).first(),
        passkeys=tuple(Passkey.objects.filter(account=account).order_by("created_at", "id")),
        codes_left=RecoveryCode.objects.filter(account=account, used_at__isnull=True).count(),
    )


def needs_second_factor(account: Account) -> bool:
    """Tell whether a role that the account holds today must prove itself in two ways."""
    if account.kind != AccountKind.STAFF:
        return False
    held = RoleHeld.objects.filter(in_force(today()), account=account).values_list("role", flat=True)
    return rules.wants_second_factor(held, also=settings.SECOND_FACTOR_ROLES)


def open_sign_ins(account: Account) -> QuerySet[SignIn]:
    """Return where the account is signed in now, the last used first."""
    since = now() - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return SignIn.objects.filter(account=account, ended_at__isnull=True, seen_at__gte=since).order_by("-seen_at", "-id")


def address_of_sign_in(row: SignIn) -> str:
    """Return the network address of a sign-in in clear: shown to its owner alone."""
    return unseal(row.address, where=SIGN_IN_ADDRESS, row=row.pk)
