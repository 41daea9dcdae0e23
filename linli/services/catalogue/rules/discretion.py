"""Sensitive items: whose desk handles a step, and so sees what was filled in (R41b). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linli.services.catalogue.content import ChainLink, Item

if TYPE_CHECKING:
    from linli.core.access import Post

HANDLING_ROLES = frozenset(
    {
        "community_worker", "community_head", "window_clerk", "street_staff", "street_leader", "district_staff",
        "department_staff",
    }
)  # fmt: skip
"""Those who work on applications. Supervisors, auditors and administrators see that one is there, not what it says."""


def first_step_of(item: Item, post: Post) -> int | None:
    """Return the first step of the item's chain that the post handles, from 0; None where it handles none."""
    if post.role not in HANDLING_ROLES:
        return None
    return next((place for place, link in enumerate(item.chain) if _handles(link, post)), None)


def _handles(link: ChainLink, post: Post) -> bool:
    if link.level != post.level:
        return False
    if not link.department or post.role == "district_staff":
        return True
    return post.department == link.department or post.department in link.also
