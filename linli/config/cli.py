"""`linli`: the command. Each room keeps its own commands in cli.py; here they are put together."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pwd import getpwuid
from typing import Any

import click

from linli.config.demo import demo
from linli.config.serve import prepare, serve

ROOMS = (
    "linli.core.audit", "linli.core.crypto", "linli.core.calendar", "linli.core.design", "linli.core.tasks", "linli.core.events",
    "linli.core.messages", "linli.core.keeping", "linli.core.shards", "linli.core.watch",
    "linli.ground.territory", "linli.ground.accounts", "linli.ground.registry", "linli.ground.exchange",
    "linli.services.catalogue", "linli.services.casework", "linli.services.certificates",
    "linli.services.entitlement",
)  # fmt: skip


class Linli(click.Group):
    """The command; a database that is not set up yet, or away, is told in a sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from django.db.utils import OperationalError, ProgrammingError

        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                raise click.ClickException(NOT_SET_UP) from error
            raise click.ClickException(f"the database does not answer: {error}") from error
        except PermissionError as error:
            if not error.filename:
                raise
            raise click.ClickException(f"{error.filename}: {_not_allowed()}") from error


def _not_allowed() -> str:
    who = getpwuid(os.geteuid()).pw_name
    return f"the user {who}, as whom this runs, may not read or write there; /var/lib/linli is a place where linli may"


NOT_SET_UP = "this installation has no database yet: run `linli serve`, or `linli django migrate`, first"


@click.group(cls=Linli, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Linli (邻里): community governance and public services. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Run a command of the framework (migrate, shell, …)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["linli django", *arguments])


def _collect() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    for room in ROOMS:
        if find_spec(f"{room}.cli"):
            for command in import_module(f"{room}.cli").COMMANDS:
                main.add_command(command)
    main.add_command(serve)
    main.add_command(prepare)
    main.add_command(demo)


_collect()

if __name__ == "__main__":
    sys.exit(main())
