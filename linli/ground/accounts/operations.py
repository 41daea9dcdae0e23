"""Every page and every operation of the interface, with what it takes to enter: read from the addresses themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from linli.core.access import ALL_ROLES, Permission, asks_again, declared_permission
from linli.ground.accounts import roles


@dataclass(frozen=True)
class Operation:
    """One address. permissions: one of them is enough; open_because: why everybody may, where none is asked for.

    method: of an operation of the interface; a page, "", takes GET and what its form sends.
    """

    address: str
    method: str
    permissions: tuple[Permission, ...]
    open_because: str
    asks_again: bool

    @property
    def room(self) -> str:
        return self.permissions[0].code.partition(".")[0] if self.permissions else ""

    @property
    def role_codes(self) -> tuple[str, ...]:
        held = {role for permission in self.permissions for role in permission.role_set}
        return tuple(role for role in ALL_ROLES if role in held)

    @property
    def role_names(self) -> list[str]:
        return [roles.name_of(role) for role in self.role_codes]

    @property
    def address_parts(self) -> list[str]:
        """The address in pieces between which a narrow column may break."""
        return [f"{part}/" for part in self.address.strip("/").split("/")] or ["/"]


def operations(role: str = "") -> list[Operation]:
    """Return every guarded address, by room and address; with a role, only those that it may enter."""
    found = [one for one in _walk(get_resolver().url_patterns, "/") if one.permissions]
    found.sort(key=lambda one: (one.room, one.address, one.method))
    return [one for one in found if not role or role in one.role_codes]


def by_room(role: str = "") -> list[tuple[str, list[Operation]]]:
    return [(room, list(some)) for room, some in groupby(operations(role), key=lambda one: one.room)]


def open_to_everybody() -> list[Operation]:
    """Return the addresses that ask for no permission, each with the reason that its code gives."""
    found = [one for one in _walk(get_resolver().url_patterns, "/") if one.open_because]
    return sorted(found, key=lambda one: (one.address, one.method))


def scope_of(role: str) -> str:
    """Say how far a role reaches: the rows on which its permissions count."""
    if role == "resident":
        return _("只有自己的，和受托代办的")
    if role == "organisation":
        return _("只有自己单位的")
    held = roles.ROLES[role]
    levels = _("、").join(str(roles.LEVEL_NAMES[level]) for level in held.levels)
    if held.needs_department:
        return _("任职的地方（%(levels)s）和它下面，只有本部门的事") % {"levels": levels}
    if held.levels == (roles.COMMUNITY,):
        return _("任职的社区（村）")
    return _("任职的地方（%(levels)s）和它下面") % {"levels": levels}


def as_text(role: str = "") -> str:
    """Return the table for a terminal: method, address, permissions, roles; before it how far each role reaches."""
    shown = [role] if role else list(ALL_ROLES)
    lines = [f"{code:<24}{roles.name_of(code)}：{scope_of(code)}" for code in shown]
    for room, some in by_room(role):
        lines += ["", room]
        for one in some:
            needed = " | ".join(permission.code for permission in one.permissions)
            again = "  !" if one.asks_again else ""
            lines.append(f"{one.method or 'page':<7}{one.address}  {needed}  [{' '.join(one.role_codes)}]{again}")
    return "\n".join(lines)


def _walk(patterns: list[Any], address: str) -> Iterator[Operation]:
    for pattern in patterns:
        here = address + str(pattern.pattern).strip("^$")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            behind = getattr(pattern.callback, "linli_operations", {})
            for method, one in behind.items():
                if one.operation_id == pattern.name:
                    yield _operation(one.view_func, here, method)
            if not behind:
                yield _operation(pattern.callback, here, "")


def _operation(view: Any, address: str, method: str) -> Operation:
    declared, again = None, False
    while view is not None:
        for place in (view, getattr(view, "view_class", None)):
            declared = declared or (declared_permission(place) if place is not None else None)
        again = again or asks_again(view)
        view = getattr(view, "__wrapped__", None)
    guarded = isinstance(declared, tuple)
    return Operation(address, method, declared if guarded else (), "" if guarded else declared or "", again)  # type: ignore[arg-type]
