"""Permissions, declared once by each room, each with the roles that hold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

ALL_ROLES: tuple[str, ...] = (
    "resident", "organisation",
    "window_clerk", "community_worker", "grid_member", "community_head",
    "street_staff", "street_leader", "district_staff", "department_staff",
    "supervisor", "auditor", "administrator", "security_administrator",
)  # fmt: skip
"""Role codes (domain.md §1). `resident` and `organisation` are held by whoever signs in as one; the others at a division."""

_registry: dict[str, Permission] = {}


@dataclass(frozen=True, eq=False)
class Permission:
    """One thing that may be done, and the roles that may do it (codes of ALL_ROLES, separated by spaces).

    A resident who holds one reaches what is her own, never more. A second declaration of a code raises ValueError.
    """

    code: str
    label: str | _StrPromise
    roles: str = ""
    role_set: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        roles = frozenset(self.roles.split())
        if unknown := roles - set(ALL_ROLES):
            raise ValueError(f"permission {self.code}: unknown roles {sorted(unknown)}")
        if self.code in _registry:
            raise ValueError(f"permission {self.code} is declared twice")
        object.__setattr__(self, "role_set", roles)
        _registry[self.code] = self

    def __str__(self) -> str:
        return self.code


def permissions() -> list[Permission]:
    """Return every declared permission, by code: what the page "who may do what" shows."""
    return [_registry[code] for code in sorted(_registry)]


def roles_of(codes: Iterable[str]) -> frozenset[str]:
    """Return the roles that hold at least one of the permissions named."""
    return frozenset(role for code in codes for role in _registry[code].role_set)
