"""Pieces of the shells' home pages. Rooms offer them; the home page asks each and shows what has something to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

PLACES = (
    "portal_hero",  # what neighbours often look for, under the search
    "portal_home",  # the main column: what waits for one, life events, running cases
    "portal_aside",  # urgent, the community, notices
    "guide",  # beside an item's guide: the windows that take it
    "bench_service",  # the workbench's door 服务
    "bench_management",  # the workbench's door 管理
    "bench_heads",  # indicators for the four heads of the smart community's page (R160)
    "item_form",  # beside the form of an item's version in the workbench; code and number stand in the address
    "guide_told",  # on an item's public page, under its summary; the item's code stands in the address
    "bench_person",  # a person's page of the workbench; request.resolver_match.kwargs["person_id"]
    "community_main",  # a community's front page (R158); request.community is the division
    "community_aside",
    "find",  # results of the workbench's one search; request.GET["q"]
)

Panel = Callable[[HttpRequest], "tuple[str, dict[str, Any]] | None"]


@dataclass(frozen=True)
class Filled:
    """A panel that has something to say: the template draws it from `context`."""

    template: str
    context: dict[str, Any]


_panels: dict[str, list[tuple[int, Panel]]] = {place: [] for place in PLACES}


def register(place: str, panel: Panel, *, order: int = 50) -> None:
    """Offer a panel. It answers (template, context), or None when it has nothing for this reader.

    Call it from the room's permissions.py, which is read at start. Small orders stand first. Raises ValueError for
    an unknown place.
    """
    if place not in _panels:
        raise ValueError(f"no place is called {place!r}; there are {', '.join(PLACES)}")
    _panels[place].append((order, panel))
    _panels[place].sort(key=lambda pair: pair[0])


def panels_for(place: str, request: HttpRequest) -> list[Filled]:
    """Return the panels of a place that have something to say to this reader."""
    answers = (panel(request) for _, panel in _panels[place])
    return [Filled(*answer) for answer in answers if answer]
