"""`linli clients` and `linli import`: programs outside and departments' lists, for whoever sits at the machine."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def clients() -> None:
    """Programs that use the interface."""
    import django

    django.setup()


@clients.command()
@click.argument("name")
@click.option("--division", "code", required=True, help="12-digit code of the place where it acts.")
@click.option("--answerable", required=True, help="Whom to call: office, name, telephone.")
@click.option("--department", default="", help="Act in one department's line only (civil_affairs, …).")
@click.option("--scope", "scopes", multiple=True, required=True, help="A right, or all of a room's: casework.*")
def register(name: str, code: str, answerable: str, department: str, scopes: tuple[str, ...]) -> None:
    """Register a program; print its id and its secret, which is shown this once (exit code 1 if it is refused)."""
    from django.core.exceptions import ObjectDoesNotExist

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.exchange import queries, services
    from linli.ground.territory import queries as territory

    known = queries.scopes_on_offer()
    wanted = {
        one
        for scope in scopes
        for one in ([code for code in known if code.startswith(scope[:-1])] if scope.endswith(".*") else [scope])
    }
    try:
        division = territory.by_code(code)
    except ObjectDoesNotExist:
        raise click.ClickException(f"there is no division with the code {code}: linli territory import") from None
    try:
        new = services.register_client(
            by=system_actor("linli clients register"), name=name, answerable=answerable, division_id=division.pk,
            department=department, scopes=sorted(wanted),
        )  # fmt: skip
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{new.client.pk}:{new.secret}")


@clients.command("new-secret")
@click.argument("client_id", type=click.UUID)
def new_secret(client_id: object) -> None:
    """Make another secret for a program; earlier ones count for seven more days."""
    from django.core.exceptions import ObjectDoesNotExist

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.exchange import services

    try:
        new = services.new_secret(client_id, by=system_actor("linli clients new-secret"))  # type: ignore[arg-type]
    except ObjectDoesNotExist:
        raise click.ClickException(f"there is no program {client_id}") from None
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{new.client.pk}:{new.secret}")


@click.group("import")
def import_() -> None:
    """Lists of persons from departments."""
    import django

    django.setup()


@import_.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(path: Path) -> None:
    """Try a CSV without importing it: print each fault with its line (exit code 1 if there are any)."""
    from django.conf import settings

    from linli.core.calendar import today
    from linli.core.http import Refused
    from linli.ground.exchange import extracts

    try:
        encoding = extracts.encoding_of(path)
        rows = extracts.read(path, encoding)
        headings = next(rows, (1, []))[1]
        columns = extracts.suggest_columns(headings)
        findings = extracts.check(rows, columns, on=today(), allow_demo=settings.DEMO)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    for name, column in columns.items():
        click.echo(f"{headings[column].strip()} -> {name}")
    for fault in findings.faults:
        click.echo(f"{fault.line}\t{fault.field}\t{fault.code}\t{fault.sentence}")
    click.echo(f"{findings.rows} rows, {len(findings.faults)} faults")
    if findings.faults:
        raise click.exceptions.Exit(1)


COMMANDS = [clients, import_]
