"""`linli events`: the desk at which deliveries wait that gave up."""

from __future__ import annotations

import click


@click.group()
def events() -> None:
    """News between the rooms: what was not delivered, and another try."""
    import django

    django.setup()


@events.command()
def undelivered() -> None:
    """List the deliveries that gave up. Exit code 1 if there are any."""
    from linli.core.events import queries

    waiting = queries.undelivered()
    for one in waiting:
        click.echo(f"{one.id}  {one.failed_at:%Y-%m-%d %H:%M}Z  {one.event} -> {one.subscriber}\n    {one.reason}")
    if waiting:
        raise click.ClickException(f"{len(waiting)} not delivered; `linli events again ID` tries again")
    click.echo("nothing waits")


@events.command()
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "every", is_flag=True, help="Everything that waits.")
def again(ids: tuple, every: bool) -> None:
    """Deliver the given IDs again; the worker takes them up within seconds."""
    from linli.core.access import system_actor
    from linli.core.events import queries, services
    from linli.core.http import Refused

    chosen = [one.id for one in queries.undelivered(limit=100_000)] if every else list(ids)
    if not chosen and not every:
        raise click.UsageError("name an ID, or --all")
    refused = 0
    for delivery_id in chosen:
        try:
            services.deliver_again(delivery_id, by=system_actor("linli events again"))
        except Refused as refusal:
            click.echo(f"{delivery_id}: {refusal}", err=True)
            refused += 1
    click.echo(f"{len(chosen) - refused} to be delivered again")
    if refused:
        raise SystemExit(1)


COMMANDS = [events]
