"""A small city for the tests that look at the whole house: made once, and every module gets a copy of its own.

The city is the demonstration on two of Panzhihua's five counties. It lies in a database beside the tests' own, so that
no test sees another's rows: SQLite copies its file, PostgreSQL makes a database from a template.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

COUNTIES = ("510402", "510403")
CASES, RESIDENTS, DAYS = 40, 60, 20
SINCE = dt.timedelta(days=365)


def small_city(folder: Path) -> Path:
    """Write the division list of two counties, cut out of the shipped one."""
    from linli.ground.territory.services import PANZHIHUA

    head, *lines = PANZHIHUA.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line[4:6] == "00" or line.startswith(COUNTIES)]
    file = folder / "divisions.csv"
    file.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return file


def settle(folder: Path) -> None:
    """Bring in what an installation begins with: working days, divisions, the catalogue."""
    from linli.core.access import system_actor
    from linli.core.calendar import today
    from linli.core.calendar.services import load_years
    from linli.ground.territory.services import import_divisions
    from linli.services.catalogue.services import ITEMS, load_items

    setup = system_actor("测试准备")
    load_years()
    import_divisions(small_city(folder), by=setup)
    load_items(ITEMS, by=setup, from_day=today() - SINCE)


def create_database(name: str) -> None:
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')


def copy_database(source: str, target: str) -> None:
    """Copy a whole database under another name. Nobody may be connected to the source."""
    connection.close()
    if connection.vendor == "sqlite":
        Path(target).unlink(missing_ok=True)
        with sqlite3.connect(source) as there, sqlite3.connect(target) as here:
            there.backup(here)
        there.close()
        here.close()
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop_database(name: str) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(name + end).unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let every thread's next connection go to another database."""
    place = connections.databases["default"]
    before = place["NAME"]
    connection.close()
    place["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        place["NAME"] = before


def fresh_name() -> str:
    name = f"linli_world_{uuid4().hex[:10]}"
    return str(Path(settings.VAR) / f"{name}.sqlite3") if connection.vendor == "sqlite" else name


@contextmanager
def tables() -> Iterator[str]:
    """Make a database with every table and no row, and connect to it. Yields its name; it is dropped afterwards."""
    name = fresh_name()
    create_database(name)
    try:
        with connected_to(name):
            call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            yield name
    finally:
        drop_database(name)


@pytest.fixture(scope="session")
def settled(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """The name of a database with divisions and catalogue, and nobody in it."""
    name = fresh_name()
    with django_db_blocker.unblock():
        with tables() as made:
            settle(tmp_path_factory.mktemp("city"))
            copy_database(made, name)
        yield name
        drop_database(name)


@pytest.fixture(scope="session")
def city(settled: str, django_db_blocker) -> Iterator[str]:
    """The name of a database with the small demonstration in it, and at least one of everything."""
    from linli.services.casework.tests.factories import Town
    from linli.web import demonstration
    from tests.plenty import Neighbourhood

    name = fresh_name()
    with django_db_blocker.unblock():
        copy_database(settled, name)
        with connected_to(name):
            demonstration.load(cases=CASES, residents=RESIDENTS, days=DAYS, echo=lambda _line: None)
            Neighbourhood(Town()).heap(1)  # what a few days need not bring: drafts, objections, bad ratings
        yield name
        drop_database(name)


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest, django_db_blocker) -> Iterator[str]:
    """A copy of the city for one module. With `db` each test is rolled back; without it, what it does stays.

    LINLI_TEST_CITY names a database with a demonstration that is there already, and is used as it stands: a cluster, which
    cannot be copied. Its keys and files go with it (LINLI_KEYS, LINLI_FILES_DIR).
    """
    if there := os.environ.get("LINLI_TEST_CITY"):
        with django_db_blocker.unblock(), connected_to(there):
            yield there
        return
    city, name = request.getfixturevalue("city"), fresh_name()
    with django_db_blocker.unblock():
        copy_database(city, name)
        with connected_to(name):
            yield name
        drop_database(name)
