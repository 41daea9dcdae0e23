"""What a rule costs for one person, and all items for a city, beside one bare aggregate over the same file.

    .venv/bin/python benchmarks/conditions.py [--people 1200000]

Made-up facts in a temporary folder; the extra `batch` is needed. Exit code 1 when a limit is exceeded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path

MICROSECONDS_A_PERSON = 50
TIMES_BARE = 40
"""All items in two scans, beside one aggregate of one column."""
DAY = dt.date(2026, 11, 25)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_200_000)
    people = parser.parse_args().people
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    import django

    django.setup()
    import duckdb

    from linli.core.conditions import closure, parse, sql
    from linli.core.conditions.city import hold
    from linli.services.catalogue import reading
    from linli.services.entitlement import rules

    asked = rules.rules_of(item for _name, item in reading.read_folder(reading.ITEMS).items)
    parsed = {code: parse(rule, rules.FACTS) for code, rule in asked.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        write(path, people)
        started = time.perf_counter()
        bare = duckdb.connect(config={"threads": 2})
        bare.execute(f"SELECT count(*) FILTER (age >= 80) FROM read_parquet('{path}')").fetchall()
        floor = time.perf_counter() - started

        started = time.perf_counter()
        texts = {code: sql(rule, on=DAY) for code, rule in parsed.items()}
        wanted = {
            code: sql(parse(rules.still_to_find(code, rule), rules.FACTS), on=DAY) for code, rule in asked.items()
        }
        found = hold(path, counted=texts, wanted=wanted, keep=("person_id",), on="duckdb")
        whole = time.perf_counter() - started

        some = bare.sql(f"SELECT * FROM read_parquet('{path}') LIMIT 20000").to_arrow_table().to_pylist()
    closures = [closure(rule, on=DAY) for rule in parsed.values()]
    started = time.perf_counter()
    for one in some:
        for ask in closures:
            ask(one)
    each = (time.perf_counter() - started) / len(some) / len(closures) * 1e6

    print(f"{len(parsed)} items, {people} people, {found.rows.num_rows} rows listed")
    print(f"one rule for one person: {each:.1f} µs (limit {MICROSECONDS_A_PERSON})")
    print(
        f"all items for everybody: {whole:.2f} s, {whole / floor:.0f} times a bare count of {floor:.3f} s (limit {TIMES_BARE})"
    )
    return int(each > MICROSECONDS_A_PERSON or whole > TIMES_BARE * floor)


def write(path: Path, people: int) -> None:
    """Write made-up facts: a fiftieth in each group, a third of what may be known is not."""
    import duckdb

    groups = ["subsistence", "disability", "preferential_treatment", "near_subsistence", "registered_unemployed"]
    chosen = ", ".join(f"CASE WHEN hash(i + {n}) % 50 = 0 THEN '{code}' END" for n, code in enumerate(groups))
    duckdb.connect().execute(
        f"""COPY (SELECT CAST(uuid() AS VARCHAR) AS person_id, '510402' AS county_code, 'c' AS community_id,
        CAST(hash(i) % 100 AS BIGINT) AS age, CAST(1 + hash(i + 11) % 2 AS VARCHAR) AS sex, TRUE AS alive,
        CASE WHEN hash(i + 12) % 3 > 0 THEN hash(i + 13) % 10 > 0 END AS registered_here, TRUE AS lives_here,
        list_filter([{chosen}], lambda x: x IS NOT NULL) AS groups, CAST([] AS VARCHAR[]) AS benefits,
        CASE WHEN hash(i + 14) % 3 > 0 THEN DATE '2020-01-01' + CAST(hash(i) % 2500 AS INTEGER) END AS lives_here_since,
        CASE WHEN hash(i + 15) % 3 > 0 THEN CAST(1 + hash(i + 16) % 5 AS BIGINT) END AS household_size,
        CAST(NULL AS BIGINT) AS income_per_head_fen,
        CASE WHEN hash(i + 17) % 40 = 0 THEN 'subsistence' END AS income_class,
        CASE WHEN hash(i + 18) % 40 = 0 THEN CAST(1 + hash(i + 19) % 4 AS BIGINT) END AS disability_grade,
        CAST([] AS VARCHAR[]) AS asked FROM range({people}) t(i)) TO '{path}' (FORMAT parquet)"""
    )


if __name__ == "__main__":
    sys.exit(main())
