"""Whoever acts: a resident for herself, staff in one of their posts, or the system for a named reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from linli.core.access.reach import NOWHERE, Reach

if TYPE_CHECKING:
    from linli.core.access.permission import Permission


_DIGITS = {"province": 2, "city": 4, "county": 6, "township": 9, "community": 12}
"""How many digits of a twelve-digit division code its level fixes."""


@dataclass(frozen=True)
class Post:
    """A role held at a division, as it is in force today. Ids and codes only: accounts fills them.

    level is the division's (province, city, county, township, community). counties: six-digit codes that the
    post reaches; communities: the communities below the division, None where the post reaches whole counties.
    acting_for names the holder of a delegated role.
    """

    id: UUID
    role: str
    division_id: UUID
    division_code: str
    division_name: str
    level: str
    counties: frozenset[str]
    communities: frozenset[UUID] | None = None
    department: str | None = None
    acting_for: str = ""

    @property
    def code_prefix(self) -> str:
        """The digits with which the codes of its division and of all below begin."""
        return self.division_code[: _DIGITS.get(self.level, 12)]


@dataclass(frozen=True)
class Actor:
    """Somebody who asks for something. Frozen and free of the database, so that rules can look at it.

    kind: anonymous, resident, organisation, staff, client or system. person_id: the registry's person behind a resident's
    account once her identity is known. post: the one that staff act in now; posts: all that they hold today. A client is
    a program that an office has registered: account_id is its own, it holds what its scopes name, at its post's place.
    """

    kind: str
    account_id: UUID | None = None
    name: str = ""
    person_id: UUID | None = None
    post: Post | None = None
    posts: tuple[Post, ...] = field(default=())
    scopes: frozenset[str] = frozenset()
    why: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.kind != "anonymous"

    @property
    def acts_in_office(self) -> bool:
        """Tell whether an office acts here, by its staff or by a program of its own, and not a resident for herself."""
        return self.kind in ("staff", "client")

    @property
    def roles(self) -> frozenset[str]:
        if self.kind == "client":
            return frozenset()
        if self.kind in ("resident", "organisation"):
            return frozenset({self.kind})
        return frozenset({self.post.role}) if self.post else frozenset()

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds the permission somewhere; on which rows, `reach` says."""
        if self.kind == "client":
            return permission.code in self.scopes
        return self.kind == "system" or bool(self.roles & permission.role_set)

    def reach(self, permission: Permission) -> Reach:
        """Return the rows on which the actor holds the permission; NOWHERE without it."""
        if self.kind == "system":
            return Reach(everything=True, why=self.why)
        if not self.may(permission):
            return NOWHERE
        if self.kind == "resident":
            return Reach(persons=frozenset({self.person_id})) if self.person_id else NOWHERE
        if self.post is None:
            return NOWHERE
        return Reach(counties=self.post.counties, communities=self.post.communities, department=self.post.department)


ANONYMOUS = Actor(kind="anonymous")


def system_actor(why: str) -> Actor:
    """Return the actor for batches and the worker; `why` is written with everything it does."""
    if not why:
        raise ValueError("the system acts for a reason: say which")
    return Actor(kind="system", name="Linli", why=why)
