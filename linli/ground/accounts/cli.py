"""`linli accounts …`: the first administrator, and who may do what."""

from __future__ import annotations

import click


@click.group()
def accounts() -> None:
    """Staff accounts, and what each role may do."""


@accounts.command()
def permissions() -> None:
    """Print the table role × operation as the code has it."""
    _start()
    from linli.ground.accounts import overview

    click.echo(overview.as_text())


@accounts.command()
@click.option("--role", default="", help="Only what this role may enter (window_clerk, …).")
def operations(role: str) -> None:
    """Print every page and API operation with its permission, the roles and how far they reach; ! asks who one is."""
    _start()
    from linli.core.access import ALL_ROLES
    from linli.ground.accounts import operations as addresses

    if role and role not in ALL_ROLES:
        raise click.BadParameter(f"there are {', '.join(ALL_ROLES)}", param_hint="--role")
    click.echo(addresses.as_text(role))


@accounts.command("create-administrator")
@click.argument("username")
@click.argument("name")
@click.option("--division", "code", required=True, help="12-digit code of the division to look after.")
@click.option("--security", is_flag=True, help="A security administrator: gives roles to the other administrators.")
def create_administrator(username: str, name: str, code: str, *, security: bool) -> None:
    """Make the first administrator of a division and print the password for the first sign-in."""
    _start()
    from django.core.exceptions import ObjectDoesNotExist

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.accounts import roles, services
    from linli.ground.territory import queries as territory

    try:
        division = territory.by_code(code)
    except ObjectDoesNotExist:
        raise click.ClickException(f"there is no division with the code {code}: linli territory import") from None
    role = roles.SECURITY_ADMINISTRATOR if security else roles.ADMINISTRATOR
    try:
        new = services.create_staff(
            username=username,
            name=name,
            first_role=services.FirstRole(role=role, division_id=division.pk),
            by=system_actor("linli accounts create-administrator"),
        )
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{new.account.username}  {new.password}")


def _start() -> None:
    import django

    django.setup()


COMMANDS = [accounts]
