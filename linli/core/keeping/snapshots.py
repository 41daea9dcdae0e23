"""A database as it stood at one moment: as a file, and as figures of that very moment."""

# untranslated: told to operators

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection as ours
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from linli.core.keeping.refusals import ToolFailed
from linli.core.keeping.tables import another

FILE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}


@dataclass(frozen=True)
class Snapshot:
    """file: the whole database. connection: sees exactly what is in it, as long as the block lasts."""

    file: Path
    connection: BaseDatabaseWrapper


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Write the database as it stands to a file in `folder`, while people work. Raises ToolFailed."""
    file = folder / FILE_NAMES[ours.vendor]
    with (_sqlite if ours.vendor == "sqlite" else _postgresql)(file) as connection:
        yield Snapshot(file, connection)


@contextmanager
def _sqlite(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """The online backup of SQLite: page by page, begun again by itself where somebody wrote in between."""
    there = sqlite3.connect(f"file:{ours.settings_dict['NAME']}?mode=ro", uri=True, timeout=20)
    here = sqlite3.connect(file)
    try:
        there.backup(here, pages=-1)  # all pages under one read lock, which in WAL mode keeps nobody from writing
        here.execute("PRAGMA journal_mode=DELETE")  # one file, without -wal beside it
    finally:
        here.close()
        there.close()
    os.chmod(file, 0o600)
    with _reading(sqlite_settings(file)) as connection:
        yield connection


@contextmanager
def _postgresql(file: Path) -> Iterator[BaseDatabaseWrapper]:
    """pg_dump and the figures share one exported snapshot."""
    with another({}) as connection, transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        run_tool(
            ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={file}"],
            connection.settings_dict,
        )
        os.chmod(file, 0o600)
        yield connection


def sqlite_settings(file: Path) -> dict[str, Any]:
    """Return how to open a SQLite file that lies aside: without a write-ahead log, and nobody else writes."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {"transaction_mode": "DEFERRED", "timeout": 20},
    }


@contextmanager
def _reading(settings: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    with another(settings) as connection, transaction.atomic(using=connection.alias):
        yield connection


def run_tool(command: list[str], database: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs on a database; the password goes by the environment. Raises ToolFailed."""
    try:
        done = subprocess.run(
            command, env=os.environ | tool_environment(database), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise ToolFailed(
            tool=command[0], what="这台机器上没有这个程序，请安装 PostgreSQL 的客户端程序（postgresql-client）。"
        ) from error
    if done.returncode:
        raise ToolFailed(tool=command[0], what=done.stderr.strip()[-600:])


def tool_environment(database: dict[str, Any]) -> dict[str, str]:
    """Return the variables by which PostgreSQL's programs find a database that Django's settings describe."""
    options = database.get("OPTIONS") or {}
    told = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database.get("NAME"),
        "PGCONNECT_TIMEOUT": options.get("connect_timeout"),
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSSLCERT": options.get("sslcert"),
        "PGSSLKEY": options.get("sslkey"),
    }
    return {name: str(value) for name, value in told.items() if value not in (None, "")}
