"""docs/security.md: each claim names its test, and each test that is named exists."""

from __future__ import annotations

import re

import pytest

from tests.house.pages import ROOT

pytestmark = pytest.mark.any_database
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| claim", "| ---"))]
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_claim_names_a_test():
    assert len(ROWS) > 20
    assert [row for row in ROWS if not NAMED.search(row.rpartition(" | ")[2])] == []


def test_every_test_that_is_named_exists():
    gone = [
        f"{file}::{name}"
        for file, name in NAMED.findall(PAGE)
        if not (ROOT / file).is_file() or f"\ndef {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]

    assert gone == []
    assert PAGE.count("::test_") == len(NAMED.findall(PAGE))
