"""The truth: households with their people and homes, column by column, for a whole city in seconds.

Everything is drawn from one stream of chance, so that the same seed makes the same city. Rates are those of China's
seventh census for Sichuan, where a figure is published, and of the statistics in docs/synth.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linli.ground.exchange.synth import data_names as words
from linli.ground.registry.rules import DEMO_CITY, DEMO_MOBILE

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

ELDER = 60
FLOATING_SHARE = 0.15
"""Households whose registration lies outside the city."""
APART_SHARE = 0.12
"""Households that live in another community of the city than they are registered in (人户分离)."""

HEAD, HUSBAND, WIFE, SON, DAUGHTER, FATHER, MOTHER = "02", "11", "12", "20", "30", "51", "52"
KINDS: tuple[tuple[float, tuple[str, ...], tuple[tuple[float, int, int], ...]], ...] = (
    (0.26, ("head",), ((0.55, 60, 92), (0.45, 22, 59))),
    (0.24, ("head", "spouse"), ((0.55, 52, 86), (0.45, 24, 51))),
    (0.07, ("head", "child"), ((1.0, 27, 55),)),
    (0.20, ("head", "spouse", "child"), ((1.0, 26, 50),)),
    (0.10, ("head", "spouse", "child", "child"), ((1.0, 28, 46),)),
    (0.08, ("head", "spouse", "child", "parent", "parent"), ((1.0, 28, 46),)),
    (0.05, ("head", "spouse", "child", "child", "parent", "parent"), ((1.0, 30, 46),)),
)
"""Share of the households, who is in one, and of the ages of its head: share, from, to."""
TAGS_PER_THOUSAND = {
    "disability": 27.0, "veteran": 40.0, "destitute": 3.3, "subsistence": 14.0, "severe_mental_disorder": 4.7,
    "orphan": 0.1, "unattended_child": 0.3,
}  # fmt: skip
STRIDE = 61_803_399
"""Has no divisor in common with 10^8: going round in such steps, no telephone number comes twice."""
CHILD_TAGS, GROWN_TAGS = frozenset({"orphan", "unattended_child"}), frozenset({"veteran"})


@dataclass(frozen=True)
class City:
    """Three tables. persons: one row a human being. households: where each lives. tags: who belongs to which group."""

    persons: pa.Table
    households: pa.Table
    tags: pa.Table


def make(residents: int, *, seed: int, on: dt.date, communities: list[tuple[str, str]]) -> City:
    """Make at least `residents` people: whole households, until there are enough. communities: code and name.

    Twins are one in a hundred children. Raises ValueError for no residents or no communities.
    """
    import numpy as np
    import pyarrow as pa

    if residents < 1 or not communities:
        raise ValueError("a city has residents and communities")
    chance = np.random.default_rng(seed)
    kind_of, household_of, role_of = _households(chance, residents)
    count, people = len(kind_of), len(household_of)
    ages, sexes = _ages_and_sexes(chance, kind_of, household_of, role_of)
    births = _births(chance, ages, on)
    _twins(chance, births, household_of, role_of)
    names = _names(chance, sexes, household_of, role_of)
    phones = _phones(chance, ages, household_of)
    homes = _homes(chance, count, communities)
    relation = np.select(
        [role_of == "head", role_of == "spouse", role_of == "child"],
        [HEAD, np.where(sexes == 1, HUSBAND, WIFE), np.where(sexes == 1, SON, DAUGHTER)],
        np.where(sexes == 1, FATHER, MOTHER),
    )
    floating, apart = chance.random(count) < FLOATING_SHARE, chance.random(count) < APART_SHARE
    codes = np.array([code for code, _name in communities])
    registered = np.where(apart, codes[chance.integers(0, len(codes), count)], homes["community"])
    elsewhere = np.array(words.PLACES_ELSEWHERE)[chance.integers(0, len(words.PLACES_ELSEWHERE), count)]
    persons = pa.table(
        {
            "person": np.arange(people),
            "name": pa.array(names),
            "sex": np.where(sexes == 1, "1", "2"),
            "birth": births,
            "id_number": _numbers(births, sexes),
            "phone": pa.array(phones),
            "household": household_of,
            "relation": relation,
            "community": homes["community"][household_of],
            "address": homes["address"][household_of],
            "registered_community": np.where(floating, "", registered)[household_of],
            "registered_place": np.where(floating, elsewhere, "")[household_of],
        }
    )
    households = pa.table({"household": np.arange(count), **homes})
    return City(persons, households, _tags(chance, ages))


def part(city: City, first: int, end: int | None) -> City:
    """Return the households from `first` up to `end` with their people: nobody's number is in two parts."""
    import pyarrow.compute as pc

    def within(table: pa.Table, column: str, low: int, high: int | None) -> pa.Table:
        chosen = pc.greater_equal(table[column], low)
        return table.filter(chosen if high is None else pc.and_(chosen, pc.less(table[column], high)))

    persons = within(city.persons, "household", first, end)
    if not len(persons):
        return City(persons, within(city.households, "household", first, end), city.tags.slice(0, 0))
    low, high = persons["person"][0].as_py(), persons["person"][-1].as_py() + 1
    return City(persons, within(city.households, "household", first, end), within(city.tags, "person", low, high))


