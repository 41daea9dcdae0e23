"""What each community's window can take in, against all items, and what is missing why (R32b)."""

# mypy: disable-error-code="attr-defined"
# request.actor comes from the middleware.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from linli.core.access import requires
from linli.core.http import Request, show
from linli.ground.accounts import queries as accounts
from linli.ground.territory import queries as territory
from linli.ground.territory.models import Division, Level
from linli.services.casework import permissions as may
from linli.services.casework.pages.apply import in_language
from linli.services.casework.pages.figures import tabs
from linli.services.catalogue import figures as catalogue
from linli.services.catalogue.content import Item
from linli.services.catalogue.figures import Missing
from linli.services.catalogue.rules import Place, Share


@dataclass(frozen=True)
class Window:
    """One community's window: how many of all items it takes in. A window with nobody in post takes in none."""

    place: Place
    share: Share
    is_staffed: bool
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Windows:
    """The windows of several communities together."""

    windows: tuple[Window, ...]

    @property
    def share(self) -> Share:
        return sum((one.share for one in self.windows), Share(0, 0))

    @property
    def take_all(self) -> int:
        return sum(one.share.is_whole for one in self.windows)

    @property
    def staffed(self) -> int:
        return sum(one.is_staffed for one in self.windows)


@require_GET
@requires(may.VIEW)
def windows(request: Request) -> HttpResponse:
    """By the divisions below a place; of one community, the items that are missing with the reason of each."""
    place = _place(request)
    columns = catalogue.columns_below(place)
    taken, never = catalogue.not_at_a_window()
    everything = [one for column in columns for one in column.places]
    by_code = _windows(everything, taken, never)
    rows = [(column.division, Windows(tuple(by_code[one.code] for one in column.places))) for column in columns]
    one = next(iter(by_code.values())) if place.level == Level.COMMUNITY and by_code else None
    context: dict[str, Any] = {
        "tabs": tabs("casework:windows", request.actor),
        "place": place,
        "above": list(reversed(territory.ancestors(place))),
        "page": "casework:windows",
        "rows": rows,
        "all": Windows(tuple(by_code.values())),
        "items": len(taken) + len(never),
        "never": never,
        "window": one,
        "own_only": [in_language(item.name) for item in taken if item.accept_anywhere == "community"],
    }
    return show(request, "casework/windows.html", context)


def _windows(places: Sequence[Place], taken: Sequence[Item], never: Sequence[Missing]) -> dict[str, Window]:
    """Return the window of each community by its code: two queries, however many there are."""
    staffed = accounts.places_with(may.RECEIVE.role_set)
    closed = catalogue.closed_at(places, taken)
    whole = len(taken) + len(never)
    told = {}
    for place in places:
        missing = (*never, *closed.get(place.code, ()))
        if place.code in staffed:
            told[place.code] = Window(place, Share(whole - len(missing), whole), True, missing)
        else:
            told[place.code] = Window(place, Share(0, whole), False, missing)
    return told


def _place(request: Request) -> Division:
    post = request.actor.post
    try:
        return territory.by_code(request.GET.get("at", "") or (post.division_code if post else ""))
    except Division.DoesNotExist:
        raise Http404 from None
