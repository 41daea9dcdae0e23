"""`linli calendar`: load a year's working days, and look at them."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def calendar() -> None:
    """Working days: the official calendar with its make-up days."""
    import django

    django.setup()


@calendar.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def load(file: Path | None) -> None:
    """Load the table of one year from FILE; without FILE, the tables that come with the program.

    A file is like linli/core/calendar/data/2026.yaml; with `division: "513400000000"` it is that division's own.
    """
    from linli.core.access import system_actor
    from linli.core.calendar import services
    from linli.core.http import Refused

    if file is None:
        years = services.load_years()
        click.echo(f"loaded: {', '.join(map(str, years)) or 'nothing new'}")
        return
    try:
        row = services.load_file(file, by=system_actor("linli calendar load"))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"loaded: {row}, {len(row.days_off)} days off, {len(row.make_up_days)} make-up days")


@calendar.command()
@click.argument("year", type=click.IntRange(1949, 2200))
@click.option("--division", default="", help="The 12-digit code of a division with days of its own.")
def show(year: int, division: str) -> None:
    """Show the working days of YEAR, month by month: [12] is a day off, 12* a make-up working day."""
    import calendar as months

    from linli.core.calendar import calendar_for

    table = calendar_for(division)
    for month in range(1, 13):
        click.echo(
            f"\n{year}-{month:02}\n" + "  ".join(f"{name:>4}" for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))
        )
        for week in months.Calendar().monthdatescalendar(year, month):
            cells = []
            for day in week:
                works = table.is_working(day)
                mark = f"{day.day}*" if works and day.weekday() > 4 else f"{day.day} " if works else f"[{day.day}]"
                cells.append(f"{mark if day.month == month else '':>4}")
            click.echo("  ".join(cells).rstrip())
    provisional = " (provisional: no notice loaded for this year)" if year not in table.years else ""
    click.echo(f"\n{table.working_days_in(year)} working days{provisional}")


COMMANDS = [calendar]