def _households(chance: np.random.Generator, residents: int) -> tuple[Any, Any, Any]:
    """Return the kind of each household, and for each person the household and the role."""
    import numpy as np

    shares = np.array([kind[0] for kind in KINDS])
    sizes = np.array([len(kind[1]) for kind in KINDS])
    expected = int(residents / (shares @ sizes)) + 1
    kind_of = chance.choice(len(KINDS), size=int(expected * 1.1) + 20, p=shares)
    enough = int(np.searchsorted(np.cumsum(sizes[kind_of]), residents)) + 1
    kind_of = kind_of[:enough]
    household_of = np.repeat(np.arange(enough), sizes[kind_of])
    within = np.arange(len(household_of)) - np.repeat(np.cumsum(sizes[kind_of]) - sizes[kind_of], sizes[kind_of])
    roles = np.full((len(KINDS), sizes.max()), "", dtype="U6")
    for at, (_share, members, _ages) in enumerate(KINDS):
        roles[at, : len(members)] = members
    return kind_of, household_of, roles[kind_of[household_of], within]


def _ages_and_sexes(chance: np.random.Generator, kind_of: Any, household_of: Any, role_of: Any) -> tuple[Any, Any]:
    """Return age in full years, and 1 for a man, 2 for a woman: couples are a man and a woman, as are parents."""
    import numpy as np

    count, people = len(kind_of), len(household_of)
    head_age = np.zeros(count, dtype=np.int64)
    for at, (_share, _members, spans) in enumerate(KINDS):
        here = np.flatnonzero(kind_of == at)
        span = np.array([one[1:] for one in spans])[chance.choice(len(spans), len(here), p=[one[0] for one in spans])]
        head_age[here] = chance.integers(span[:, 0], span[:, 1] + 1)
    head_sex = np.where(chance.random(count) < 0.72, 1, 2)
    head_sex = np.where((kind_of == 0) & (head_age > 75), np.where(chance.random(count) < 0.35, 1, 2), head_sex)
    age, sex = head_age[household_of], np.where(chance.random(people) < 0.51, 1, 2)
    is_head, is_spouse, is_child, is_parent = (role_of == role for role in ("head", "spouse", "child", "parent"))
    sex = np.where(is_head, head_sex[household_of], np.where(is_spouse, 3 - head_sex[household_of], sex))
    first_parent = is_parent & ~np.concatenate([[False], is_parent[:-1]])
    sex = np.where(is_parent, np.where(first_parent, 1, 2), sex)
    apart = chance.integers(22, 34, people)
    age = np.where(is_spouse, age + chance.integers(-4, 4, people), age)
    age = np.where(is_child, np.maximum(age - apart, 0), age)
    age = np.where(is_parent, np.minimum(age + apart, 97), age)
    return np.where(is_spouse, np.maximum(age, 20), age), sex


def _births(chance: np.random.Generator, ages: Any, on: dt.date) -> Any:
    """Return days of birth; of the old a fifth is written down as born on the first of the month."""
    import numpy as np

    days = np.datetime64(on) - (ages * 365.2425 + 1).astype(np.int64) - chance.integers(0, 364, len(ages))
    is_rough = (ages >= ELDER) & (chance.random(len(ages)) < 0.2)
    return np.where(is_rough, days.astype("datetime64[M]").astype("datetime64[D]"), days)


def _twins(chance: np.random.Generator, births: Any, household_of: Any, role_of: Any) -> None:
    """Give some of the second children of a household the birthday of the first."""
    import numpy as np

    second = np.flatnonzero(
        (role_of[1:] == "child") & (role_of[:-1] == "child") & (household_of[1:] == household_of[:-1])
    )
    chosen = second[chance.random(len(second)) < 0.05]
    births[chosen + 1] = births[chosen]


