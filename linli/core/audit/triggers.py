"""The database itself refuses to change or take away what was logged.

A migration runs `forward` and `backward` by RunPython. Trap: on SQLite a later migration that alters one of the tables
makes it anew, without its triggers; such a migration has to run `forward` again. `linli audit verify` says when they
are missing.
"""

from __future__ import annotations

from typing import Any

TABLES = ("core_audit_entry", "core_audit_dayseal")

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION core_audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
$body$
"""


def forward(apps: Any, schema_editor: Any) -> None:
    """Refuse UPDATE, DELETE (and TRUNCATE) on the tables of the log. Can be run again."""
    refuse_changes(schema_editor.connection)


def backward(apps: Any, schema_editor: Any) -> None:
    allow_changes(schema_editor.connection)


def refuse_changes(connection: Any) -> None:
    """Put the triggers in place, on SQLite or PostgreSQL."""
    allow_changes(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(PG_FUNCTION, None)
        for table in TABLES:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement, None)


def allow_changes(connection: Any) -> None:
    """Take the triggers away: for the way back, and for tests that empty their tables."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in _names(connection.vendor, table):
                cursor.execute(
                    f"DROP TRIGGER IF EXISTS {name} ON {table}"
                    if connection.vendor == "postgresql"
                    else f"DROP TRIGGER IF EXISTS {name}",
                    None,
                )
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS core_audit_refuse_change()", None)


def missing(connection: Any) -> list[str]:
    """Return the triggers that are not in place."""
    wanted = [name for table in TABLES for name in _names(connection.vendor, table)]
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, None)
        there = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in there]


def _names(vendor: str, table: str) -> list[str]:
    acts = ("change", "truncate") if vendor == "postgresql" else ("update", "delete")
    return [f"{table}_refuse_{act}" for act in acts]


def _statements(vendor: str, table: str) -> list[str]:
    names = _names(vendor, table)
    if vendor == "postgresql":
        refuse = "EXECUTE FUNCTION core_audit_refuse_change()"
        return [
            f"CREATE TRIGGER {names[0]} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER {names[1]} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        ]
    return [
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for name, act in zip(names, ("UPDATE", "DELETE"), strict=True)
    ]
