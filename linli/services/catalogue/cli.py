"""`linli catalogue`: load and check the files of service items."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click


@click.group()
def catalogue() -> None:
    """Service items: check their files, load and publish them."""


FOLDER = click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))


@catalogue.command()
@FOLDER
def check(folder: Path | None) -> None:
    """Check a folder of items (the ones that Linli brings along) without a database.

    Each fault is named with its file, line and path. Exit codes: 0 sound, 1 not.
    """
    import django

    django.setup()
    from linli.services.catalogue import reading

    told = reading.read_folder(folder or reading.ITEMS)
    for fault in told.faults:
        click.echo(str(fault), err=True)
    if told.faults:
        raise click.ClickException(
            f"{len(told.faults)} faults; nothing in the folder can be loaded before they are mended"
        )
    click.echo(f"{len(told.items)} items, all of them sound")


@catalogue.command()
@FOLDER
@click.option("--from", "from_day", type=click.DateTime(["%Y-%m-%d"]), help="First day of what is new (today).")
def load(folder: Path | None, from_day: dt.datetime | None) -> None:
    """Publish the items of a folder (the ones that Linli brings along), all or none.

    Run again, it changes nothing; a changed file makes the item's next version. Exit codes: 0 loaded, 1 refused.
    """
    import django

    django.setup()
    from linli.core.access import system_actor
    from linli.services.catalogue import reading, rules, services

    by = system_actor("catalogue load")
    try:
        report = services.load_items(folder or reading.ITEMS, by, from_day=from_day.date() if from_day else None)
    except services.ItemsNotLoaded as refusal:
        for fault in refusal.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(f"{len(refusal.faults)} faults; nothing was loaded") from refusal
    proofs = services.load_forbidden_proofs(rules.national_proofs(), by)
    click.echo(f"{len(report.new)} new, {len(report.changed)} with a new version, {report.unchanged} unchanged")
    if proofs:
        click.echo(f"{proofs} forbidden proofs written")


COMMANDS = [catalogue]
