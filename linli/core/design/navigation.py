"""Side navigation and tab bars: each room registers its entries, the shell shows what the actor may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.core.access import ANONYMOUS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from linli.core.access import Actor, Permission

Count = Callable[[HttpRequest], "int | None"]
MOST_SHOWN = 99

SHELLS = ("portal", "portal_foot", "bench", "me")
"""portal: the four places of the tab bar. portal_foot: the footer. bench: the side of the workbench, under one of
DOORS. me: the panel behind one's own name."""

DOORS: dict[str, _StrPromise] = {"service": _("服务"), "management": _("管理")}
"""The two functions that the platform keeps in view (R159b); each page of the workbench belongs to one of them."""
DOOR_URLS = {"service": "web:bench", "management": "web:bench_management"}


@dataclass(frozen=True)
class Entry:
    """One way to a page. permission None: for everyone. count: how many wait behind it, asked only where shown."""

    shell: str
    section: str
    label: str | _StrPromise
    url_name: str
    icon: str
    permission: Permission | None = None
    count: Count | None = None
    group: str | _StrPromise = ""
    order: int = 50

    def is_open_to(self, actor: Actor) -> bool:
        """Tell whether to show it: also to who might be let in as a resident once she has signed in."""
        if self.permission is None or actor.may(self.permission):
            return True
        return not actor.is_signed_in and "resident" in self.permission.role_set


@dataclass(frozen=True)
class Shown:
    label: str | _StrPromise
    url: str
    icon: str
    is_here: bool
    count: str | None
    group: str | _StrPromise


@dataclass(frozen=True)
class Door:
    label: str | _StrPromise
    url: str
    is_here: bool


@dataclass(frozen=True)
class Group:
    label: str | _StrPromise
    entries: tuple[Shown, ...]


@dataclass(frozen=True)
class Navigation:
    doors: tuple[Door, ...]
    groups: tuple[Group, ...]

    @property
    def entries(self) -> tuple[Shown, ...]:
        return tuple(entry for group in self.groups for entry in group.entries)


_entries: list[Entry] = []


def register(
    shell: str,
    section: str,
    label: str | _StrPromise,
    url_name: str,
    icon: str,
    permission: Permission | None = None,
    count: Count | None = None,
    *,
    group: str | _StrPromise = "",
    order: int = 50,
) -> None:
    """Put an entry into a shell; call it from the room's permissions.py, which is read at start.

    section: one of DOORS for the workbench, "" elsewhere. group: a heading within the side. order: small ones first;
    equal ones as they were registered. Raises ValueError for an unknown shell or section.
    """
    if shell not in SHELLS:
        raise ValueError(f"no shell is called {shell!r}; there are {', '.join(SHELLS)}")
    if (shell == "bench") != (section in DOORS):
        raise ValueError(f"an entry of {shell!r} cannot stand in section {section!r}")
    _entries.append(Entry(shell, section, label, url_name, icon, permission, count, group, order))


def navigation_for(shell: str, request: HttpRequest) -> Navigation:
    """Return what the request's actor may open in a shell, with the entry and the door one stands in marked."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    open_ones = [entry for entry in _entries if entry.shell == shell and entry.is_open_to(actor)]
    open_ones.sort(key=lambda entry: entry.order)
    urls = {id(entry): reverse(entry.url_name) for entry in open_ones}
    here = _here(request.path, urls.values())
    sections = [door for door in DOORS if any(entry.section == door for entry in open_ones)]
    section = _section(request.path, [(entry, urls[id(entry)]) for entry in open_ones], here, sections)
    groups: dict[str, list[Shown]] = {}
    for entry in open_ones:
        if shell != "bench" or entry.section == section:
            url = urls[id(entry)]
            shown = Shown(entry.label, url, entry.icon, url == here, _counted(entry.count, request), entry.group)
            groups.setdefault(str(entry.group), []).append(shown)
    return Navigation(
        doors=tuple(Door(DOORS[door], reverse(DOOR_URLS[door]), door == section) for door in sections),
        groups=tuple(Group(label, tuple(entries)) for label, entries in groups.items()),
    )


def _here(path: str, urls: Iterable[str]) -> str:
    """Return the longest of the URLs that the path lies below; a front door only for itself."""
    front = {"/", *map(reverse, DOOR_URLS.values())}
    return max((url for url in urls if path == url or (url not in front and path.startswith(url))), key=len, default="")


def _section(path: str, entries: list[tuple[Entry, str]], here: str, sections: list[str]) -> str:
    for door in sections:
        if path == reverse(DOOR_URLS[door]):
            return door
    return next((entry.section for entry, url in entries if url == here), sections[0] if sections else "")


def _counted(count: Count | None, request: HttpRequest) -> str | None:
    number = count(request) if count else None
    if number is None:
        return None
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number)
