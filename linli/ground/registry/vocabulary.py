"""What a rule may ask about a person: the facts by name, for one person and, frozen, for everybody at once.

`benefits` is filled in by the room that decides cases. What is not known is None, never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.conditions import Fact, Kind, Vocabulary
from linli.ground.registry import queries
from linli.ground.registry.models import Circumstance, CircumstanceKind, Person, SpecialGroup, SpecialGroupTag
from linli.ground.registry.rules import age_on

FACTS = Vocabulary(
    [
        Fact("age", Kind.NUMBER, _("年龄")),
        Fact("sex", Kind.WORD, _("性别")),
        Fact("alive", Kind.TRUTH, _("健在")),
        Fact("registered_here", Kind.TRUTH, _("户口在本市")),
        Fact("lives_here", Kind.TRUTH, _("住在本市")),
        Fact("groups", Kind.WORDS, _("特殊群体"), is_open=True),
        Fact("benefits", Kind.WORDS, _("已经享受的")),
        Fact("lives_here_since", Kind.DAY, _("从哪天起住在本市")),
        Fact("household_size", Kind.NUMBER, _("一起生活的人数")),
        Fact("income_per_head_fen", Kind.NUMBER, _("家庭人均月收入（分）")),
        Fact("income_class", Kind.WORD, _("低收入人口类别")),
        Fact("disability_grade", Kind.NUMBER, _("残疾等级")),
    ]
)
INCOME_CLASSES = ("destitute", "subsistence", "near_subsistence", "rigid_expense")
"""The layers of people on low income (国办发〔2023〕39号), the poorest first."""
FROM_GROUPS = (SpecialGroup.DESTITUTE, SpecialGroup.SUBSISTENCE, SpecialGroup.NEAR_SUBSISTENCE)
AT_ONCE = 5_000


def read(kind: str, text: str) -> int | str | dt.date:
    """Return the value that a circumstance's text stands for. Raises ValueError."""
    if kind == CircumstanceKind.LIVES_HERE_SINCE:
        return dt.date.fromisoformat(text)
    if kind == CircumstanceKind.INCOME_CLASS:
        return INCOME_CLASSES[INCOME_CLASSES.index(text)]
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def facts_of(person: Person, *, on: dt.date, benefits: Collection[str] | None = None) -> dict[str, Any]:
    """Return what rules may ask of one person on a day. Two queries. The caller has reached the person."""
    return next(_dressed([person], on, {person.pk: benefits}))


def everybody(*, on: dt.date, county_code: str) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Yield each living person in force of a county with her facts on a day, but for `benefits`. For batches.

    So many queries as there are thousands of people, by the order of ids; nothing of all of them is held at once.
    """
    rows = Person.everywhere.filter(county_code=county_code, valid_to__isnull=True, died_on__isnull=True).only(
        "pk",
        "county_code",
        "continues_id",
        "community_id",
        "registered_community_id",
        "registered_place",
        "sex",
        "birth_date",
        "died_on",
    )
    last: UUID | None = None
    while part := list((rows.filter(pk__gt=last) if last else rows).order_by("pk")[:AT_ONCE]):
        yield from zip(part, _dressed(part, on, {}), strict=True)
        last = part[-1].pk


def _dressed(
    people: list[Person], on: dt.date, benefits: dict[UUID, Collection[str] | None]
) -> Iterator[dict[str, Any]]:
    now_of = {earlier: person.pk for person in people for earlier in _rows(person)}
    where: dict[str, Any] = {"person_id__in": list(now_of), "valid_from__lte": on}
    if len(now_of) == len(people):
        where["county_code__in"] = sorted({person.county_code for person in people})
    groups: dict[UUID, list[str]] = defaultdict(list)
    for tag in SpecialGroupTag.everywhere.filter(**where):
        if tag.is_in_force(on) and tag.code not in (held := groups[now_of[tag.person_id]]):
            held.append(tag.code)
    told: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for row in Circumstance.everywhere.filter(**where).order_by("valid_from", "id"):
        if row.valid_to is None or on < row.valid_to:
            told[now_of[row.person_id]][row.kind] = read(row.kind, row.value)
    for person in people:
        held = groups.get(person.pk, [])
        known = benefits.get(person.pk)
        yield {
            "age": age_on(person.birth_date, on),
            "sex": person.sex,
            "alive": person.is_alive,
            "registered_here": _registered_here(person),
            "lives_here": True,
            "groups": sorted(held) if held else None,
            "benefits": sorted(known) if known is not None else None,
            **{kind: told[person.pk].get(kind) for kind in CircumstanceKind.values},
            "income_class": told[person.pk].get("income_class")
            or next((one.value for one in FROM_GROUPS if one in held), None),
        }


def _rows(person: Person) -> list[UUID]:
    """Ids of every row of a human being: what is known of her follows her from county to county."""
    return queries.rows_of(person) if person.continues_id else [person.pk]


def _registered_here(person: Person) -> bool | None:
    if person.registered_community_id:
        return True
    return False if person.registered_place else None
