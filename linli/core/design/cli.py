"""`linli translations`: is every word of every page there in English too?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from linli.core.design import translations as words

ROOT = Path(__file__).resolve().parents[3]


@click.group()
def translations() -> None:
    """Hold the English catalogues against the words of pages and code."""


@translations.command()
def check() -> None:
    """Name each sentence without English, and each that no catalogue can reach. Exit 1 if there is one."""
    faults: list[words.Fault] = []
    for app, files, found in _collected():
        faults += words.faults_of(app, found)
        faults += [fault for file in files if not words.is_data(file) for fault in words.unwrapped(file, ROOT)]
        for dead in words.unused(app, found):
            click.echo(f"note: {words.po_file(app).relative_to(ROOT)}: no longer used: {dead!r}")
    faults += [fault for file in sorted(ROOT.glob("linli/**/static/**/*.js")) for fault in words.unwrapped(file, ROOT)]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"{len(faults)} to mend: `linli translations update` adds what is missing to the catalogues.")
        raise SystemExit(1)
    click.echo("Every sentence has its English.")


@translations.command()
def update() -> None:
    """Add what is missing to each catalogue (with no English yet) and take out what is dead."""
    for app, _files, found in _collected():
        came, went = words.update(app, found)
        if came or went:
            click.echo(f"{words.po_file(app).relative_to(ROOT)}: {came} came, {went} went")


@translations.command("compile")
def compile_() -> None:
    """Write the .mo files that are older than their .po; needs no gettext tools."""
    click.echo(f"{words.compile_all(ROOT)} catalogues compiled")


def _collected() -> Iterator[tuple[Path, list[Path], dict[words.Key, words.Sentence]]]:
    apps = [file.parent for file in ROOT.glob("linli/**/apps.py")]
    for app, files in words.homes(ROOT, apps).items():
        yield app, files, words.sentences(files, ROOT)


COMMANDS = [translations]
