"""Staff and their roles for programs, and the table of who may do what."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core import countersign
from linli.core.access import Permission, dangerous, open_to_all, permissions, requires
from linli.core.api import Code, Day, In, Out, Page, Paging, Room, asked_of, keyset, listed
from linli.core.api.problems import ApiProblem
from linli.ground.accounts import devices, queries, rules, services, sitting
from linli.ground.accounts import permissions as may
from linli.ground.accounts.models import Account, AccountJoin, AccountKind, RoleHeld, SignIn
from linli.ground.accounts.services import sign_ins
from linli.ground.accounts.services.staff import RESET_FACTORS
from linli.ground.accounts.sitting import address_of

room = Room("accounts", _("工作人员和权限"))

DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]


class RoleOut(Out):
    """A role held at a division for a time, half open."""

    id: UUID
    account_id: UUID
    role: str
    division_code: str
    division_name: str
    department: str
    valid_from: dt.date
    valid_to: dt.date | None
    stands_in_for: UUID | None = Field(description="The colleague in whose place it is held")
    waits: bool = Field(description="Whether a second person still has to confirm it")


class StaffOut(Out):
    """A member of staff with the roles that lie within reach."""

    id: UUID
    username: str
    name: str
    phone: str = Field(description="Masked")
    is_active: bool
    must_change_password: bool
    roles: list[RoleOut]


class StaffRow(Out):
    id: UUID
    username: str
    name: str
    is_active: bool


class NewStaffOut(StaffRow):
    password: str = Field(description="Shown this once; to be changed at the first sign-in")


class FactorsOut(Out):
    """What became of a request to reset second factors."""

    is_done: bool
    waits: bool = Field(description="A second person has to confirm it first")


class SignInOut(Out):
    """A place where one is signed in."""

    id: UUID
    device: str
    address: str
    method: str
    began_at: dt.datetime
    seen_at: dt.datetime
    is_here: bool = Field(description="This very session")


class EndedOut(Out):
    ended: int


class JoinedOut(Out):
    """An account that is joined to one's own."""

    id: UUID
    phone: str = Field(description="Masked")
    joined_at: dt.datetime


class PhoneIn(In):
    phone: Annotated[str, Field(min_length=1, max_length=40)]


class BothCodesIn(PhoneIn):
    """The codes that both telephones were sent."""

    other_code: Annotated[str, Field(min_length=1, max_length=12)]
    own_code: Annotated[str, Field(min_length=1, max_length=12)]


class PermissionOut(Out):
    """One thing that may be done, and the roles that may do it."""

    code: str
    label: str
    roles: list[str]


class RoleIn(In):
    role: Code
    division_code: DivisionCode
    department: Annotated[str, Field(max_length=32)] = ""
    valid_from: Day | None = None
    valid_to: Day | None = Field(None, description="The first day on which it is held no more")


