"""The facts that a form may ask for only by their name: whoever keeps them declares them (R14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_declared: dict[str, DeclaredFact] = {}


class KnownFact(Protocol):
    """A fact as the registry hands it over: its value, where it comes from, the day it was last confirmed."""

    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> Any: ...
    @property
    def on(self) -> dt.date | None: ...


@dataclass(frozen=True)
class DeclaredFact:
    """name: what x-fact says. titles: words under which a field asks for this fact and nothing else.

    label: what people call it. kinds: of field that it can fill in (making.py), the usual one first; none: it fills in
    no field. is_sealed: kept encrypted, so that who is shown it is written down. examples: its values for made-up
    people, one for each of them, None where this one's is not known.
    """

    name: str
    titles: frozenset[str]
    label: str | _StrPromise = ""
    kinds: tuple[str, ...] = ()
    is_sealed: bool = False
    examples: tuple[Any, ...] = ()


def declare_fact(
    name: str,
    *titles: str,
    label: str | _StrPromise = "",
    kinds: tuple[str, ...] = (),
    is_sealed: bool = False,
    examples: tuple[Any, ...] = (),
) -> DeclaredFact:
    """Declare a fact that is kept once. A field with one of the titles has to be bound to it. Idempotent by name."""
    fact = DeclaredFact(name, frozenset(titles), label, kinds, is_sealed, examples)
    _declared[name] = fact
    return fact


def declared_facts() -> dict[str, DeclaredFact]:
    """Return every declared fact by name."""
    return dict(_declared)
