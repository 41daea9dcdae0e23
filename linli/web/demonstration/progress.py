"""How far the demonstration has come, told in a file: pages look at it at every request, and a file costs them nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FILE = ".demonstration-in-the-making"


@dataclass(frozen=True)
class Progress:
    made: int
    of: int


def progress() -> Progress | None:
    """Return how many of the demonstration's cases there are while it is being made; None when it is not."""
    try:
        made, of = _file().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return None
    return Progress(int(made), int(of))


def tell(made: int, of: int) -> None:
    """Let the pages know. The file is replaced at one stroke: whoever reads it finds it whole."""
    fresh = _file().with_suffix(".new")
    fresh.write_text(f"{made} {of}", encoding="ascii")
    os.replace(fresh, _file())


def done() -> None:
    """Let the pages know that it is all there."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.VAR) / FILE