def _names(chance: np.random.Generator, sexes: Any, household_of: Any, role_of: Any) -> list[str]:
    """Return full names; children bear their father's surname (92 in 100) or their mother's."""
    import numpy as np

    people = len(sexes)
    surnames = np.array(list(words.SURNAMES))
    rank = np.arange(len(surnames))
    weight = 1 / (rank + 6.0)
    own = chance.choice(len(surnames), people, p=weight / weight.sum())
    households = int(household_of[-1]) + 1
    fathers, mothers = np.full(households, -1), np.full(households, -1)
    grown = (role_of == "head") | (role_of == "spouse")
    for sex, held in ((1, fathers), (2, mothers)):
        rows = np.flatnonzero(grown & (sexes == sex))
        held[household_of[rows]] = own[rows]
    by_father = (chance.random(people) < 0.92) & (fathers[household_of] >= 0) | (mothers[household_of] < 0)
    inherited = np.where(by_father, fathers[household_of], mothers[household_of])
    surname = np.where(role_of == "child", inherited, own)
    heads = np.full(households, -1)
    heads[household_of[role_of == "head"]] = own[role_of == "head"]
    is_father = (role_of == "parent") & (sexes == 1)
    surname = np.where(is_father, heads[household_of], surname)
    men, women = np.array(list(words.MEN + words.BOTH)), np.array(list(words.WOMEN + words.BOTH))
    first = np.where(
        sexes == 1, men[chance.integers(0, len(men), people)], women[chance.integers(0, len(women), people)]
    )
    second = np.where(
        sexes == 1, men[chance.integers(0, len(men), people)], women[chance.integers(0, len(women), people)]
    )
    second = np.where(chance.random(people) < 0.22, "", second)
    joined = np.char.add(np.char.add(surnames[surname], first), second)
    told: list[str] = joined.tolist()
    return told


def _numbers(births: Any, sexes: Any) -> Any:
    """Return identity numbers that nobody bears: digits 3 and 4 are of no place (`registry.rules.DEMO_CITY`).

    Of one day and sex the n-th person has the n-th number; a prefix holds five hundred of them.
    """
    import numpy as np

    key = births.astype(np.int64) * 2 + (sexes == 1)
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(sorted_key)) + 1])
    lengths = np.diff(np.concatenate([starts, [len(key)]]))
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - np.repeat(starts, lengths)
    if int(rank.max()) >= 100 * 500:
        raise ValueError("so many people are not born on one day")
    year, month = births.astype("datetime64[Y]").astype(int) + 1970, births.astype("datetime64[M]").astype(int) % 12 + 1
    day = (births - births.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1
    serial = rank % 500 * 2 + (sexes == 1)
    place = int(f"51{DEMO_CITY}00") + rank // 500
    body = ((place * 10_000 + year) * 10_000 + month * 100 + day) * 1_000 + serial
    weights, rest, total = (
        (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2),
        body.copy(),
        np.zeros(len(body), np.int64),
    )
    for one in reversed(weights):
        total += rest % 10 * one
        rest //= 10
    return np.char.add(body.astype("U17"), np.array(list("10X98765432"))[total % 11])


def _phones(chance: np.random.Generator, ages: Any, household_of: Any) -> list[str]:
    """Return mobile numbers that ring nowhere: of the young none, of every third elder and child the family's own."""
    import numpy as np

    people = len(ages)
    own = (int(chance.integers(0, 10**8)) + np.arange(people) * STRIDE) % 10**8
    family = own[np.searchsorted(household_of, household_of)]
    shares = chance.random(people) < 0.3
    number = np.where(shares, family, own)
    text = np.char.add(DEMO_MOBILE, np.char.zfill(number.astype("U8"), 8))
    has = (ages >= 12) | shares
    told: list[str] = np.where(has, text, "").tolist()
    return told


def _homes(chance: np.random.Generator, count: int, communities: list[tuple[str, str]]) -> dict[str, Any]:
    """Return community and standard address of each household: no two of them the same."""
    import numpy as np

    codes = np.array([code for code, _name in communities])
    weight = chance.pareto(2.0, len(codes)) + 0.5
    at = np.sort(chance.choice(len(codes), count, p=weight / weight.sum()))
    starts = np.searchsorted(at, at)
    nth = np.arange(count) - starts
    room, rest = nth % 24, nth // 24
    unit, rest = rest % 3, rest // 3
    building, site = rest % 8, rest // 8
    roads = np.array([road + word for road in words.ROADS for word in words.ROAD_WORDS])
    parts = (
        roads[(at * 7 + site) % len(roads)], (at // len(roads) * 400 + site * 2 + 1 + at % 2).astype("U6"), words.NUMBER,
        (building + 1).astype("U2"), words.BUILDING, (unit + 1).astype("U2"), words.UNIT,
        ((room // 4 + 1) * 100 + room % 4 + 1).astype("U4"), words.ROOM,
    )  # fmt: skip
    address = parts[0]
    for part in parts[1:]:
        address = np.char.add(address, part)
    mixed = chance.permutation(count)
    return {"community": codes[at][mixed], "address": address[mixed]}


def _tags(chance: np.random.Generator, ages: Any) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    people, codes = [], []
    for code, rate in TAGS_PER_THOUSAND.items():
        fits = ages < 18 if code in CHILD_TAGS else ages >= 20 if code in GROWN_TAGS else ages >= 0
        share = rate / 1000 * len(ages) / max(int(fits.sum()), 1)
        chosen = np.flatnonzero(fits & (chance.random(len(ages)) < share))
        people.append(chosen)
        codes += [code] * len(chosen)
    return pa.table({"person": np.concatenate(people), "code": pa.array(codes, pa.string())})
