"""Figures beside their limits. Smaller is better in all of them; one without a limit is told and holds nobody back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


def missed(figures: dict[str, dict[str, Any]]) -> list[str]:
    return [name for name, one in figures.items() if "limit" in one and one["value"] > one["limit"]]


def told(figures: dict[str, dict[str, Any]]) -> int:
    """Print each figure beside its limit; return 1 where one is missed, else 0."""
    wrong = missed(figures)
    for name, one in figures.items():
        limit = f"{one['limit']:>10}" if "limit" in one else f"{'':>10}"
        print(f"{name:<34}{one['value']:>10} {limit} {one['unit']:<4}{'  MISSED' if name in wrong else ''}")
    return 1 if wrong else 0


def kept(figures: dict[str, dict[str, Any]], file: Path = RESULTS) -> None:
    """Write the figures down, beside those of earlier runs that were not measured this time."""
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.write_text(json.dumps({**before, **figures}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
