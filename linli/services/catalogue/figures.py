"""How far the items reach: every community, the city and the countryside alike (R28), each window (R32b)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from linli.ground.territory import queries as territory
from linli.ground.territory import rules as territory_rules
from linli.ground.territory.models import Division, Level
from linli.services.catalogue import guide as guides
from linli.services.catalogue import queries, rules, words
from linli.services.catalogue.content import Item
from linli.services.catalogue.models import Variance
from linli.services.catalogue.rules import Area, Part, Place, Share

TARGET_YEAR = 2020
"""The line: basic items reach all communities by this year (Panzhihua's plan, 三(二)2(2))."""


@dataclass(frozen=True)
class Why:
    """Why something is not there: the sentence, and the document it rests on."""

    reason: str
    document: str = ""


def told_of(variance: Variance) -> Why:
    english = words.is_english()
    return Why(variance.reason_en if english and variance.reason_en else variance.reason, variance.document)


def standard_of(variance: Variance) -> str:
    return variance.standard_en if words.is_english() and variance.standard_en else variance.standard


def places_of(communities: Iterable[territory.Community]) -> list[Place]:
    return [Place(one.code, one.name, one.is_urban) for one in communities]


# -- the matrix ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A division one level down, and its communities."""

    division: Division
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Row:
    """A basic item, and in how many of each column's communities it is offered."""

    code: str
    name: str
    cells: tuple[Share, ...]
    whole: Share
    why: Why | None = None
    """Why it is offered nowhere here."""


@dataclass(frozen=True)
class Matrix:
    """Basic items by the divisions below a place (R28b); urban, rural: of all items and communities together."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    urban: Share
    rural: Share

    @property
    def whole(self) -> Share:
        return self.urban + self.rural

    @property
    def everywhere(self) -> int:
        """How many of the items every community has."""
        return sum(row.whole.is_whole for row in self.rows)

    def of_column(self, number: int) -> Share:
        return sum((row.cells[number] for row in self.rows), Share(0, 0))


def columns_below(place: Division) -> tuple[Column, ...]:
    """Return the divisions one level below with their communities, in two queries; a community is its own column."""
    places = places_of(territory.communities(place))
    if place.level == Level.COMMUNITY:
        return (Column(place, tuple(places)),)
    below = list(territory.children(place))
    by_prefix = {territory_rules.prefix_of(one.code): one for one in below}
    lengths = {len(prefix) for prefix in by_prefix}
    held: dict[str, list[Place]] = defaultdict(list)
    for one in places:
        prefix = next((one.code[:length] for length in lengths if one.code[:length] in by_prefix), None)
        if prefix is not None:
            held[prefix].append(one)
    return tuple(Column(one, tuple(held[prefix])) for prefix, one in by_prefix.items() if held[prefix])


def basic_items() -> list[Item]:
    """Return the items in force that are basic public services: those with a field of the national standard."""
    return [item for item in map(queries.item, queries.published()) if item.national_field]


def matrix(place: Division) -> Matrix:
    """Return the matrix of basic items below a place: four queries, however many items and communities."""
    columns = columns_below(place)
    closed = _closed()
    rows, urban, rural = [], Share(0, 0), Share(0, 0)
    for item in basic_items():
        spans = [queries.span_of(one) for one in closed[item.code]]
        if item.elsewhere:
            spans = [rules.Span("")]
        cells = tuple(rules.share_open(column.places, spans) for column in columns)
        for column in columns:
            urban += rules.share_open([one for one in column.places if one.is_urban], spans)
            rural += rules.share_open([one for one in column.places if not one.is_urban], spans)
        why = Why(words.say(item.elsewhere.reason), item.elsewhere.document) if item.elsewhere else None
        rows.append(Row(item.code, words.say(item.name), cells, sum(cells, Share(0, 0)), why))
    return Matrix(columns, tuple(rows), urban, rural)


def _closed() -> dict[str, list[Variance]]:
    closed: dict[str, list[Variance]] = defaultdict(list)
    for one in queries.variances():
        if one.part == Part.OFFER:
            closed[one.item.code].append(one)
    return closed


@dataclass(frozen=True)
class Gap:
    """Communities in which an item is not offered, for one reason."""

    why: Why
    places: tuple[Place, ...]


def gaps(code: str, place: Division) -> list[Gap]:
    """Return the communities below a place in which an item is not offered, by the reason."""
    version = queries.version_for(code)
    if version is None:
        return []
    item = queries.item(version)
    places = places_of(territory.communities(place))
    if item.elsewhere:
        return [Gap(Why(words.say(item.elsewhere.reason), item.elsewhere.document), tuple(places))]
    closed = [(queries.span_of(one), told_of(one)) for one in queries.variances(code=code) if one.part == Part.OFFER]
    found: dict[Why, list[Place]] = defaultdict(list)
    for one in places:
        why = next((why for span, why in closed if span.covers(one)), None)
        if why is not None:
            found[why].append(one)
    return [Gap(why, tuple(held)) for why, held in found.items()]


# -- the city and the countryside ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unequal:
    """An item that is open to more of the city than of the countryside."""

    code: str
    name: str
    urban: Share
    rural: Share
    whys: tuple[Why, ...]


@dataclass(frozen=True)
class Differing:
    """A standard of an item beside what holds in some places."""

    code: str
    name: str
    part: str
    usual: str
    there: tuple[Variance, ...]


@dataclass(frozen=True)
class Equality:
    """Whether the city and the countryside get the same (R28a)."""

    urban: int
    rural: int
    unequal: tuple[Unequal, ...]
    differing: tuple[Differing, ...]


def equality(place: Division) -> Equality:
    """Return what differs between the communities below a place: items and standards. Three queries."""
    places = places_of(territory.communities(place))
    urban, rural = [one for one in places if one.is_urban], [one for one in places if not one.is_urban]
    items = {item.code: item for item in map(queries.item, queries.published())}
    by_item: dict[str, list[Variance]] = defaultdict(list)
    for one in queries.variances():
        if one.item.code in items and any(queries.span_of(one).covers(place) for place in places):
            by_item[one.item.code].append(one)
    unequal, differing = [], []
    for code, found in by_item.items():
        item = items[code]
        closed = [one for one in found if one.part == Part.OFFER]
        spans = [queries.span_of(one) for one in closed]
        in_city, outside = rules.share_open(urban, spans), rules.share_open(rural, spans)
        if in_city.part * outside.whole > outside.part * in_city.whole:
            whys = tuple(told_of(one) for one in closed if one.area != Area.URBAN)
            unequal.append(Unequal(code, words.say(item.name), in_city, outside, whys))
        for part in Part:
            there = tuple(one for one in found if one.part == part)
            if there and part != Part.OFFER:
                differing.append(Differing(code, words.say(item.name), str(part.label), usual(item, part), there))
    return Equality(len(urban), len(rural), tuple(unequal), tuple(differing))


def usual(item: Item, part: str) -> str:
    """Say the item's own standard, which holds where nothing else is recorded."""
    said: dict[Part, Callable[[], str]] = {
        Part.DAYS: lambda: guides.how_long(item),
        Part.FEE: lambda: guides.fee(item),
        Part.MATERIALS: lambda: guides.what_to_bring(item),
        Part.CONDITIONS: lambda: words.say(item.applicants.who),
        Part.CONTENT: lambda: words.say(item.result.name),
    }
    return said[Part(part)]()


# -- windows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """An item that a window cannot take in, and why."""

    code: str
    name: str
    why: Why


def not_at_a_window() -> tuple[list[Item], list[Missing]]:
    """Return the items that windows take in, and those that none does with the reason."""
    taken, missing = [], []
    for item in map(queries.item, queries.published()):
        if item.elsewhere:
            why = Why(words.say(item.elsewhere.reason), item.elsewhere.document)
        elif "window" not in item.channels:
            why = Why(guides.only_through(item))
        else:
            taken.append(item)
            continue
        missing.append(Missing(item.code, words.say(item.name), why))
    return taken, missing


def closed_at(places: Sequence[Place], items: Sequence[Item]) -> dict[str, list[Missing]]:
    """Return, by a community's code, the items that are not offered there, each with the reason: one query."""
    names = {item.code: words.say(item.name) for item in items}
    found: dict[str, list[Missing]] = defaultdict(list)
    for code, closed in _closed().items():
        if code not in names:
            continue
        spans = [(queries.span_of(one), told_of(one)) for one in closed]
        for place in places:
            why = next((why for span, why in spans if span.covers(place)), None)
            if why is not None:
                found[place.code].append(Missing(code, names[code], why))
    return found
