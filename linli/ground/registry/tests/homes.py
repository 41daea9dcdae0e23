"""A street of made-up homes for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from linli.core.access import Actor
from linli.ground.registry import services
from linli.ground.registry.models import Dwelling, Person
from linli.ground.registry.tests import factories

MAY = dt.date(2026, 5, 1)


def keeper(**more: Any) -> Actor:
    """A community worker of 竹湖园社区."""
    return factories.staff(role="community_worker", **more)


def dwelling(
    by: Actor | None = None, *, building: str = "2栋", unit: str = "1单元", room: str = "301", **more: Any
) -> Dwelling:
    told = {"community": factories.division(), "site": "竹湖园路8号", "on": dt.date(2020, 1, 1)} | more
    return services.add_dwelling(by=by or keeper(), building=building, unit=unit, room=room, **told)


def settled(by: Actor, name: str = "柳桂枝", *, at: Dwelling, on: dt.date = MAY, **more: Any) -> Person:
    """A person who lives at a dwelling from a day on."""
    return services.move_in(factories.person(name), at.pk, by=by, on=on, **more)
