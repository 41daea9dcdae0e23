"""`linli demo`: load the demonstration by hand."""

from __future__ import annotations

import click


@click.group()
def demo() -> None:
    """The demonstration: made-up people on real divisions."""


@demo.command("load")
@click.option("--cases", default=2000, show_default=True, help="How many applications.")
@click.option("--residents", default=1500, show_default=True, help="How many residents.")
@click.option("--days", default=90, show_default=True, help="Over how many days.")
@click.option("--seed", default=2026, show_default=True, help="The same seed makes the same city.")
def load(cases: int, residents: int, days: int, seed: int) -> None:
    """Load the demonstration into an empty database (exit code 1 if it holds anything else).

    One that was stopped half-way is finished, as it was begun.
    """
    import django

    django.setup()
    from linli.config.serve import set_up
    from linli.core.http import Refused
    from linli.web import demonstration

    set_up(demo=False, room_for_demo=True)
    try:
        demonstration.load(cases=cases, residents=residents, days=days, seed=seed, echo=click.echo)
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        raise SystemExit(1) from refusal
    click.echo(demonstration.sign_ins())


@demo.command("go-on")
def go_on() -> None:
    """Make what is still missing of a demonstration that was begun, gently: `linli serve` runs this beside itself."""
    import django

    django.setup()
    from linli.web import demonstration

    try:
        demonstration.go_on(echo=click.echo, gently=True)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
