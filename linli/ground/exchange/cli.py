"""`linli clients`, `linli import`, `linli link`: programs outside and departments' lists, for whoever sits at the machine."""

from __future__ import annotations

import datetime as dt
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


@click.group()
def link() -> None:
    """Find which rows of a list are people of the registry."""
    import django

    django.setup()


@click.group("import")
def import_() -> None:
    """Lists of persons from departments."""
    import django

    django.setup()


FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@link.command("run")
@FILE
@click.option("--source", required=True, help="The list's name, the same each time it comes.")
@click.option(
    "--model", "model_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Else the shipped one."
)
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), help="Else spark where LINLI_SPARK_MASTER is set.")
@click.option(
    "--join-at", type=float, default=9.0, show_default=True, help="Match weight from which records are joined."
)
@click.option("--ask-at", type=float, default=3.0, show_default=True, help="Match weight from which somebody is asked.")
def run_link(
    file: Path, source: str, model_file: Path | None, engine: str | None, join_at: float, ask_at: float
) -> None:
    """Link a list: Parquet with row_id, name, sex, birth, id_number, phone, address and source, all text.

    Exit codes: 0 done, 1 refused.
    """
    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.exchange.linkage import columns, records

    try:
        made = records.run(
            columns.read(file), source=source, by=system_actor("linli link run"), on=engine or "",
            model_file=model_file, join_at=join_at, ask_at=ask_at,
        )  # fmt: skip
    except KeyError as missing:
        raise click.ClickException(f"the list lacks the columns {missing}") from None
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{made.rows} rows on {made.engine}: {made.joined} joined, {made.asked} to be looked at")


@link.command()
@FILE
@click.argument("output", type=click.Path(dir_okay=False, path_type=Path))
def train(file: Path, output: Path) -> None:
    """Train a model on the registry and a list of the same form, and write it as JSON. Exit codes: 0 done, 1 refused."""
    import json
    import tempfile

    import pyarrow.parquet as pq
    from django.conf import settings

    from linli.core.access import system_actor
    from linli.ground.exchange.linkage import columns, model
    from linli.ground.registry import queries as registry

    people = registry.everybody_in_clear(by=system_actor("linli link train"))
    settings.BATCH_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.BATCH_DIR, prefix="link-") as folder:
        ours, theirs = Path(folder) / "registry.parquet", Path(folder) / "given.parquet"
        known = (facts | {"source": "registry", "row_id": str(person.pk)} for person, facts in people)
        pq.write_table(columns.table(known), ours)
        pq.write_table(columns.table(columns.read(file)), theirs)
        output.write_text(json.dumps(model.train(ours, theirs), indent=1), encoding="utf-8")
    click.echo(f"{output}: trained")


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


@click.command()
@click.option("--residents", type=click.IntRange(1, 10_000_000), default=1_200_000, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same city, to the byte.")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-01", show_default=True, help="Ages are of this day."
)
@click.option("--divisions", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Else Panzhihua's.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def synth(residents: int, seed: int, day: dt.datetime, divisions: Path | None, folder: Path) -> None:
    """Make a made-up city: the truth as Parquet, and four departments' dirty lists of it with theirs.

    Exit codes: 0 done, 1 the extra `batch` is missing.
    """
    from importlib.util import find_spec

    import django

    django.setup()
    if find_spec("numpy") is None or find_spec("pyarrow") is None:
        raise click.ClickException("linli synth wants the extra batch: pip install 'linli[batch]'")
    from linli.ground.exchange.synth.writing import write_city
    from linli.ground.territory import queries as territory
    from linli.ground.territory.services import PANZHIHUA

    communities = territory.communities_listed(divisions or PANZHIHUA)
    for told in write_city(folder, residents=residents, seed=seed, on=day.date(), communities=communities):
        click.echo(told)


COMMANDS = [clients, import_, link, synth]
