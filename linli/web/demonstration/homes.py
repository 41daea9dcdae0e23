"""Homes of the demonstration: the family under one roof, its neighbours, and the noodle shop downstairs."""

# untranslated: what made-up places and shops are called

from __future__ import annotations

import datetime as dt

from linli.core.access import Actor
from linli.core.calendar import today
from linli.ground.registry import queries, relations
from linli.ground.registry import services as registry
from linli.ground.registry.models import Dwelling, Person
from linli.ground.territory.models import Division

SITE = "竹湖园路 8 号"
NEIGHBOURS = 12
"""So many of the community's other residents are housed, two at a time."""


def make_homes(by: Actor, home: Division, family: tuple[str, ...]) -> int:
    """House the family and some neighbours; return how many homes there are. Nothing on a second call."""
    if Dwelling.everywhere.exists():
        return 0
    people = list(Person.everywhere.filter(community=home, valid_to=None, died_on=None).order_by("created_at", "id"))
    mother, daughter, child = (next(one for one in people if one.name == name) for name in family)
    since = today() - dt.timedelta(days=300)
    where = _dwelling(by, home, "12", "3", "501", since)
    registry.move_in(mother, where.pk, by=by, on=since)
    head = queries.home_of(by, mother).membership
    for person, relation in ((daughter, "30"), (child, "44")):
        on = max(since, person.birth_date)
        registry.move_in(
            person, where.pk, by=by, on=on, household_id=head.household_id if head else None, relation=relation
        )
    registry.register_at(mother, where.pk, by=by, on=since)
    others = [one for one in people if one.name not in family][:NEIGHBOURS]
    for number in range(0, len(others), 2):
        flat = _dwelling(by, home, "12", str(1 + number // 2 % 3), str(101 + 100 * (number // 6)), since)
        for person in others[number : number + 2]:
            registry.move_in(person, flat.pk, by=by, on=max(since, person.birth_date))
    shop = _dwelling(by, home, "12", "", "底商 1", since)
    body = "92510402MA6AHY008"
    registry.register_organisation(
        shop.pk,
        by=by,
        name="竹湖园面馆（演示）",
        kind="self_employed",
        credit_code=body + relations.credit_check(body),
        on=since,
    )
    return Dwelling.everywhere.count()


def _dwelling(by: Actor, home: Division, building: str, unit: str, room: str, on: dt.date) -> Dwelling:
    return registry.add_dwelling(
        by=by, community=home, site=SITE, building=building, unit=unit, room=room, tenure="owned", on=on, source="visit"
    )
