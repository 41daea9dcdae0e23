"""What accounts asks of territory: until it has its own door, the few queries stand here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from linli.ground.territory.models import Division, Level


@dataclass
class Below:
    counties: set[str] = field(default_factory=set)
    communities: set[UUID] = field(default_factory=set)


def below(divisions: Iterable[Division]) -> dict[UUID, Below]:
    """Return what lies below each division: counties of provinces and cities, communities of townships. One query.

    Closed divisions count: their cases keep the place of their day, and somebody must still reach them.
    """
    parents: dict[str, list[UUID]] = defaultdict(list)
    found: dict[UUID, Below] = {}
    for division in divisions:
        parents[division.level].append(division.pk)
        found[division.pk] = Below()
        if division.county_code:
            found[division.pk].counties.add(division.county_code)
        if division.level == Level.COMMUNITY:
            found[division.pk].communities.add(division.pk)
    where = Q(pk__in=[])
    if parents[Level.PROVINCE]:
        where |= Q(level=Level.COUNTY, parent__parent__in=parents[Level.PROVINCE])
        where |= Q(level=Level.COUNTY, parent__in=parents[Level.PROVINCE])
    if parents[Level.CITY]:
        where |= Q(level=Level.COUNTY, parent__in=parents[Level.CITY])
    if parents[Level.TOWNSHIP]:
        where |= Q(level=Level.COMMUNITY, parent__in=parents[Level.TOWNSHIP])
    if not (parents[Level.PROVINCE] or parents[Level.CITY] or parents[Level.TOWNSHIP]):
        return found
    rows = Division.objects.filter(where).values_list("pk", "county_code", "level", "parent_id", "parent__parent_id")
    for pk, county_code, level, parent_id, grandparent_id in rows:
        for above in (parent_id, grandparent_id):
            if above in found and level == Level.COUNTY:
                found[above].counties.add(county_code)
            elif above in found:
                found[above].communities.add(pk)
    return found


def within(division_id: UUID, level: str) -> Q:
    """Return the condition on Division for a division and all below it, whatever their number."""
    steps = {Level.PROVINCE: 4, Level.CITY: 3, Level.COUNTY: 2, Level.TOWNSHIP: 1, Level.COMMUNITY: 0}[Level(level)]
    where = Q(pk=division_id)
    for step in range(1, steps + 1):
        where |= Q(**{"__".join(["parent"] * step): division_id})
    return where


def neighbours(division: Division) -> Q:
    """Return the condition on Division for the division itself, the one above and those right below."""
    return Q(pk__in=[pk for pk in (division.pk, division.parent_id) if pk]) | Q(parent=division.pk)
