"""A made-up city as files: the truth, the strangers' rows mixed into four dirty lists, and what is wrong with each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from linli.ground.exchange.synth import extracts, people

STRANGERS_SHARE = 0.16
"""So many people beside the city's, for the strangers of the largest list."""


def write_city(
    folder: Path, *, residents: int, seed: int, on: dt.date, communities: list[tuple[str, str]]
) -> Iterator[str]:
    """Write persons, households and tags as Parquet, and each department's list with its truth; yield what was written."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    strangers = max(int(residents * STRANGERS_SHARE), 1)
    both = people.make(residents + strangers, seed=seed, on=on, communities=communities)
    ours = _households_of(both, residents)
    city, others = people.part(both, 0, ours), people.part(both, ours, None)
    for name, table in (("persons", city.persons), ("households", city.households), ("tags", city.tags)):
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        yield f"{name}.parquet: {len(table)}"
    for department in sorted(extracts.SHARE_OF_CITY):
        made = extracts.make(city.persons, others.persons, department, seed=seed)
        path = extracts.write(folder, department, made, seed=seed)
        yield f"{path.name}: {len(made.rows)}"


def _households_of(both: people.City, residents: int) -> int:
    """Return after which household the city has its residents: nobody stands on both sides."""
    return int(both.persons["household"][residents - 1].as_py()) + 1
