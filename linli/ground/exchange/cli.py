"""`linli clients`: register a program and change its secret, for whoever sits at the machine."""

from __future__ import annotations

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


COMMANDS = [clients]
