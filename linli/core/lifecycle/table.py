"""The table that people read, that buttons come from, that tests walk and that the docs draw.

A room writes its ways down once. `check` guards the door with the very rule by which `choices` shows the button.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access import Actor, Permission
from linli.core.http import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Clock(enum.Enum):
    """What a way does to the clock of the thing that moves."""

    KEEPS = "keeps"
    STARTS = "starts"
    STOPS = "stops"
    RESUMES = "resumes"
    ENDS = "ends"

    @property
    def label(self) -> str:
        """What the clock does, in a word."""
        words = {"keeps": "—", "starts": _("起算"), "stops": _("停"), "resumes": _("续"), "ends": _("止")}
        return str(words[self.value])


class NotPossibleNow(Refused):
    code = "lifecycle.not_possible_now"
    message = _("这件事现在是“%(state)s”，不能“%(action)s”。请先看最新进展。")


Guard = Callable[[Any, Actor], str | None]
"""Returns why it cannot be done now (a sentence for people), or None."""


@dataclass(frozen=True)
class Way:
    """One line of the table: from, action, to, who may, clock, guards, and what law or rule it rests on.

    target "" keeps the state (a note, an opinion, a transfer). by_system: the worker does it, nobody else.
    """

    sources: tuple[str, ...]
    action: str
    target: str
    label: str | _StrPromise
    who: Permission | None
    clock: Clock = Clock.KEEPS
    guards: tuple[Guard, ...] = ()
    rests_on: str = ""
    by_system: bool = False
    back: bool = False
    """It returns to the state in which the thing was stopped; target is that state's usual value."""
    decisive: bool = False
    """It cannot be undone: the page asks once more."""


@dataclass(frozen=True)
class Choice:
    """A button: what can be done now, or cannot and why."""

    way: Way
    refused: str | None

    @property
    def is_open(self) -> bool:
        return self.refused is None


@dataclass(frozen=True)
class Lifecycle:
    """A room's table. Raises ValueError at import when it names a state that does not exist or an action twice."""

    name: str
    states: type[models.TextChoices]
    ways: tuple[Way, ...]
    ends: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        known = set(self.states.values)
        seen: set[tuple[str, str]] = set()
        for way in self.ways:
            if strange := ({*way.sources, way.target} - {""}) - known:
                raise ValueError(f"{self.name}: {way.action} names unknown states {sorted(strange)}")
            for source in way.sources:
                if (source, way.action) in seen:
                    raise ValueError(f"{self.name}: {way.action} leaves {source} twice")
                seen.add((source, way.action))

    def way(self, action: str, source: str) -> Way | None:
        """Return the way that the action takes from a state, if there is one."""
        return next((way for way in self.ways if way.action == action and source in way.sources), None)

    def ways_from(self, source: str) -> list[Way]:
        return [way for way in self.ways if source in way.sources]

    def choices(self, subject: Any, by: Actor, *, only: Iterable[str] | None = None) -> list[Choice]:
        """Return what the actor's role may do from here, each with the reason where it is shut just now."""
        wanted = None if only is None else set(only)
        return [
            Choice(way, self._shut(way, subject, by))
            for way in self.ways_from(subject.status)
            if (wanted is None or way.action in wanted) and self._holds(way, by)
        ]

    def check(self, subject: Any, action: str, by: Actor) -> Way:
        """Return the way, or refuse: NotPossibleNow when the state or a guard shuts it, PermissionError for the role."""
        way = self.way(action, subject.status)
        if way is None:
            label = next((w.label for w in self.ways if w.action == action), action)
            raise NotPossibleNow(state=self.states(subject.status).label, action=label)
        if not self._holds(way, by):
            raise NotPossibleNow(_("您的岗位不能办这一步。"))
        if reason := self._shut(way, subject, by):
            raise NotPossibleNow(reason)
        return way

    def _holds(self, way: Way, by: Actor) -> bool:
        if by.kind == "system":
            return True
        return not way.by_system and way.who is not None and by.may(way.who)

    @staticmethod
    def _shut(way: Way, subject: Any, by: Actor) -> str | None:
        return next((reason for guard in way.guards if (reason := guard(subject, by))), None)
