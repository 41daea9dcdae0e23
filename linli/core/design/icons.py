"""The icons that pages use: one sprite, built from the names in icons.txt, served from our own origin."""

from __future__ import annotations

import os
import re
import tempfile
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LIST = Path(__file__).with_name("icons.txt")
SPRITE = "design/icons.svg"


@cache
def names() -> frozenset[str]:
    """Return the names that icons.txt lists: an icon that stands on no page is not shipped."""
    return frozenset(LIST.read_text(encoding="utf-8").split())


def sprite() -> str:
    """Return the sprite: a <symbol> for each name, drawn as Tabler draws it (outline, 24 grid)."""
    folder = Path(settings.NODE_MODULES) / "@tabler" / "icons" / "icons" / "outline"
    symbols = "".join(_symbol(folder / f"{name}.svg", name) for name in sorted(names()))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(file: Path, name: str) -> str:
    try:
        drawing = file.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise ImproperlyConfigured(
            f"icons.txt names {name!r}, which {file.parent} does not hold: mend the name, or fetch the "
            "front-end packages (make env)."
        ) from missing
    inside = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
    shapes = [shape for shape in re.findall(r"<[^>]+>", inside) if 'stroke="none"' not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


@cache
def sprite_folder() -> Path:
    """Write the sprite below VAR, if it is not there as it should be, and return the folder above design/icons.svg."""
    folder = Path(settings.VAR) / "built"
    file = folder / SPRITE
    text = sprite()
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(half, 0o644)
        os.replace(half, file)  # whole or not at all: two processes may start at once
    return folder
