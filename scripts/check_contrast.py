"""Measure the tokens: contrast of each pair of roles that meet on a page, per theme (WCAG 2.2). Exit 1 if too low."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TOKENS = Path(__file__).parents[1] / "linli" / "core" / "design" / "static" / "design" / "css" / "tokens.css"
TEXT, MARK = 4.5, 3.0
STATES = ("ok", "due", "late", "note", "calm")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "brand-ink", "late") for ground in ("page", "surface")),
    *((ink, "sunk", TEXT) for ink in ("ink", "ink-2")),
    *((ink, "brand-tint", TEXT) for ink in ("ink", "ink-2", "brand-ink")),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    ("due", "surface", TEXT),
    *((state, f"{state}-tint", TEXT) for state in STATES),
    *(("ink", f"{state}-tint", TEXT) for state in STATES),
    *((ink, "sky", TEXT) for ink in ("ink", "ink-2", "brand-ink")),
    ("map-ink", "map-0", TEXT),
    ("map-ink", "map-3", TEXT),
    *(("edge", ground, MARK) for ground in ("page", "surface", "sunk")),
    *((mark, ground, MARK) for mark in ("brand", "lamp-edge", "focus") for ground in ("page", "surface")),
    ("late", "map-3", MARK),
    ("on-demo", "demo", TEXT),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def tokens(css: str, selector: str) -> dict[str, str]:
    block = re.search(r"\n\s+" + re.escape(selector) + r"\s*\{(.*?)\n?\s*\}", css, re.S)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block[1])) if block else {}


def main() -> int:
    css = TOKENS.read_text(encoding="utf-8")
    light = tokens(css, ":root")
    dark = light | tokens(css, ':root[data-theme="dark"], :root[data-theme="night"]')
    night = dark | tokens(css, ':root[data-theme="night"]')
    if light | tokens(css, ":root:not([data-theme])") != dark:
        print(
            "the two dark blocks of tokens.css differ: what the system chooses must look like what the reader chooses"
        )
        return 1
    themes = {"light": light, "dark": dark, "night": night}
    low = [
        f"{a} on {b} is {value:.1f} in {name}, needs {least}"
        for a, b, least in PAIRS
        for name, theme in themes.items()
        if (value := contrast(theme[a], theme[b])) < least
    ]
    print("\n".join([*low, f"{len(PAIRS)} pairs, {len(themes)} themes, {len(low)} below the limit"]))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
