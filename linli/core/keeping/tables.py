"""What a database holds, in figures: rows of each table, and a sum over them that differs when one value does."""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MADE_BY_MIGRATING = frozenset({"django_migrations", "django_content_type", "auth_permission"})
"""Tables that hold rows as soon as the tables are made."""
PASSING = frozenset({"core_cache", "core_http_tally"})
"""Tables whose rows are of no use elsewhere: neither compared nor moved."""
MODULUS = 1 << 256
CHUNK = 2000


@dataclass(frozen=True)
class Held:
    """What one table holds. sum: the SHA-256 of all its rows, added up modulo 2**256, so that order does not count."""

    rows: int
    sum: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def table_names(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def holdings(
    connection: BaseDatabaseWrapper, progress: Callable[[str], object] = lambda table: None
) -> dict[str, Held]:
    """Return what every table holds, as it stands there: the same kind of database gives the same sums.

    Inside a transaction that keeps one view of the data, the figures fit together.
    """
    held = {}
    for table in table_names(connection):
        if table not in PASSING:
            progress(table)
            held[table] = add_up(rows_of(connection, table))
    return held


def rows_of(connection: BaseDatabaseWrapper, table: str) -> Iterator[list[Any]]:
    """Yield the rows of a table, their columns by name."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quote(table)} LIMIT 0")  # noqa: S608 (a name of the database's own)
        names = sorted(column[0] for column in cursor.description)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quote, names))} FROM {quote(table)}")  # noqa: S608 (as above)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def add_up(rows: Iterable[Sequence[Any]]) -> Held:
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(row_text(row)).digest(), "big")
    return Held(count, f"{total % MODULUS:064x}")


def row_text(row: Sequence[Any]) -> bytes:
    """Return a row as one text that is the same whichever database its values came from."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def plain(value: Any) -> Any:
    """Return a value of a JSON column as both databases give it back: jsonb writes 1e2 as 100."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def with_data(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that hold rows other than those that come with the tables themselves."""
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in MADE_BY_MIGRATING or table in PASSING:
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 (as above)
            if cursor.fetchone():
                found.append(table)
    return found


def differences(told: dict[str, Held], found: dict[str, Held]) -> list[str]:
    """Name what differs, one line a table."""
    lines = []
    for table in sorted(told.keys() | found.keys()):
        before, after = told.get(table), found.get(table)
        if before == after:
            continue
        if before is None or after is None:
            lines.append(f"{table} {'多出来' if before is None else '不见了'}")
        elif before.rows != after.rows:
            lines.append(f"{table} 应有 {before.rows} 行，实有 {after.rows} 行")
        else:
            lines.append(f"{table} 有 {before.rows} 行，内容不同")
    return lines


@contextmanager
def another(changes: dict[str, Any], alias: str = "keeping") -> Iterator[BaseDatabaseWrapper]:
    """Yield a connection to another database, set up as ours but for `changes`; closed afterwards."""
    ours = connections.databases["default"]
    connections.databases[alias] = {**ours, "OPTIONS": dict(ours.get("OPTIONS", {})), "CONN_MAX_AGE": 0, **changes}
    connection = connections[alias]
    try:
        yield connection
    finally:
        connection.close()
        del connections[alias]
        del connections.databases[alias]


@contextmanager
def standing_in(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let everything that this thread asks the house's database be answered by another one."""
    ours = connections["default"]
    connections["default"] = connection  # type: ignore[assignment]
    try:
        yield
    finally:
        connections["default"] = ours
