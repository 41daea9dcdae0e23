"""A made-up city is believable in the mass, the same for the same seed, and nobody in it is anybody."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from linli.ground.exchange import extracts as reading
from linli.ground.exchange.synth import people
from linli.ground.exchange.synth.writing import write_city
from linli.ground.registry import rules

ON = dt.date(2026, 11, 1)
COMMUNITIES = [(f"51040200{number}001", f"第{number}社区") for number in range(1, 10)]
RESIDENTS = 6_000


def written(folder: Path, seed: int = 7) -> dict[str, str]:
    list(write_city(folder, residents=RESIDENTS, seed=seed, on=ON, communities=COMMUNITIES))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    written(folder)
    return folder


def persons(city: Path) -> list[dict[str, object]]:
    return pq.read_table(city / "persons.parquet").to_pylist()


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path):
    one, again, other = (written(tmp_path / name, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))

    assert one == again
    assert len(one) == 11
    assert all(one[name] != other[name] for name in one)


def test_every_number_is_in_form_and_nobodys(city: Path):
    rows = persons(city)

    for row in rows[:2_000]:
        number = rules.check_identity_number(row["id_number"], on=ON, allow_demo=True)
        assert (rules.birth_date_of(number, on=ON), rules.sex_of(number)) == (row["birth"], row["sex"])
        with pytest.raises(rules.NumberNotGood):
            rules.check_identity_number(row["id_number"], on=ON)
    assert len({row["id_number"] for row in rows}) == len(rows)


def test_ages_are_those_of_a_city_of_the_south_west(city: Path):
    """Seventh census, Sichuan: 16.1 % below 15, 21.7 % from 60 on (Panzhihua: 14.9 %, 19.4 %)."""
    ages = [rules.age_on(row["birth"], ON) for row in persons(city)]

    children, old = (sum(map(test, ages)) / len(ages) for test in (lambda age: age < 15, lambda age: age >= 60))

    assert 0.11 < children < 0.20
    assert 0.15 < old < 0.30
    assert max(ages) < 110
    assert min(ages) >= 0


def test_every_household_has_one_head_and_one_home_of_its_own(city: Path):
    rows = persons(city)

    heads = Counter(row["household"] for row in rows if row["relation"] == people.HEAD)
    homes = pq.read_table(city / "households.parquet").to_pylist()

    assert set(heads.values()) == {1}
    assert heads.keys() == {row["household"] for row in rows} == {home["household"] for home in homes}
    assert len({(home["community"], home["address"]) for home in homes}) == len(homes)


def test_groups_come_at_their_rates(city: Path):
    tags = Counter(row["code"] for row in pq.read_table(city / "tags.parquet").to_pylist())

    assert 20 < tags["disability"] / RESIDENTS * 1000 < 34
    assert 32 < tags["veteran"] / RESIDENTS * 1000 < 48


@pytest.mark.parametrize("department", ["civil_affairs", "health", "human_resources", "public_security"])
def test_a_departments_list_is_read_and_as_dirty_as_it_should_be(city: Path, department: str):
    file = city / f"{department}.csv"
    truth = pq.read_table(city / f"{department}.truth.parquet").to_pylist()
    known = {row["person"]: row for row in persons(city)}

    lines = list(reading.read(file, reading.encoding_of(file)))
    columns = reading.suggest_columns(lines[0][1])
    rows = [{name: cells[at] for name, at in columns.items()} for _line, cells in lines[1:]]

    assert len(rows) == len(truth)
    for row, told in zip(rows, truth, strict=True):
        if told["person"] is not None and not told["faults"]:
            person = known[told["person"]]
            assert all(row[name] == person[name] for name in ("name", "id_number", "address", "phone"))
        assert ("no_number" in told["faults"]) == (row["id_number"] == "")
    faults = Counter(fault for told in truth for fault in told["faults"])
    shares = {fault: count / len(truth) for fault, count in faults.items()}
    assert 0.16 < shares["no_number"] < 0.24
    assert 0.03 < shares["damaged_number"] < 0.08
    assert 0.35 < shares["old_address"] < 0.45
    assert 0.05 < sum(shares[fault] for fault in ("homophone", "look_alike", "former_name")) < 0.11
    assert 0.12 < sum(told["person"] is None for told in truth) / len(truth) < 0.18
