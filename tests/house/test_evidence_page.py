"""docs/evidence.md: each promise names what shows it, and what is named exists."""

from __future__ import annotations

import json
import re

import pytest

from tests.house.pages import ROOT
from tests.house.test_security_page import NAMED

pytestmark = pytest.mark.any_database
PAGE = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))]
FIGURE = re.compile(r"`([a-z_]+\.[a-z0-9_*]+)`")


def test_every_promise_names_what_shows_it():
    assert len(ROWS) > 30
    assert [row for row in ROWS if not re.search(r"`[^`]+`|\]\(", row.split(" | ")[1])] == []


def test_every_test_and_every_figure_that_is_named_exists():
    gone = [
        f"{file}::{name}"
        for file, name in NAMED.findall(PAGE)
        if not (ROOT / file).is_file() or f"\ndef {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    files = [file for file in re.findall(r"`([\w/]+\.py)`", PAGE) if not (ROOT / file).is_file()]

    assert gone + files == []
    assert PAGE.count("::test_") == len(NAMED.findall(PAGE))


def test_figures_that_are_named_are_measured():
    """`million.*` stands for all of that name."""
    measured = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))

    named = FIGURE.findall(PAGE.partition("## Load and crash")[2])

    assert named
    assert [one for one in named if not any(name.startswith(one.rstrip("*")) for name in measured)] == []
