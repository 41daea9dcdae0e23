"""A clerk's list of tasks and her search, with a million cases in the county beside ten thousand.

    python benchmarks/million.py [--quick]            --quick: a hundred thousand
    python benchmarks/million.py --folder FOLDER      fills FOLDER the first time, and finds it filled from then on

On a PostgreSQL cluster of our own with two databases: one with ten thousand cases, made as benchmarks/workbench.py makes them,
and its copy, in which those that are done were copied by one INSERT … SELECT with ids, numbers, applicants and days of their own: what
grows is the past, the clerk's open work stays. The copies are made without indexes and foreign keys, which are put back, and so
checked, over all rows at once. Each page is opened in the one and in the other by turns, so that a noisy moment meets both. Counted is the time from the address
to the last byte in the process of the server, p95 of ROUNDS; the processor time of it and of PostgreSQL is told beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import machine

FEW, MANY, QUICK = 10_000, 1_000_000, 100_000
ROUNDS, WARM = 100, 10
NAMES = {"tasks": "tasks", "by number": "number", "by name": "name", "by identity number": "identity"}
SETTINGS = {"maintenance_work_mem": "'256MB'", "shared_buffers": "'512MB'", "max_wal_size": "'4GB'"}
FILLED = "filled.json"
"""Written when a folder is filled: how many cases, who opens the pages, and their addresses."""


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
        cursor.execute("ANALYZE somebody")
        cursor.execute("SELECT count(*) FROM somebody")
        people = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM casework_case WHERE status = 'closed'")
        done = cursor.fetchone()[0]
        times = -(-(until - FEW) // done)
        quoted = ", ".join(f'"{name}"' for name in columns)
        back = _put_away(cursor)
        cursor.execute(
            f"INSERT INTO casework_case ({quoted}) SELECT {taken} FROM "
            "(SELECT *, row_number() OVER () AS place FROM casework_case WHERE status = 'closed') c, "
            "generate_series(1, %s) AS copies (n), somebody p WHERE p.turn = (n * 7919 + c.place * 31) %% %s LIMIT %s",
            [times, people, until - FEW],
        )
        for statement in back:
            cursor.execute(statement)


def _put_away(cursor: Any) -> list[str]:
    """Take the foreign keys and the plain indexes off the cases; return the statements that put them back."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'casework_case'::regclass AND contype = 'f'"
    )
    back = []
    for name, said in cursor.fetchall():
        cursor.execute(f'ALTER TABLE casework_case DROP CONSTRAINT "{name}"')
        back.append(f'ALTER TABLE casework_case ADD CONSTRAINT "{name}" {said}')
    cursor.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = 'casework_case'::regclass AND NOT i.indisprimary "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)"
    )
    for name, said in cursor.fetchall():
        cursor.execute(f'DROP INDEX "{name}"')
        back.append(said)
    return [*reversed(back)]


def fill(where: machine.Place, many: int) -> None:
    """Fill the two databases, and write down who opens what."""
    from django.db import connection

    from benchmarks.workbench import County

    began = time.monotonic()
    machine.settle()
    county = County()
    county.settle()
    county.fill(FEW)
    pages = {said.removeprefix("worker: "): page for said, page in county.pages().items() if said.startswith("worker")}
    connection.close()
    where.postgres.create("many", like="linli")
    _look_at("many")
    multiply(many)
    for name in ("many", "linli"):
        _look_at(name)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    filled = {
        "cases": many, "account": str(pages["tasks"][0].account_id),
        "addresses": {name: pages[name][1] for name in NAMES},
    }  # fmt: skip
    (where.folder / FILLED).write_text(json.dumps(filled), encoding="utf-8")
    print(f"{many} cases made in {time.monotonic() - began:.0f} s", flush=True)


def _look_at(name: str) -> None:
    """Let this process ask another database of the cluster from now on."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


class Pages:
    """The server in this process, on one of the databases: a connection of its own that stays open, as theirs do."""

    def __init__(self, where: machine.Place, database: str, account: str) -> None:
        from django.db import connections
        from django.test import Client

        from linli.ground.accounts.models import Account

        self.where, self.database = where, database
        connections.settings[database] = {**connections.settings["default"], "NAME": database}
        self.connection = connections.create_connection(database)
        self.connection.alias = "default"
        self.took: dict[str, list[float]] = {name: [] for name in NAMES}
        self.cpu: dict[str, list[float]] = {name: [] for name in NAMES}
        self._turn_to()
        self.client = Client()
        self.client.force_login(Account.objects.get(pk=account))

    def _turn_to(self) -> None:
        from django.db import connections

        connections["default"] = self.connection

    def open(self, name: str, address: str, *, counts: bool) -> None:
        self._turn_to()
        began, spent = time.perf_counter(), time.process_time()
        status = self.client.get(address).status_code
        spent, took = time.process_time() - spent, time.perf_counter() - began
        if status != 200:
            raise RuntimeError(f"{address} answered {status}")
        if counts:
            self.took[name].append(took * 1000)
            self.cpu[name].append(spent * 1000)

    def p95(self, name: str) -> float:
        took = sorted(self.took[name])
        return took[int(len(took) * 0.95) - 1]

    def middle(self, name: str) -> float:
        return sorted(self.cpu[name])[len(self.cpu[name]) // 2]


def measure(many: int, folder: Path | None = None) -> dict[str, Any]:
    """Return the figures by name."""
    with machine.place(folder=folder, **SETTINGS) as where:
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.ALLOWED_HOSTS = ["*"]
        if not (where.folder / FILLED).exists():
            fill(where, many)
        for name in ("many", "linli"):  # what was filled with an earlier version is of today
            _look_at(name)
            call_command("migrate", verbosity=0, interactive=False)
        filled = json.loads((where.folder / FILLED).read_text(encoding="utf-8"))
        few, lots = (Pages(where, database, filled["account"]) for database in ("linli", "many"))
        for turn in range(WARM + ROUNDS):
            for name, address in filled["addresses"].items():
                for pages in (few, lots):
                    pages.open(name, address, counts=turn >= WARM)
        figures = {}
        print(f"{filled['cases']} cases; p95 of the clock, and the middle of the server's processor time, in ms:")
        for name in NAMES:
            took, floor = lots.p95(name), few.p95(name)
            print(f"{name:<20}{floor:7.1f} {took:7.1f}      {few.middle(name):7.1f} {lots.middle(name):7.1f}")
            figures[f"million.{NAMES[name]}_ratio"] = {"value": round(took / floor, 2), "limit": 1.5, "unit": "x"}
            figures[f"million.{NAMES[name]}_ms"] = {"value": round(took, 1), "limit": 50, "unit": "ms"}
        return figures


def main() -> int:
    from benchmarks.figures import told

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--folder", type=lambda path: Path(path).resolve(), help="stays, filled, for the next time")
    chosen = options.parse_args()
    return told(measure(QUICK if chosen.quick else MANY, chosen.folder))


if __name__ == "__main__":
    sys.exit(main())
