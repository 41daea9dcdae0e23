"""What the pages say is so: their commands run, their snippets fit, their links lead somewhere (acceptance 7)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from linli.config.cli import main
from tests.house.pages import FENCE, PAGES, ROOT, Copy, anchors, blocks, links, sections

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
HOW_TOS = {name: body for name, body in sections(ARCHITECTURE).items() if any(b.does_something for b in blocks(body))}
NAMED = re.compile(r"(?:`|\$ |bin/)linli ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def _is_checkout() -> bool:
    if shutil.which("git") is None:
        return False
    return subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_there_is_a_how_to_for_each_thing_one_adds():
    assert list(HOW_TOS) == ["Add a service item", "Add a field", "Add a step to a lifecycle", "Add a room"]


@pytest.mark.takes_minutes
@pytest.mark.any_database
@pytest.mark.skipif(not _is_checkout(), reason="needs git, to know which files are the tree")
@pytest.mark.parametrize("name", HOW_TOS)
def test_a_how_to_works_as_it_stands_on_the_page(name: str, tmp_path: Path):
    """Acceptance 7: its files are written, its changes made, its commands run, in a copy of the tree."""
    copy = Copy(tmp_path)
    for block in blocks(HOW_TOS[name]):
        if block.does_something:
            copy.do(block)


def test_tables_on_the_page_are_as_the_code_has_them():
    # A process of its own: other tests declare permissions of theirs in this one.
    check = subprocess.run(
        [sys.executable, "scripts/write_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert check.returncode == 0, check.stdout + check.stderr


def test_table_of_rooms_names_every_room_and_no_other():
    floors = ("core", "ground", "services")
    there = {
        f"{floor}/{folder.name}"
        for floor in floors
        for folder in (ROOT / "linli" / floor).iterdir()
        if (folder / "__init__.py").exists()
    }

    named = set(re.findall(r"^\| \[([a-z]+/[a-z]+)\]", sections(ARCHITECTURE)["Rooms"], re.MULTILINE))

    assert named == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path):
    text = page.read_text(encoding="utf-8")
    astray = []
    for link in links(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            astray.append(link)

    assert astray == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_named_exists(page: Path):
    text = page.read_text(encoding="utf-8")
    unknown = []
    for name, second in NAMED.findall(text):
        command = main.commands.get(name)
        if command is None or (isinstance(command, click.Group) and second and second not in command.commands):
            unknown.append(f"linli {name} {second}".strip())
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|\$ |^)make ([a-z]+)", text, re.MULTILINE):
        if not re.search(rf"^{target}:", makefile, re.MULTILINE):
            unknown.append(f"make {target}")

    assert unknown == []


def test_blocks_that_do_something_are_closed():
    """A fence left open would hide all blocks after it."""
    assert ARCHITECTURE.count("\n```") == 2 * len(FENCE.findall(ARCHITECTURE))
