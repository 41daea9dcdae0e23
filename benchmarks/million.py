"""A clerk's list of tasks and her search, with a million cases in the county beside ten thousand.

    python benchmarks/million.py [--quick]    --quick: a hundred thousand

On a PostgreSQL cluster of our own. The first ten thousand are made as benchmarks/workbench.py makes them; the rest are copies
of those that are done, by one INSERT … SELECT under all constraints, with ids, numbers, applicants and days of their own: what grows is
the past, the clerk's open work stays. Counted is the time from the address to the last byte in the process of the server; p95 of ROUNDS.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

FEW, MANY, QUICK = 10_000, 1_000_000, 100_000
ROUNDS = 60
NAMES = {"tasks": "tasks", "by number": "number", "by name": "name", "by identity number": "identity"}


def multiply(until: int) -> None:
    """Copy the cases that are done until the county has so many."""
    from django.db import connection

    from linli.services.casework.models import Case

    own = {
        "id": "gen_random_uuid()", "number": "left(c.number, 6) || upper(lpad(to_hex(n * 1000003 + c.place), 10, '0'))",
        "applicant_id": "p.id", "submitted_at": "c.submitted_at - (n %% 900) * interval '1 day'",
        "created_at": "c.created_at - (n %% 900) * interval '1 day'",
    }  # fmt: skip
    columns = [str(field.column) for field in Case._meta.concrete_fields]
    taken = ", ".join(own.get(name, f'c."{name}"') for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE somebody AS SELECT row_number() OVER () - 1 AS turn, id, community_id FROM registry_person"
        )
        cursor.execute("ALTER TABLE somebody ADD PRIMARY KEY (turn)")
        cursor.execute("SELECT count(*) FROM somebody")
        people = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM casework_case WHERE status = 'closed'")
        done = cursor.fetchone()[0]
        times = -(-(until - FEW) // done)
        quoted = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f"INSERT INTO casework_case ({quoted}) SELECT {taken} FROM "
            "(SELECT *, row_number() OVER () AS place FROM casework_case WHERE status = 'closed') c, "
            "generate_series(1, %s) AS copies (n), somebody p WHERE p.turn = (n * 7919 + c.place * 31) %% %s LIMIT %s",
            [times, people, until - FEW],
        )
        cursor.execute("ANALYZE")


def p95(client: Any, address: str) -> float:
    """Return the time in milliseconds that 95 of 100 openings stay below."""
    took = []
    for attempt in range(ROUNDS + 5):
        began = time.perf_counter()
        status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
        if attempt >= 5:
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[int(len(took) * 0.95) - 1]


def measure(many: int) -> dict[str, Any]:
    with machine.place(maintenance_work_mem="'256MB'", shared_buffers="'512MB'", max_wal_size="'4GB'") as where:
        machine.settle()
        from django.conf import settings
        from django.test import Client

        from benchmarks.workbench import County
        from linli.ground.accounts.models import Account

        settings.ALLOWED_HOSTS = ["*"]
        began = time.monotonic()
        county = County()
        county.settle()
        county.fill(FEW)
        _analyse()
        pages = {
            said.removeprefix("worker: "): page for said, page in county.pages().items() if said.startswith("worker")
        }
        client = Client()
        client.force_login(Account.objects.get(pk=pages["tasks"][0].account_id))
        addresses = {name: pages[name][1] for name in NAMES}
        few = {name: p95(client, address) for name, address in addresses.items()}
        multiply(many)
        print(f"{many} cases, made in {time.monotonic() - began:.0f} s at {where.url}")
        figures = {}
        for name, address in addresses.items():
            took = p95(client, address)
            figures[f"million.{NAMES[name]}_ratio"] = {"value": round(took / few[name], 2), "limit": 1.5, "unit": "x"}
            figures[f"million.{NAMES[name]}_ms"] = {"value": round(took, 1), "limit": 50, "unit": "ms"}
        return figures


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> int:
    from benchmarks.figures import told

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true")
    return told(measure(QUICK if options.parse_args().quick else MANY))


if __name__ == "__main__":
    sys.exit(main())
