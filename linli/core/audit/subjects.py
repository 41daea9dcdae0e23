"""Whose part of the log can be asked for: rooms name the kinds of subjects that they know, each with how it is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from linli.core.access import Actor


@dataclass(frozen=True)
class Subject:
    """One kind. find(actor, text) returns the id of what the auditor has typed, "" for nothing within her reach.

    names(ids) says in words who or what they are, "" for what is gone; entries(id) is how the log is cut: keywords of
    queries.entries_for. person(id) is whose data is looked at by reading it, if anybody's.
    """

    kind: str
    label: str | _StrPromise
    find: Callable[[Actor, str], str]
    names: Callable[[Sequence[str]], dict[str, str]]
    entries: Callable[[str], dict[str, Any]]
    is_person: bool = False


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Make a kind known; call it from the room's subscribers.py, which is read at start."""
    _subjects[subject.kind] = subject


def subject_of(kind: str) -> Subject:
    """Return a kind. Raises KeyError."""
    return _subjects[kind]


def subjects() -> list[Subject]:
    return [_subjects[kind] for kind in sorted(_subjects)]
