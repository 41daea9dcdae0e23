"""`linli territory import FILE`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linli.ground.territory.services import ImportReport

SHOWN = 50


@click.group()
def territory() -> None:
    """Divisions: the tree from the province to the community."""


@territory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--complete", is_flag=True, help="The list names everything: end the divisions that it leaves out.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The day on which new divisions begin (today).")
def import_list(file: Path, dry_run: bool, complete: bool, since: dt.datetime | None) -> None:
    """Load a list of divisions (CSV: code, name, level, parent_code). Refused as a whole when one line is wrong."""
    import django

    django.setup()
    from django.conf import settings
    from django.utils import translation

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.territory import services

    translation.activate(settings.LANGUAGE_CODE)
    by = system_actor(f"linli territory import {file.name}")
    with click.progressbar(length=1, label="载入") as bar:

        def progress(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        try:
            report = services.import_divisions(
                file, by=by, on=since.date() if since else None, complete=complete, dry_run=dry_run, progress=progress
            )
        except Refused as refusal:
            raise click.ClickException(str(refusal)) from refusal
        if not report.is_refused:
            bar.update(bar.length - bar.pos if bar.length else 0)
    _tell(report, file)
    if report.is_refused:
        raise SystemExit(1)


def _tell(report: ImportReport, file: Path) -> None:
    for title in report.unused:
        click.echo(f"“{title}”这一列没有用到。")
    if report.is_refused:
        click.echo(f"{file.name} 有 {len(report.findings)} 处不对，什么也没有载入：", err=True)
        for finding in report.findings[:SHOWN]:
            click.echo(f"  第 {finding.line} 行：“{finding.given}”。{finding.expected}。", err=True)
        if len(report.findings) > SHOWN:
            click.echo(f"  还有 {len(report.findings) - SHOWN} 处。", err=True)
        return
    would = "（试运行，没有改动）" if report.dry_run else ""
    click.echo(
        f"{report.rows} 行（{report.encoding}）：新增 {report.created}，改动 {report.changed}，"
        f"不变 {report.unchanged}，停用 {report.ended}{would}。"
    )
    for rename in report.renamed[:SHOWN]:
        click.echo(f"  {rename.code} {rename.before} → {rename.after}")
    if report.missing and not report.ended:
        click.echo(f"名单里没有、但现在有的区划 {len(report.missing)} 个，没有动它们；要停用，请加 --complete：")
        for missing in report.missing[:SHOWN]:
            click.echo(f"  {missing.code} {missing.name}")


COMMANDS = [territory]