class StaffIn(RoleIn):
    """An account and the role that it begins with."""

    username: Annotated[str, Field(min_length=1, max_length=60)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Annotated[str, Field(max_length=40)] = ""


class EndIn(In):
    on: Day | None = None


class StandInIn(In):
    role_id: UUID = Field(description="Which of one's own roles")
    deputy_id: UUID
    starts: Day
    ends: Day = Field(description="The first day on which it is over")


@room.get("/permissions", summary=_("谁能做什么"), response=Page[PermissionOut])
@open_to_all("who may do what is public")
def list_permissions(
    request: HttpRequest, paging: Paging, role: Annotated[str, Field(max_length=32)] = ""
) -> Page[PermissionOut]:
    """List what may be done and by which roles, as the code has it."""
    rows = [one for one in permissions() if not role or role in one.role_set]
    return listed(request, rows, paging, _permission_out)  # type: ignore[type-var]


def _permission_out(one: Permission) -> PermissionOut:
    return PermissionOut(code=one.code, label=str(one.label), roles=sorted(one.role_set))


@room.get("/staff", summary=_("列出工作人员"), response=Page[StaffRow])
@requires(may.VIEW_STAFF)
def list_staff(request: HttpRequest, paging: Paging, q: Annotated[str, Field(max_length=100)] = "") -> Page[StaffRow]:
    """List the staff within reach; q looks in name and user name, a whole telephone number finds its owner."""
    rows = queries.staff_for(asked_of(request).actor, search=q)
    return keyset(request, rows, ("username", "id"), paging, lambda one: StaffRow(**_staff_row(one)))


@room.get("/staff/{uuid:account_id}", summary=_("看一位工作人员"), response=StaffOut)
@requires(may.VIEW_STAFF)
def get_staff(request: HttpRequest, account_id: UUID) -> StaffOut:
    """Show a member of staff with her roles, past, present and to come."""
    actor = asked_of(request).actor
    account = queries.staff_for(actor).get(pk=account_id)
    held = queries.roles_within(actor).filter(account=account).order_by("-valid_from", "id")
    return StaffOut(
        **_staff_row(account),
        phone=rules.mask_mobile(queries.phone_of(account)),
        must_change_password=account.must_change_password,
        roles=[_role_out(one) for one in held],
    )


@room.post("/staff", summary=_("建一个账户"), response=NewStaffOut, status=201)
@dangerous
@requires(may.CREATE_STAFF)
def create_staff(request: HttpRequest, body: StaffIn) -> NewStaffOut:
    """Make an account with its first role; its password is shown once. A user name is taken once, so is this request."""
    actor = asked_of(request).actor
    first = services.FirstRole(
        role=body.role, division_id=_division(request, body.division_code, may.CREATE_STAFF),
        department=body.department, valid_from=body.valid_from, valid_to=body.valid_to,
    )  # fmt: skip
    new = services.create_staff(username=body.username, name=body.name, phone=body.phone, first_role=first, by=actor)
    return NewStaffOut(**_staff_row(new.account), password=new.password)


@room.post("/staff/{uuid:account_id}/roles", summary=_("授予一个角色"), response=RoleOut, status=201)
@dangerous
@requires(may.GIVE_ROLE)
def give_role(request: HttpRequest, account_id: UUID, body: RoleIn) -> RoleOut:
    """Give a role at a division from a day until a day. The same role is not given twice for one time."""
    actor = asked_of(request).actor
    account = queries.staff_for(actor, may.GIVE_ROLE).get(pk=account_id)
    held = services.give_role(
        account, role=body.role, division_id=_division(request, body.division_code, may.GIVE_ROLE),
        department=body.department, valid_from=body.valid_from, valid_to=body.valid_to, by=actor,
    )  # fmt: skip
    return _role_out(held)


@room.post("/roles/{uuid:role_id}/end", summary=_("结束一个角色"), response=RoleOut)
@dangerous
@requires(may.END_ROLE)
def end_role(request: HttpRequest, role_id: UUID, body: EndIn) -> RoleOut:
    """End a role; its delegations end with it."""
    return _role_out(services.end_role(role_id, by=asked_of(request).actor, on=body.on))


@room.post("/staff/{uuid:account_id}/password", summary=_("重发密码"), response=NewStaffOut)
@dangerous
@requires(may.CLOSE_ACCOUNT)
def reset_password(request: HttpRequest, account_id: UUID) -> NewStaffOut:
    """Draw a new password, shown once; whoever is signed in with the account is out."""
    new = services.reset_password(account_id, by=asked_of(request).actor)
    return NewStaffOut(**_staff_row(new.account), password=new.password)


@room.post("/staff/{uuid:account_id}/closing", summary=_("停用账户"), response=StaffRow)
@dangerous
@requires(may.CLOSE_ACCOUNT)
def close_account(request: HttpRequest, account_id: UUID) -> StaffRow:
    """Close an account: its roles end, and it can sign in no more."""
    return StaffRow(**_staff_row(services.deactivate(account_id, by=asked_of(request).actor)))


@room.post("/staff/{uuid:account_id}/reopening", summary=_("重新启用账户"), response=NewStaffOut)
@dangerous
@requires(may.CLOSE_ACCOUNT)
def reopen_account(request: HttpRequest, account_id: UUID) -> NewStaffOut:
    """Open an account that was closed or locked, with a drawn password; it holds no role until one is given."""
    new = services.reopen(account_id, by=asked_of(request).actor)
    return NewStaffOut(**_staff_row(new.account), password=new.password)


@room.post("/staff/{uuid:account_id}/factors-reset", summary=_("重置第二道验证"), response=FactorsOut)
@dangerous
@requires(may.RESET_FACTORS)
def reset_factors(request: HttpRequest, account_id: UUID) -> FactorsOut:
    """Take away the second factors of somebody who has lost them, or ask a second person to confirm it."""
    actor = asked_of(request).actor
    if waits := countersign.is_wanted(RESET_FACTORS, actor):
        services.ask_to_reset_factors(account_id, by=actor)
    else:
        services.reset_factors(account_id, by=actor)
    return FactorsOut(is_done=not waits, waits=waits)


# -- one's own account -----------------------------------------------------------------------------------------------


OWN = "shows and changes one's own account only; nobody else has one here"


@room.get("/me/sign-ins", summary=_("我在哪里登录着"), response=Page[SignInOut], refuses=(401, 404))
@open_to_all(OWN)
def list_my_sign_ins(request: HttpRequest, paging: Paging) -> Page[SignInOut]:
    """List where I am signed in now, the last used first."""
    rows, here = queries.open_sign_ins(_me(request)), _here(request)
    return keyset(request, rows, ("-seen_at", "-id"), paging, lambda one: _sign_in_out(one, here))


@room.delete("/me/sign-ins/{uuid:sign_in_id}", summary=_("让一处退出登录"), refuses=(401,))
@open_to_all(OWN)
def end_my_sign_in(request: HttpRequest, sign_in_id: UUID) -> None:
    """Sign myself out on one device."""
    sign_ins.end_one(_me(request), sign_in_id)


@room.post("/me/sign-ins/ending", summary=_("让别处都退出登录"), response=EndedOut, refuses=(401,))
@open_to_all(OWN)
def end_my_other_sign_ins(request: HttpRequest) -> EndedOut:
    """Sign myself out everywhere but here."""
    return EndedOut(ended=sign_ins.end_others(_me(request), but=_here(request)))


@room.get("/me/joined-accounts", summary=_("合并到我这里的账户"), response=Page[JoinedOut], refuses=(401, 404))
@open_to_all(OWN)
def list_joined_accounts(request: HttpRequest, paging: Paging) -> Page[JoinedOut]:
    """List the accounts that are joined to mine."""
    return listed(request, services.joins_of(_resident(request).pk), paging, _joined_out)


@room.post("/me/joined-accounts/codes", summary=_("给两个手机发验证码"), status=204, refuses=(401,))
@open_to_all(OWN)
def send_joining_codes(request: HttpRequest, body: PhoneIn) -> None:
    """Send a code to my telephone and one to that of my other account."""
    account = _resident(request)
    for one in (rules.normalise_mobile(body.phone), queries.phone_of(account)):
        services.send_code(one, address=address_of(request))


@room.post("/me/joined-accounts", summary=_("合并我的另一个账户"), status=204, refuses=(401,))
@open_to_all(OWN)
def join_my_account(request: HttpRequest, body: BothCodesIn) -> None:
    """Let my other account go on under this one: both codes are read back."""
    account = _resident(request)
    services.join_by_codes(
        account, phone=rules.normalise_mobile(body.phone), other_code=body.other_code, own_code=body.own_code,
        address=address_of(request),
    )  # fmt: skip


@room.delete("/me/joined-accounts/{uuid:join_id}", summary=_("分开合并的账户"), refuses=(401,))
@open_to_all(OWN)
def part_my_account(request: HttpRequest, join_id: UUID) -> None:
    """Part two accounts: each has again what was its own before."""
    services.part(join_id, by=queries.actor_for(_resident(request)))


def _me(request: HttpRequest) -> Account:
    """Return the account of whoever sits at a browser. Raises Account.DoesNotExist for a program: it has none."""
    actor = asked_of(request).actor
    if actor.account_id is None:
        raise ApiProblem(401, "unauthorized", headers={"WWW-Authenticate": 'Bearer realm="linli"'})
    return Account.objects.get(pk=actor.account_id)


def _resident(request: HttpRequest) -> Account:
    account = _me(request)
    if account.kind != AccountKind.RESIDENT:
        raise Account.DoesNotExist
    return account


def _here(request: HttpRequest) -> str | None:
    found = sitting.Sitting.of(request)
    return found.sign_in if found else None


def _sign_in_out(row: SignIn, here: str | None) -> SignInOut:
    return SignInOut(
        id=row.pk, device=devices.in_words(row.browser, row.system), address=queries.address_of_sign_in(row),
        method=row.method, began_at=row.began_at, seen_at=row.seen_at, is_here=str(row.pk) == here,
    )  # fmt: skip


def _joined_out(found: tuple[AccountJoin, str]) -> JoinedOut:
    row, phone = found
    return JoinedOut(id=row.pk, phone=phone, joined_at=row.joined_at)


@room.get("/stand-ins", summary=_("谁替我代班"), response=Page[RoleOut])
@requires(may.DELEGATE)
def list_stand_ins(request: HttpRequest, paging: Paging) -> Page[RoleOut]:
    """List who stands in for me, today and to come."""
    return listed(request, queries.delegations_of(asked_of(request).actor), paging, _role_out)


@room.post("/stand-ins", summary=_("请人代班"), response=RoleOut, status=201)
@requires(may.DELEGATE)
def delegate_role(request: HttpRequest, body: StandInIn) -> RoleOut:
    """Let a colleague stand in for me in one of my posts (R10)."""
    held = services.delegate(
        body.role_id, deputy_id=body.deputy_id, starts=body.starts, ends=body.ends, by=asked_of(request).actor
    )
    return _role_out(held)


@room.delete("/stand-ins/{uuid:role_id}", summary=_("收回代班"))
@requires(may.DELEGATE)
def end_delegation(request: HttpRequest, role_id: UUID) -> None:
    """Take a delegation back at once."""
    services.end_delegation(role_id, by=asked_of(request).actor)


def _division(request: HttpRequest, code: str, permission: Permission) -> UUID:
    return queries.divisions_within(asked_of(request).actor, permission).get(code=code).pk


def _staff_row(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in StaffRow.model_fields}


def _role_out(held: RoleHeld) -> RoleOut:
    return RoleOut(
        id=held.pk, account_id=held.account_id, role=held.role, division_code=held.division.code,
        division_name=held.division.short_name, department=held.department, valid_from=held.valid_from,
        valid_to=held.valid_to, stands_in_for=held.stands_in_for_id, waits=held.waits,
    )  # fmt: skip
