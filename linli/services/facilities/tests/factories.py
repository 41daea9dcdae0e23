"""The smallest service point: two windows, eight hours on working days."""

from __future__ import annotations

from typing import Any

from linli.core.access import system_actor
from linli.ground.territory.models import Division
from linli.services.facilities import rules, services
from linli.services.facilities.models import ServicePoint

SETUP = system_actor("测试准备")
EIGHT = rules.parse_spans("8:30-12:00 13:30-18:00")
WORKWEEK = dict.fromkeys(rules.WEEKDAYS[:5], EIGHT)
EVERY_DAY = dict.fromkeys((*rules.WEEKDAYS, rules.HOLIDAY), EIGHT)


def point(place: Division, *, name: str = "", week: Any = None, **more: Any) -> ServicePoint:
    return services.create_point(
        place,
        kind=more.pop("kind", "service_station"),
        name=name or f"{place.short_name}便民服务站",
        address="竹湖园 1 号",
        telephone=more.pop("telephone", "0812-0000001"),
        week=WORKWEEK if week is None else week,
        windows=more.pop("windows", 2),
        by=SETUP,
        **more,
    )
