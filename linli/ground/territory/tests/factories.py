"""Small trees for tests."""

from __future__ import annotations

import datetime as dt

from linli.ground.territory import rules
from linli.ground.territory.models import Division, DivisionCode

LONG_AGO = dt.date(2020, 1, 1)


def division(
    code: str = "510402002001",
    name: str = "竹湖园社区居民委员会",
    *,
    since: dt.date = LONG_AGO,
    until: dt.date | None = None,
) -> Division:
    """Make a division that is in force, and what must stand above it."""
    if until is None and (there := Division.objects.filter(code=code, valid_to__isnull=True).first()):
        return there
    above = rules.parent_code(code)
    made = Division.objects.create(
        code=code,
        name=name,
        short_name=rules.short_name(name),
        level=rules.level_of(code),
        kind=rules.kind_of(code, name),
        parent=division(above, NAMES.get(above, above), since=since) if above else None,
        county_code=rules.county_code(code),
        valid_from=since,
        valid_to=until,
    )
    DivisionCode.objects.create(division=made, code=code, valid_from=since, valid_to=until)
    return made


NAMES = {
    "510000000000": "四川省",
    "510400000000": "攀枝花市",
    "510402000000": "东区",
    "510403000000": "西区",
    "510402002000": "炳草岗街道",
    "510402001000": "大渡口街道",
    "510403001000": "清香坪街道",
}


def panzhihua() -> None:
    """Load the real tree of Panzhihua, in force since 2020-01-01."""
    from linli.core.access import system_actor
    from linli.ground.territory import services

    services.import_divisions(services.PANZHIHUA, by=system_actor("test"), on=LONG_AGO)
