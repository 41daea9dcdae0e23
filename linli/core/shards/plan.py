"""What becomes of each table on a Citus cluster, and the statements that make it so.

Place-bound tables (a model with `shard_key`) are split by county and lie together; what many requests write and no
place-bound table is joined with stays at the coordinator (`kept_central`); all others are copied to every machine.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from linli.core.shards.keys import AcrossCounties

OF_LIBRARIES = (
    "django_migrations", "django_content_type", "django_session", "core_cache", "django_tasks_database_dbtaskresult",
)  # fmt: skip
"""Tables of libraries that stay at the coordinator; ours say so themselves (`kept_central`)."""
FOREIGN_KEY = re.compile(r"FOREIGN KEY \((?P<column>\w+)\) REFERENCES (?P<table>\w+)\((?P<target>\w+)\)(?P<rest>.*)")
SHARDS = 32


class Kind(enum.Enum):
    SPLIT = "split by county"
    COPIED = "copied to every machine"
    COORDINATOR = "kept at the coordinator"


@dataclass(frozen=True)
class Table:
    """One table and its lot. key: the column that says where a row lies. across: foreign key columns that leave it."""

    name: str
    kind: Kind
    key: str = ""
    across: frozenset[str] = frozenset()


def tables() -> dict[str, Table]:
    """Return every table that a model stands for, and those that libraries make without one."""
    known = {name: Table(name, Kind.COORDINATOR) for name in OF_LIBRARIES}
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        if name not in known and model._meta.managed and not model._meta.proxy:
            known[name] = _table(model)
    return known


def _table(model: type[models.Model]) -> Table:
    key = getattr(model, "shard_key", "")
    across = frozenset(str(f.column) for f in model._meta.concrete_fields if isinstance(f, AcrossCounties))
    kind = Kind.SPLIT if key else Kind.COORDINATOR if hasattr(model, "kept_central") else Kind.COPIED
    return Table(model._meta.db_table, kind, key, across)


@dataclass(frozen=True)
class Constraint:
    """As PostgreSQL's catalogue describes it. kind: p(rimary key), u(nique), f(oreign key), i(ndex), t(rigger)."""

    table: str
    name: str
    kind: str
    definition: str
    columns: tuple[str, ...] = ()
    points_to: str = ""


CONSTRAINTS = """
SELECT r.relname, c.conname, c.contype::text, pg_get_constraintdef(c.oid),
       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k(n, place)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.n ORDER BY place),
       coalesce(f.relname, '')
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid LEFT JOIN pg_class f ON f.oid = c.confrelid
WHERE c.contype IN ('p', 'u', 'f') AND r.relnamespace = current_schema()::regnamespace ORDER BY 1, 2
"""
UNIQUE_INDEXES = """
SELECT r.relname, i.relname, 'i', pg_get_indexdef(x.indexrelid),
       ARRAY(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(n, place)
             JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.n ORDER BY place), ''
FROM pg_index x JOIN pg_class r ON r.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indisunique AND r.relnamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid) ORDER BY 1, 2
"""
TRIGGERS = """
SELECT r.relname, t.tgname, 't', pg_get_triggerdef(t.oid), ARRAY[]::text[], ''
FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal AND r.relnamespace = current_schema()::regnamespace ORDER BY 1, 2
"""


def found(connection: Any) -> list[Constraint]:
    """Return the keys, unique indexes and triggers that the database has."""
    rows: list[Constraint] = []
    with connection.cursor() as cursor:
        for query in (CONSTRAINTS, UNIQUE_INDEXES, TRIGGERS):
            cursor.execute(query)
            rows += [Constraint(r[0], r[1], r[2], r[3], tuple(r[4]), r[5]) for r in cursor.fetchall()]
    return rows


def statements(
    known: dict[str, Table], there: Iterable[Constraint], *, done: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the SQL that makes a migrated database a cluster, in order. done: tables that are converted already.

    Foreign keys and triggers step aside while the tables are moved, and come back: keys between place-bound tables with the
    county beside the id, triggers on every shard.
    """
    todo = {name: table for name, table in known.items() if name not in done}
    rows = list(there)
    foreign = [c for c in rows if c.kind == "f" and (c.table in todo or c.points_to in todo)]
    triggers = [c for c in rows if c.kind == "t" and c.table in todo]
    yield from (f'ALTER TABLE {c.table} DROP CONSTRAINT "{c.name}"' for c in foreign)
    yield from (f'DROP TRIGGER "{c.name}" ON {c.table}' for c in triggers)
    for c in rows:
        table = todo.get(c.table)
        if table is not None and table.kind is Kind.SPLIT and c.kind in "pui" and table.key not in c.columns:
            yield from _with_key(c, table.key)
    first = next((t.name for t in known.values() if t.kind is Kind.SPLIT and t.name in done), "")
    for table in sorted(todo.values(), key=lambda one: list(Kind).index(one.kind), reverse=True):
        if table.kind is Kind.COORDINATOR:
            yield f"SELECT citus_add_local_table_to_metadata('{table.name}')"
        elif table.kind is Kind.COPIED:
            yield f"SELECT create_reference_table('{table.name}')"
        else:
            beside = f"colocate_with => '{first}'" if first else f"shard_count => {SHARDS}, colocate_with => 'none'"
            yield f"SELECT create_distributed_table('{table.name}', '{table.key}', {beside})"
            first = first or table.name
        if table.kind is not Kind.COORDINATOR:
            yield f"SELECT truncate_local_data_after_distributing_table('{table.name}')"
    for c in foreign:
        if (definition := _foreign(c, known)) is not None:
            yield f'ALTER TABLE {c.table} ADD CONSTRAINT "{c.name}" {definition}'
    yield from (c.definition for c in triggers)


def _with_key(c: Constraint, key: str) -> list[str]:
    """Return the statements that put the key before the columns of a primary key, a unique key or a unique index."""
    if c.kind == "i":
        again = re.sub(r"( USING \w+ \()", rf"\1{key}, ", c.definition, count=1)
        return [f'DROP INDEX "{c.name}"', again]
    again = c.definition.replace("(", f"({key}, ", 1)
    return [
        f'ALTER TABLE {c.table} DROP CONSTRAINT "{c.name}"',
        f'ALTER TABLE {c.table} ADD CONSTRAINT "{c.name}" {again}',
    ]


def _foreign(c: Constraint, known: dict[str, Table]) -> str | None:
    """Return the definition of a foreign key on the cluster; None for one that may leave its county."""
    here, there = known.get(c.table), known.get(c.points_to)
    if here is None or there is None or there.kind is not Kind.SPLIT:
        return c.definition
    if set(c.columns) & here.across:
        return None
    parts = FOREIGN_KEY.fullmatch(c.definition)
    if parts is None:
        return c.definition  # it names the county already
    return f"FOREIGN KEY ({here.key}, {parts['column']}) REFERENCES {there.name}({there.key}, {parts['target']}){parts['rest']}"
