"""The facts of everybody on a day, written down as one table: what a run reads, and what explains it years later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.core.conditions import Kind
from linli.ground.registry import queries as registry
from linli.ground.registry import vocabulary
from linli.ground.territory import queries as territory
from linli.services.casework import entitled
from linli.services.catalogue.content import Item
from linli.services.entitlement.rules import FACTS

if TYPE_CHECKING:
    import pyarrow as pa

PLACE = ("person_id", "county_code", "community_id")
ROWS_AT_ONCE = 50_000


def schema() -> pa.Schema:
    """Return the columns: who and where as text, then a column for each fact; NULL is unknown."""
    import pyarrow as pa

    types = {
        Kind.NUMBER: pa.int64(), Kind.WORD: pa.string(), Kind.WORDS: pa.list_(pa.string()), Kind.TRUTH: pa.bool_(),
        Kind.DAY: pa.date32(),
    }  # fmt: skip
    return pa.schema([*((name, pa.string()) for name in PLACE), *((f.name, types[f.kind]) for f in FACTS.values())])


def write(path: Path, *, on: dt.date, items: Collection[Item]) -> int:
    """Write the facts of everybody on a day as Parquet; return how many people. No name and no number is among them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    count, waiting = 0, []
    with pq.ParquetWriter(path, schema(), compression="zstd") as writer:
        for row in _everybody(on, items):
            waiting.append(row)
            if len(waiting) == ROWS_AT_ONCE:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema()))
                count, waiting = count + len(waiting), []
        writer.write_table(pa.Table.from_pylist(waiting, schema=schema()))
    return count + len(waiting)


def read(path: Path, person_id: UUID) -> dict[str, Any] | None:
    """Return what a frozen table says of one person; None where she is not in it."""
    import pyarrow.parquet as pq

    rows = pq.read_table(path, filters=[("person_id", "=", str(person_id))]).to_pylist()
    return rows[0] if rows else None


def _everybody(on: dt.date, items: Collection[Item]) -> Iterator[dict[str, Any]]:
    known = entitled.of_everybody(on=on)
    given_with = {item.effects.gives: item.code for item in items if item.effects and item.effects.gives}
    for county_code in territory.county_codes():
        for person, facts in vocabulary.everybody(on=on, county_code=county_code):
            rows = registry.rows_of(person) if person.continues_id else [person.pk]
            benefits = {code for row in rows for code in known.benefits.get(row, ())}
            yield facts | {
                "person_id": str(person.pk),
                "county_code": person.county_code,
                "community_id": str(person.community_id),
                "benefits": sorted(benefits | _by_group(facts, given_with)),
                "asked": sorted({code for row in rows for code in known.asked.get(row, ())}),
            }


def _by_group(facts: Mapping[str, Any], given_with: Mapping[str, str]) -> set[str]:
    """Return the items whose result she has as a group: an import from elsewhere knows her as a member already."""
    return {given_with[group] for group in facts["groups"] or () if group in given_with}
