"""Staff and their roles for programs, and the table of who may do what."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from linli.core.access import Permission, dangerous, open_to_all, permissions, requires
from linli.core.api import Code, Day, In, Out, Page, Paging, Room, asked_of, keyset, listed
from linli.ground.accounts import permissions as may
from linli.ground.accounts import queries, rules, services
from linli.ground.accounts.models import Account, RoleHeld

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
