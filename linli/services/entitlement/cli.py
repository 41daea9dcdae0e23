"""`linli entitlement`: look for those who qualify, and say years later why somebody was or was not on a list."""

from __future__ import annotations

from uuid import UUID

import click


@click.group()
def entitlement() -> None:
    """Who qualifies for what and has not applied."""
    import django

    django.setup()


@entitlement.command()
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), help="Else spark where LINLI_SPARK_MASTER is set.")
def run(engine: str | None) -> None:
    """Freeze everybody's facts, hold every item's rule against them, renew the lists. Exit codes: 0 done, 1 refused."""
    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.services.entitlement import services

    try:
        made = services.run(by=system_actor("linli entitlement run"), on=engine or "")
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    seconds = (made.finished_at - made.started_at).total_seconds()
    click.echo(f"run {made.pk}: {made.people} people in {seconds:.1f} s on {made.engine}, facts {made.facts_sha256}")
    for code, (qualify, unknown, listed) in sorted(made.counts.items()):
        click.echo(f"{code}: {qualify} qualify, {unknown} unknown, {listed} to find")


@entitlement.command()
@click.argument("run_id", type=click.UUID)
@click.argument("person_id", type=click.UUID)
@click.argument("item_code")
def why(run_id: UUID, person_id: UUID, item_code: str) -> None:
    """Say what a run found of a person for an item, from the facts and the rule of then. Exit codes: 0, 1 not known."""
    from linli.core import audit
    from linli.core.access import system_actor
    from linli.services.entitlement import queries
    from linli.services.entitlement.models import Run

    made = Run.objects.filter(pk=run_id).first()
    told = queries.explain(made, person_id, item_code) if made else None
    if made is None or told is None:
        raise click.ClickException("the run is not known, or did not ask for this person and item")
    audit.record_look(system_actor("linli entitlement why"), person_id, what="eligibility", purpose="explaining a list")
    words = {True: "yes", False: "no", None: "unknown"}
    click.echo(f"{made.day}: {words[told.answer.holds]}, {'listed' if told.is_listed else 'not listed'}")
    for reason in told.answer.reasons:
        missing = f" (missing: {', '.join(reason.missing)})" if reason.missing else ""
        click.echo(f"{words[reason.holds]}: {reason.label}{missing}")


COMMANDS = [entitlement]
