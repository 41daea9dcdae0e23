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
    from django.utils.translation import gettext as _

    from linli.core.access import system_actor
    from linli.core.http import Refused
    from linli.ground.territory import services

    translation.activate(settings.LANGUAGE_CODE)
    by = system_actor(f"linli territory import {file.name}")
    with click.progressbar(length=1, label=_("载入")) as bar:

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
    from django.utils.translation import gettext as _

    for title in report.unused:
        click.echo(_("“%(title)s”这一列没有用到。") % {"title": title})
    if report.is_refused:
        total = len(report.findings)
        click.echo(_("%(file)s 有 %(total)s 处不对，什么也没有载入：") % {"file": file.name, "total": total}, err=True)
        for finding in report.findings[:SHOWN]:
            found = {"line": finding.line, "given": finding.given, "expected": finding.expected.rstrip("。")}
            click.echo("  " + _("第 %(line)s 行：“%(given)s”。%(expected)s。") % found, err=True)
        if total > SHOWN:
            click.echo("  " + _("还有 %(total)s 处。") % {"total": total - SHOWN}, err=True)
        return
    click.echo(
        _("%(rows)s 行（%(encoding)s）：新增 %(created)s，改动 %(changed)s，不变 %(unchanged)s，停用 %(ended)s。")
        % {name: getattr(report, name) for name in ("rows", "encoding", "created", "changed", "unchanged", "ended")}
    )
    if report.dry_run:
        click.echo(_("这是试运行，没有改动。"))
    for rename in report.renamed[:SHOWN]:
        click.echo(f"  {rename.code} {rename.before} → {rename.after}")
    if report.missing and not report.ended:
        click.echo(
            _("名单里没有、但现在有的区划 %(total)s 个，没有动它们；要停用，请加 --complete：")
            % {"total": len(report.missing)}
        )
        for missing in report.missing[:SHOWN]:
            click.echo(f"  {missing.code} {missing.name}")


COMMANDS = [territory]
