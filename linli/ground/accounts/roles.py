"""The roles: where each may be held, for whom, and who may give it; their names are those of the look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from linli.core.design.roles import ROLE_NAMES as NAMES

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
    levels: tuple[str, ...]
    needs_department: bool = False
    given_by: tuple[str, ...] = (ADMINISTRATOR, SECURITY_ADMINISTRATOR)

    @property
    def name(self) -> _StrPromise:
        return NAMES[self.code]


_watching = (SECURITY_ADMINISTRATOR,)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("window_clerk", (COUNTY, TOWNSHIP, COMMUNITY)),
        Role("community_worker", (COMMUNITY,)),
        Role("grid_member", (COMMUNITY,)),
        Role("community_head", (COMMUNITY,)),
        Role("street_staff", (TOWNSHIP,)),
        Role("street_leader", (TOWNSHIP,)),
        Role("district_staff", (COUNTY,)),
        Role("department_staff", (PROVINCE, CITY, COUNTY), needs_department=True),
        Role("supervisor", (PROVINCE, CITY, COUNTY, TOWNSHIP)),
        Role("auditor", LEVELS, given_by=_watching),
        Role(ADMINISTRATOR, LEVELS, given_by=_watching),
        Role(SECURITY_ADMINISTRATOR, LEVELS, given_by=_watching),
    )
}
"""Every role that is held at a division. `resident` and `organisation` come with the kind of account."""

LEVEL_NAMES: dict[str, _StrPromise] = {
    PROVINCE: _("省"),
    CITY: _("市"),
    COUNTY: _("区县"),
    TOWNSHIP: _("街道（乡镇）"),
    COMMUNITY: _("社区（村）"),
}

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
