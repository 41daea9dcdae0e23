"""The acts that can need a second person: each room registers its own; the setting says for which it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from linli.core.access import ANONYMOUS, Actor, Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Payload = dict[str, Any]


def _nothing(_payload: Payload, _asked_by: Actor) -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Act:
    """One kind of act. needs: the right of whoever asks; confirms: that of whoever confirms.

    carry_out(payload, asked_by, confirmed_by) does it, inside the transaction of the confirmation, with the rights of
    the asker as they are then; what it raises undoes the confirmation. describe(payloads) says of each, in a sentence,
    what is to be done: of all of a page at once, so that a long list costs no more. let_go(payload, asked_by) clears
    away what waited when nothing comes of it.
    """

    code: str
    label: str | _StrPromise
    needs: Permission
    confirms: Permission
    carry_out: Callable[[Payload, Actor, Actor], None]
    describe: Callable[[Sequence[Payload]], list[str]]
    let_go: Callable[[Payload, Actor], None] = _nothing


_acts: dict[str, Act] = {}
_actor_source: list[Callable[[UUID, UUID | None], Actor]] = []


def register(act: Act) -> Act:
    """Make an act known; call it from the room's permissions.py or subscribers.py, which are read at start."""
    _acts[act.code] = act
    return act


def act_named(code: str) -> Act:
    """Return an act. Raises KeyError for one that this version does not know."""
    return _acts[code]


def acts() -> list[Act]:
    return [_acts[code] for code in sorted(_acts)]


def set_actor_source(source: Callable[[UUID, UUID | None], Actor]) -> None:
    """Tell how to make an actor of an account and a post as they are today: the room that keeps accounts does."""
    _actor_source[:] = [source]


def actor_of(account_id: UUID, post_id: UUID | None) -> Actor:
    return _actor_source[0](account_id, post_id) if _actor_source else ANONYMOUS


def is_wanted(code: str, by: Actor) -> bool:
    """Tell whether this act of this actor needs a second person: of staff, and where LINLI_FOUR_EYES names it."""
    return by.kind == "staff" and code in settings.FOUR_EYES
