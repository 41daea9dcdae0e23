"""The roles: their Chinese names, where each may be held, who may give it (domain.md §1 and §17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from linli.core.access import ALL_ROLES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PROVINCE, CITY, COUNTY, TOWNSHIP, COMMUNITY = LEVELS = ("province", "city", "county", "township", "community")

ADMINISTRATOR = "administrator"
SECURITY_ADMINISTRATOR = "security_administrator"


@dataclass(frozen=True)
class Role:
    """A role that staff hold at a division of one of `levels`, and that reaches the divisions below it.

    needs_department: it is held for one department's line. given_by: the roles that may give it. The three
    administrators watch each other (GB/T 22239-2019, 8.1.4.2): who creates accounts cannot make an auditor.
    """

    code: str
    name: _StrPromise
    levels: tuple[str, ...]
    needs_department: bool = False
    given_by: tuple[str, ...] = (ADMINISTRATOR, SECURITY_ADMINISTRATOR)


_watching = (SECURITY_ADMINISTRATOR,)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("window_clerk", _("窗口人员"), (COUNTY, TOWNSHIP, COMMUNITY)),
        Role("community_worker", _("社区工作者"), (COMMUNITY,)),
        Role("grid_member", _("网格员"), (COMMUNITY,)),
        Role("community_head", _("社区书记（主任）"), (COMMUNITY,)),
        Role("street_staff", _("街道经办"), (TOWNSHIP,)),
        Role("street_leader", _("街道分管领导"), (TOWNSHIP,)),
        Role("district_staff", _("区县经办"), (COUNTY,)),
        Role("department_staff", _("部门经办"), (PROVINCE, CITY, COUNTY), needs_department=True),
        Role("supervisor", _("督办"), (PROVINCE, CITY, COUNTY, TOWNSHIP)),
        Role("auditor", _("审计员"), LEVELS, given_by=_watching),
        Role(ADMINISTRATOR, _("系统管理员"), LEVELS, given_by=_watching),
        Role(SECURITY_ADMINISTRATOR, _("安全管理员"), LEVELS, given_by=_watching),
    )
}
"""Every role that is held at a division. `resident` and `organisation` come with the kind of account."""

NAMES: dict[str, _StrPromise] = {
    "resident": _("居民"),
    "organisation": _("组织"),
    **{code: role.name for code, role in ROLES.items()},
}

LEVEL_NAMES: dict[str, _StrPromise] = {
    PROVINCE: _("省"),
    CITY: _("市"),
    COUNTY: _("区县"),
    TOWNSHIP: _("街道（乡镇）"),
    COMMUNITY: _("社区（村）"),
}

if set(NAMES) != set(ALL_ROLES):
    raise RuntimeError(f"roles.py and core.access disagree about {sorted(set(NAMES) ^ set(ALL_ROLES))}")

_departments: dict[str, _StrPromise | str] = {}


def register_departments(choices: Iterable[tuple[str, _StrPromise | str]]) -> None:
    """Tell which lines a role may be held for. The room that owns the departments calls this at start."""
    _departments.update(choices)


def departments() -> dict[str, _StrPromise | str]:
    """Return the registered departments, code to name."""
    return dict(_departments)


def name_of(role: str) -> str:
    """Return the role's name in the reader's language; an unknown code stands for itself."""
    return str(NAMES.get(role, role))


def department_name(code: str) -> str:
    """Return the department's name in the reader's language; an unknown code stands for itself."""
    return str(_departments.get(code, code))
