"""Making a PostgreSQL database with the citus extension a cluster, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from linli.core.http import Refused
from linli.core.shards import plan

SETTINGS = (
    "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'",  # copied tables are changed in the same transaction
    "SET LOCAL citus.enable_unsafe_triggers TO on",  # ours refuse and look at nothing else, on every shard alike
    "SET LOCAL citus.use_citus_managed_tables TO off",
    "SET LOCAL client_min_messages TO warning",
)
FOR_GOOD = {
    # A transaction may read every county and then write (a window looks for a person anywhere, then begins her draft).
    "citus.multi_shard_modify_mode": "sequential",
    # Shards that are moved to another worker take their triggers with them.
    "citus.enable_unsafe_triggers": "on",
}


class NotPossibleHere(Refused):
    code = "shards.not_possible_here"
    message = "这个数据库不能分到多台机器上。"  # untranslated: told to operators


def check(connection: Any) -> None:
    """Raise NotPossibleHere, with what to do, unless this is the coordinator of a cluster that has workers."""
    if connection.vendor != "postgresql":
        raise NotPossibleHere(
            f"only PostgreSQL with the citus extension can be split; this is {connection.vendor}. "
            "Move to PostgreSQL first and set LINLI_DATABASE_URL."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'citus'")
        if cursor.fetchone() is None:
            raise NotPossibleHere(
                "this PostgreSQL has no citus extension. Install it on every machine, put citus into "
                "shared_preload_libraries, and run CREATE EXTENSION citus in this database."
            )
        cursor.execute("SELECT groupid, isactive, shouldhaveshards FROM pg_dist_node")
        nodes = cursor.fetchall()
    if not any(group == 0 for group, *_rest in nodes):
        raise NotPossibleHere("the coordinator does not know itself: SELECT citus_set_coordinator_host('its name').")
    if not any(group != 0 and active for group, active, _holds in nodes):
        raise NotPossibleHere("the cluster has no worker yet: SELECT citus_add_node('name', 5432) for each.")


def converted(connection: Any) -> frozenset[str]:
    """Return the tables that the cluster knows already; none where there is no cluster."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_dist_partition')")
        if cursor.fetchone()[0] is None:
            return frozenset()
        cursor.execute("SELECT relname FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid")
        return frozenset(row[0] for row in cursor.fetchall())


def steps(connection: Any) -> list[str]:
    """Return the statements that are still to be run here."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    known = {name: table for name, table in plan.tables().items() if name in there}
    return list(plan.statements(known, plan.found(connection), done=converted(connection)))


def convert(connection: Any, tell: Callable[[str], None]) -> int:
    """Run what is still to be run, all or nothing; return how many statements. Raises NotPossibleHere."""
    check(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        for setting in SETTINGS:
            cursor.execute(setting)
        todo = steps(connection)
        for statement in todo:
            tell(statement)
            cursor.execute(statement, None)
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        for setting, value in FOR_GOOD.items():
            cursor.execute(f"ALTER DATABASE {name} SET {setting} TO {value}")
    return len(todo)
