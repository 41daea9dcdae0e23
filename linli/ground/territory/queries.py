"""Reading the tree of divisions. Divisions are public: no reach is asked. `on` is a day, today when left out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from linli.core.calendar import today
from linli.ground.territory import lists, rules
from linli.ground.territory.models import CommunityMark, Division, DivisionChange, DivisionCode, Kind, Level, Mark


@dataclass(frozen=True)
class Counts:
    """How many divisions of each kind lie below a division on a day, and how many villages are rural communities."""

    on: dt.date
    by_kind: dict[Kind, int]
    rural_communities: int

    def of(self, *kinds: Kind) -> int:
        return sum(self.by_kind.get(kind, 0) for kind in kinds)

    @property
    def counties(self) -> int:
        return self.of(Kind.DISTRICT, Kind.COUNTY, Kind.COUNTY_CITY)

    @property
    def streets(self) -> int:
        return self.of(Kind.STREET)

    @property
    def townships(self) -> int:
        """Towns and rural townships, without streets."""
        return self.of(Kind.TOWN, Kind.RURAL_TOWNSHIP, Kind.SIMILAR_TOWNSHIP)

    @property
    def residents_committees(self) -> int:
        return self.of(Kind.RESIDENTS_COMMITTEE, Kind.SIMILAR_RESIDENTS)

    @property
    def villagers_committees(self) -> int:
        return self.of(Kind.VILLAGERS_COMMITTEE, Kind.SIMILAR_VILLAGERS)

    @property
    def communities(self) -> int:
        return self.residents_committees + self.villagers_committees


def in_force(on: dt.date | None = None) -> QuerySet[Division]:
    """Divisions that exist on the day."""
    day = on or today()
    return Division.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def division(division_id: UUID) -> Division:
    """The division with this id, in force or not, its ancestors loaded. Raises Division.DoesNotExist."""
    return _with_ancestors(Division.objects.all()).get(pk=division_id)


def counties_of(division_ids: Iterable[UUID]) -> set[str]:
    """The codes of the counties in which divisions lie."""
    return set(
        Division.objects.filter(pk__in=list(division_ids)).exclude(county_code="").values_list("county_code", flat=True)
    )


def by_code(code: str, on: dt.date | None = None) -> Division:
    """The division that bears the code on the day, its ancestors loaded. Raises Division.DoesNotExist."""
    if not rules.is_code(code):
        raise Division.DoesNotExist
    day = on or today()
    bearer = DivisionCode.objects.filter(_spans(day), code=code).values("division_id")[:1]
    return _with_ancestors(Division.objects.all()).get(pk__in=list(bearer.values_list("division_id", flat=True)))


def names_of(codes: Collection[str]) -> dict[str, str]:
    """The short names of the divisions with these codes, in force or not."""
    return dict(Division.objects.filter(code__in=codes).values_list("code", "short_name"))


def is_empty() -> bool:
    """Tell whether no division has been loaded yet."""
    return not Division.objects.exists()


def last_with_code(code: str) -> Division | None:
    """The division that bears the code or bore it last; None for a code that no division has."""
    return Division.objects.filter(code=code).order_by("-valid_from").first()


def codes_of(division: Division) -> list[DivisionCode]:
    """Every code that the division has borne, oldest first."""
    return list(division.codes.order_by("valid_from", "id"))


def successors(code: str) -> list[Division]:
    """The divisions in force today that a code has led to, through every change; its own bearer if that is in force.

    Empty for a code that was never borne, and for a division that ended without a successor.
    """
    if not rules.is_code(code):
        return []
    bearers = set(DivisionCode.objects.filter(code=code).values_list("division_id", flat=True))
    seen: set[UUID] = set()
    while open_ends := bearers - seen:
        seen |= open_ends
        bearers |= set(
            DivisionChange.objects.filter(predecessor__in=open_ends, successor__isnull=False, on__lte=today())
            .values_list("successor_id", flat=True)
        )  # fmt: skip
    return list(in_force().filter(pk__in=bearers).order_by("code", "id"))


def was_borne(code: str) -> bool:
    """Tell whether any division has ever borne the code."""
    return rules.is_code(code) and DivisionCode.objects.filter(code=code).exists()


def children(division: Division | None, on: dt.date | None = None) -> QuerySet[Division]:
    """The divisions one level below that exist on the day; the provinces for None."""
    return in_force(on).filter(parent=division).order_by("code", "id")


def below(division: Division, on: dt.date | None = None) -> QuerySet[Division]:
    """The division itself and all below it that exist on the day, by code."""
    return in_force(on).filter(_within(division)).order_by("code", "id")


def ancestors(division: Division) -> list[Division]:
    """The divisions above, nearest first; no query for one that came from `by_code` or `division`."""
    if division.parent_id and "parent" not in division._state.fields_cache:
        division = _with_ancestors(Division.objects.all()).get(pk=division.pk)
    above: list[Division] = []
    while division.parent_id and (parent := division.parent):
        above.append(parent)
        division = parent
    return above


def communities_below(division: Division, on: dt.date | None = None) -> list[UUID]:
    """Ids of the communities in the division, itself included.

    Without a day also those that have ended: what was closed there stays in reach of whoever is responsible.
    """
    rows = Division.objects if on is None else in_force(on)
    return list(
        rows.filter(_within(division), level=Level.COMMUNITY).order_by("code", "id").values_list("pk", flat=True)
    )


@dataclass(frozen=True)
class Community:
    """A community in a list of many: where it stands, what it is called, and whether it is the city's (R28)."""

    id: UUID
    code: str
    name: str
    is_urban: bool


