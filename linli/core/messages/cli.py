"""`linli messages`: the outbox, for whoever sits at the machine."""

from __future__ import annotations

import click


@click.group()
def messages() -> None:
    """Messages to people."""
    import django

    django.setup()


@messages.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
def outbox(limit: int) -> None:
    """Show the newest text messages that no network was there to take, codes among them. The look is audited."""
    from django.db import transaction

    from linli.core import audit
    from linli.core.access import system_actor
    from linli.core.messages import queries

    with transaction.atomic():
        audit.record(system_actor("linli messages outbox"), "messages.outbox_read", limit=limit)
    lines = queries.outbox(limit, open_text=True)
    for line in lines:
        click.echo(f"{line.at:%Y-%m-%d %H:%M:%S}Z  {line.phone}  {line.text}")
    if not lines:
        click.echo("the outbox is empty")


COMMANDS = [messages]
