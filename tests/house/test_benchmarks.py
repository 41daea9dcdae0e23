"""Figures stand beside their limits, and a missed one is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import figures

pytestmark = pytest.mark.any_database
FINE = {"pages.ms": {"value": 10, "limit": 12, "unit": "ms"}, "pages.count": {"value": 90, "unit": ""}}
SLOW = {"pages.ms": {"value": 12.1, "limit": 12, "unit": "ms"}}


def test_a_missed_figure_is_told_and_one_without_a_limit_holds_nobody_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert figures.told(FINE) == 0
    assert "MISSED" not in capsys.readouterr().out
    assert figures.told(SLOW) == 1
    assert "MISSED" in capsys.readouterr().out


def test_what_was_not_measured_this_time_stays(tmp_path: Path) -> None:
    file = tmp_path / "results.json"

    figures.kept(FINE, file)
    figures.kept(SLOW, file)

    assert json.loads(file.read_text(encoding="utf-8")) == {**FINE, **SLOW}
