"""Four departments' lists of the same people, as dirty as such lists are, and the truth of who is who in them.

A fifth has no number, one in twenty a damaged one, one in a hundred a relative's; eight in a hundred a name of the same
sound, of the same look, or an earlier one; four in ten an address of another time; fifteen in a hundred rows are of
people who are not of this city. Each row's faults stand in the truth beside it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.ground.exchange.synth import data_names as words

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

RATES = {"no_number": 0.20, "damaged_number": 0.05, "relatives_number": 0.01, "name": 0.08, "old_address": 0.40}
STRANGERS = 0.15
"""Share of the rows."""
SHARE_OF_CITY = {"civil_affairs": 0.12, "health": 0.60, "human_resources": 0.40, "public_security": 0.80}
NAME_FAULTS = ("homophone", "look_alike", "former_name")


@dataclass(frozen=True)
class List:
    """One department's list: rows as text under the fields' names, and the truth: row, person (null: a stranger), faults."""

    rows: pa.Table
    truth: pa.Table


def make(city: pa.Table, strangers: pa.Table, department: str, *, seed: int) -> List:
    """Make a department's list of some of the city's people and some strangers, in no order."""
    import numpy as np
    import pyarrow as pa

    chance = np.random.default_rng([seed, sorted(SHARE_OF_CITY).index(department)])
    known = np.flatnonzero(chance.random(len(city)) < SHARE_OF_CITY[department])
    wanted = int(len(known) * STRANGERS / (1 - STRANGERS))
    foreign = np.sort(chance.choice(len(strangers), min(wanted, len(strangers)), replace=False))
    columns = ("name", "sex", "birth", "id_number", "phone", "address")
    rows = {
        name: np.concatenate([_text(city, name)[known], _text(strangers, name)[foreign]]).astype(object)
        for name in columns
    }
    who = np.concatenate([known, np.full(len(foreign), -1)])  # rows of the city, which begin with person 0
    faults: list[list[str]] = [[] for _ in who]
    _spoil(chance, rows, who, city, faults)
    order = chance.permutation(len(who))
    table = pa.table({name: pa.array(rows[name][order].tolist(), pa.string()) for name in columns})
    truth = pa.table(
        {
            "row": pa.array([str(number + 1) for number in range(len(who))]),
            "person": pa.array([int(who[at]) if who[at] >= 0 else None for at in order], pa.int64()),
            "faults": pa.array([faults[at] for at in order], pa.list_(pa.string())),
        }
    )
    return List(table, truth)


def write(folder: Path, department: str, made: List, *, seed: int) -> Path:
    """Write a list as its department would, and its truth as Parquet beside it; return the list's path."""
    import numpy as np
    import pyarrow.parquet as pq

    encoding, headings = words.EXTRACTS[department]
    chance = np.random.default_rng([seed, 99])
    relief = np.array(words.RELIEF)[chance.integers(0, len(words.RELIEF), len(made.rows))].tolist()
    columns = [_column(department, heading, made, relief) for heading in headings]
    path = folder / f"{department}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(zip(*columns, strict=True))
    pq.write_table(made.truth, folder / f"{department}.truth.parquet")
    return path


def _column(department: str, heading: str, made: List, relief: list[str]) -> list[str]:
    from linli.ground.exchange.extracts import suggest_columns

    field = next(iter(suggest_columns([heading])), "")
    if field == "sex":
        men, women = words.SEX_WORDS[department]
        return [men if one == "1" else women for one in made.rows["sex"].to_pylist()]
    if field == "birth_date":
        days = made.rows["birth"].to_pylist()
        if department == "public_security":
            return [day.replace("-", "") for day in days]
        return [day.replace("-", "/") for day in days] if department == "human_resources" else days
    if field:
        told: list[str] = made.rows[field].to_pylist()
        return told
    return relief if heading == words.EXTRACTS["civil_affairs"][1][-1] else made.truth["row"].to_pylist()


def _spoil(
    chance: np.random.Generator, rows: dict[str, Any], who: Any, city: pa.Table, faults: list[list[str]]
) -> None:
    import numpy as np

    count, numbers, households = len(who), _text(city, "id_number"), city["household"].to_numpy()
    draw = chance.random(count)
    for at in np.flatnonzero(draw < RATES["no_number"]):
        rows["id_number"][at] = ""
        faults[at].append("no_number")
    damaged = (draw >= RATES["no_number"]) & (draw < RATES["no_number"] + RATES["damaged_number"])
    for at in np.flatnonzero(damaged):
        rows["id_number"][at] = _damaged(chance, rows["id_number"][at])
        faults[at].append("damaged_number")
    for at in np.flatnonzero((draw > 1 - RATES["relatives_number"]) & (who >= 0)):
        begins, ends = np.searchsorted(households, [households[who[at]], households[who[at]] + 1])
        if others := [one for one in range(begins, ends) if one != who[at]]:
            rows["id_number"][at] = numbers[others[int(chance.integers(0, len(others)))]]
            faults[at].append("relatives_number")
    for at in np.flatnonzero(chance.random(count) < RATES["name"]):
        rows["name"][at], fault = _misnamed(chance, rows["name"][at])
        faults[at].append(fault)
    moved = np.flatnonzero(chance.random(count) < RATES["old_address"])
    rows["address"][moved] = _text(city, "address")[chance.integers(0, len(city), len(moved))]
    for at in moved:
        faults[at].append("old_address")


def _damaged(chance: np.random.Generator, number: str) -> str:
    """Change one digit, or let two neighbours change places."""
    at = int(chance.integers(6, 16))
    if chance.random() < 0.5 and number[at] != number[at + 1]:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    other = str((int(number[at]) + int(chance.integers(1, 10))) % 10)
    return number[:at] + other + number[at + 1 :]


def _misnamed(chance: np.random.Generator, name: str) -> tuple[str, str]:
    for table, fault in ((words.HOMOPHONES, "homophone"), (words.LOOK_ALIKES, "look_alike")):
        known = [at for at, sign in enumerate(name) if sign in table]
        if known and chance.random() < 0.6:
            at = known[int(chance.integers(0, len(known)))]
            return name[:at] + table[name[at]] + name[at + 1 :], fault
    signs = words.MEN + words.WOMEN
    former = name[0] + signs[int(chance.integers(0, len(signs)))] + signs[int(chance.integers(0, len(signs)))]
    return former, "former_name"


def _text(table: pa.Table, name: str) -> Any:
    import numpy as np
    import pyarrow.compute as pc

    column = table[name]
    return np.array(pc.cast(column, "string").to_pylist(), dtype=object)
