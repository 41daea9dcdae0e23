"""The facts that a form may ask for only by their name: whoever keeps them declares them (R14)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol

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
    """name: what x-fact says. titles: words under which a field asks for this fact and nothing else."""

    name: str
    titles: frozenset[str]


def declare_fact(name: str, *titles: str) -> DeclaredFact:
    """Declare a fact that is kept once. A field with one of the titles has to be bound to it. Idempotent by name."""
    fact = DeclaredFact(name, frozenset(titles))
    _declared[name] = fact
    return fact


def declared_facts() -> dict[str, DeclaredFact]:
    """Return every declared fact by name."""
    return dict(_declared)