def communities(division: Division | None = None, on: dt.date | None = None) -> list[Community]:
    """The communities of a division (of everywhere for None) that exist on the day, by code: one query, few columns."""
    rows = in_force(on).filter(level=Level.COMMUNITY)
    if division is not None:
        rows = rows.filter(_within(division))
    told = rows.order_by("code", "id").values_list("pk", "code", "short_name", "urban_rural_class", "kind")
    return [Community(pk, code, name, rules.is_urban(urban, kind)) for pk, code, name, urban, kind in told]


def counties_below(division: Division) -> list[str]:
    """Six-digit codes of the counties that the division is, holds, or lies in; ended ones too, as above."""
    if division.county_code:
        return [division.county_code]
    rows = Division.objects.filter(_within(division)).exclude(county_code="")
    return list(rows.order_by("county_code").values_list("county_code", flat=True).distinct())


def county_codes() -> list[str]:
    """Six-digit codes of all counties, ended ones too."""
    rows = Division.objects.filter(level=Level.COUNTY).order_by().values_list("county_code", flat=True)
    direct = Division.objects.filter(parent__level=Level.CITY, level=Level.TOWNSHIP).order_by()
    return sorted(rows.union(direct.values_list("county_code", flat=True)))


def counties(on: dt.date | None = None) -> list[Division]:
    """The counties, and the cities that have their townships directly: the first step of choosing a community."""
    direct = Q(level=Level.CITY, children__level=Level.TOWNSHIP)
    return list(in_force(on).filter(Q(level=Level.COUNTY) | direct).distinct().order_by("code", "id"))


def community_choices(county_code: str, on: dt.date | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The communities of a county as choices for a select: (township, [(code, community), …]), in two queries."""
    rows = in_force(on).filter(county_code=county_code)
    townships = {d.pk: d.short_name for d in rows.filter(level=Level.TOWNSHIP).order_by("code", "id")}
    grouped: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for community in rows.filter(level=Level.COMMUNITY).order_by("code", "id"):
        grouped[community.parent_id].append((community.code, community.short_name))  # type: ignore[index]
    return [(name, grouped[pk]) for pk, name in townships.items() if grouped[pk]]


def counts(division: Division | None = None, on: dt.date | None = None) -> Counts:
    """Count what lies below a division (everything for None) by kind, as of a day (R2)."""
    day = on or today()
    rows = in_force(day)
    marked = CommunityMark.objects.filter(_spans(day), mark=Mark.RURAL_COMMUNITY)
    if division is not None:
        rows = rows.filter(_within(division)).exclude(pk=division.pk)
        marked = marked.filter(division__in=rows)
    by_kind = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    return Counts(
        on=day, by_kind={Kind(kind): n for kind, n in by_kind.items()}, rural_communities=marked.filter(
            division__in=in_force(day)).count(),
    )  # fmt: skip


def communities_by_child(division: Division, on: dt.date | None = None) -> dict[str, int]:
    """How many communities each child of the division has, by the child's code prefix, in one query."""
    child_prefix = next((length for length in (4, 6, 9, 12) if length > len(rules.prefix_of(division.code))), 12)
    rows = in_force(on).filter(_within(division), level=Level.COMMUNITY)
    return dict(rows.order_by().annotate(child=Left("code", child_prefix)).values_list("child").annotate(Count("pk")))


def search(text: str, limit: int = 20) -> list[Division]:
    """Divisions in force whose name holds the text, or whose code begins with it, highest level first."""
    text = text.strip()
    if not text or not text.isprintable():
        return []
    where = Q(code__startswith=text) if text.isdecimal() else Q(name__contains=text)
    return list(_with_ancestors(in_force()).filter(where).order_by("code", "id")[:limit])


def full_name(division: Division) -> str:
    """The name with the county and the township that stand above it: 东区炳草岗街道竹湖园社区.

    Costs nothing for rows with `parent__parent` loaded.
    """
    names = [division.short_name]
    while division.level in (Level.COMMUNITY, Level.TOWNSHIP) and (above := division.parent):
        division = above
        names.append(division.short_name)
    return "".join(reversed(names))


def communities_listed(path: Path) -> list[tuple[str, str]]:
    """Code and name of the communities in a file of divisions, without loading it. Raises UnreadableList."""
    rows = lists.read(path.read_bytes()).rows.values()
    return [(row.code, row.name) for row in rows if row.level == Level.COMMUNITY]


def _with_ancestors(rows: QuerySet[Division]) -> QuerySet[Division]:
    return rows.select_related("parent__parent__parent__parent")


def _within(division: Division) -> Q:
    lowest, highest = rules.span_of(division.code)
    return Q(code__gte=lowest, code__lte=highest)


def _spans(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
