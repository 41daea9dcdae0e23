"""Who may do what: the table role × operation, drawn from the declarations of all rooms as the code has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.apps import apps

from linli.core.access import ALL_ROLES, Permission, permissions
from linli.ground.accounts import roles

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Line:
    """One thing that may be done, and by whom."""

    code: str
    label: str
    role_codes: tuple[str, ...]

    @property
    def code_parts(self) -> list[str]:
        """The code in pieces between which a narrow column may break: "accounts.", "view_", "staff"."""
        return re.findall(r"[^._]+[._]?", self.code)

    @property
    def role_names(self) -> list[str]:
        return [roles.name_of(code) for code in self.role_codes]


@dataclass(frozen=True)
class Room:
    """One room of the house with its permissions."""

    code: str
    name: str | _StrPromise
    lines: tuple[Line, ...]


def rooms(role: str = "") -> list[Room]:
    """Return the permissions by room; with a role, only those that it holds."""
    shown = [permission for permission in permissions() if not role or role in permission.role_set]
    return [
        Room(code=room, name=_room_name(room), lines=tuple(_line(permission) for permission in group))
        for room, group in groupby(shown, key=lambda permission: permission.code.split(".")[0])
    ]


def as_text() -> str:
    """Return the whole table for a terminal: a line a permission, a column a role."""
    width = max((len(permission.code) for permission in permissions()), default=0)
    legend = [f"{number:>3}  {code}  {roles.name_of(code)}" for number, code in enumerate(ALL_ROLES, start=1)]
    head = " " * width + "".join(f"{number:>3}" for number in range(1, len(ALL_ROLES) + 1))
    lines: list[str] = []
    for room in rooms():
        lines += ["", str(room.name)]
        for line in room.lines:
            marks = "".join("  ●" if code in line.role_codes else "  ·" for code in ALL_ROLES)
            lines.append(f"{line.code:<{width}}{marks}  {line.label}")
    return "\n".join([*legend, "", head, *lines])


def _line(permission: Permission) -> Line:
    return Line(
        code=permission.code,
        label=str(permission.label),
        role_codes=tuple(code for code in ALL_ROLES if code in permission.role_set),
    )


def _room_name(code: str) -> str | _StrPromise:
    try:
        return apps.get_app_config(code).verbose_name
    except LookupError:
        return code
