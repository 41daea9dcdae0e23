"""`linli shard …`: from one PostgreSQL to a cluster of them."""

# untranslated: told to operators

from __future__ import annotations

import click


@click.group()
def shard() -> None:
    """Split the database over machines by county (Citus). See docs/scale.md."""


@shard.command("plan")
def show_plan() -> None:
    """Say what becomes of each table and, on PostgreSQL, print the SQL. Changes nothing."""
    import django

    django.setup()
    from django.db import connection

    from linli.core.shards import cluster
    from linli.core.shards.plan import Kind, tables

    known = tables().values()
    for kind in Kind:
        names = [f"{t.name} ({t.key})" if t.key else t.name for t in known if t.kind is kind]
        click.echo(f"-- {kind.value}: {len(names)}\n--   " + "\n--   ".join(names))
    if connection.vendor != "postgresql":
        click.echo(f"-- no SQL: this database is {connection.vendor}, and only PostgreSQL with citus can be split")
        return
    for statement in cluster.steps(connection):
        click.echo(f"{statement};")


@shard.command()
def apply() -> None:
    """Carry the plan out, all or nothing. Stop the server and the worker first; can be run again after an upgrade."""
    import django

    django.setup()
    from django.db import connection

    from linli.core.http import Refused
    from linli.core.shards import cluster

    try:
        count = cluster.convert(connection, lambda statement: click.echo(statement, err=True))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"done: {count} statements" if count else "nothing to do: every table is where it belongs")


COMMANDS = [shard]
