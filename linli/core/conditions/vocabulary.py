"""What rules may speak of: facts by name, each with its kind. Core knows none; a room that keeps facts says which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Kind(StrEnum):
    """What a fact's value is, and so how it is compared."""

    NUMBER = "number"
    """A whole number: years, people, fen."""
    WORD = "word"
    """One code out of a list."""
    WORDS = "words"
    """A set of codes."""
    TRUTH = "truth"
    DAY = "day"


OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: (">=", ">", "<=", "<", "="),
    Kind.WORD: ("=", "in"),
    Kind.WORDS: ("has",),
    Kind.TRUTH: ("=",),
    Kind.DAY: ("months",),
}
"""months: on the day of asking, at least so many whole months have passed since."""


@dataclass(frozen=True)
class Fact:
    """A fact by its name. is_open: a set of which others keep parts too; what it lacks is unknown, not absent."""

    name: str
    kind: Kind
    label: str | _StrPromise
    is_open: bool = False

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a fact: lower-case letters, digits and _")


class Vocabulary(Mapping[str, Fact]):
    """Facts by name, in the order in which they are shown."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = {fact.name: fact for fact in facts}

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
