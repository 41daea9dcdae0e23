"""Who acts, what they may do, and how far it reaches: deny by default."""

from linli.core.access.actor import ANONYMOUS, Actor, Post, system_actor
from linli.core.access.permission import ALL_ROLES, Permission, permissions, roles_of
from linli.core.access.reach import NOWHERE, Reach
from linli.core.access.scoped import Scope, ScopedManager, ScopedQuerySet
from linli.core.access.views import asks_again, dangerous, declared_permission, open_to_all, requires

__all__ = [
    "ALL_ROLES", "ANONYMOUS", "NOWHERE", "Actor", "Permission", "Post", "Reach", "Scope", "ScopedManager",
    "ScopedQuerySet", "asks_again", "dangerous", "declared_permission", "open_to_all", "permissions", "requires", "roles_of", "system_actor",
]  # fmt: skip
