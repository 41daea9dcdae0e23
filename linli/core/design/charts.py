"""A row of columns, drawn as SVG on the server: for where a shape is the message. Its table always stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

WIDTH, HEIGHT = 240, 150
TOP, BOTTOM = 20, 38
"""Room above the tallest column for its value, and below for its label in two lines."""
THICKEST = 34.0


@dataclass(frozen=True)
class Point:
    """One column: its whole name, its value (None: nothing is known, nothing is drawn), the value in words.

    short, under: what stands below it, in two lines of a few characters.
    """

    name: str
    value: float | None
    shown: str
    short: str
    under: str = ""


@dataclass(frozen=True)
class Column:
    """A column with its place in the picture."""

    point: Point
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def value_at(self) -> float:
        return round(self.y - 6, 1)


@dataclass(frozen=True)
class Chart:
    """Columns from nought: heights compare truly. title names it; told says every value in words, for who listens."""

    id: str
    title: str
    points: tuple[Point, ...]

    @property
    def told(self) -> str:
        return _("；").join(f"{point.name} {point.shown}" for point in self.points)

    @property
    def columns(self) -> tuple[Column, ...]:
        return place(self.points)

    @property
    def floor(self) -> int:
        return HEIGHT - BOTTOM

    @property
    def short_at(self) -> int:
        return self.floor + 16

    @property
    def under_at(self) -> int:
        return self.floor + 32

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def place(points: Sequence[Point]) -> tuple[Column, ...]:
    """Return where each column stands. All stand on one floor; the tallest reaches the top, unless all are nought."""
    highest = max((point.value or 0 for point in points), default=0)
    share = WIDTH / max(len(points), 1)
    width = min(THICKEST, share * 0.6)
    columns = []
    for number, point in enumerate(points):
        height = (HEIGHT - TOP - BOTTOM) * (point.value or 0) / highest if highest else 0.0
        x = share * number + (share - width) / 2
        columns.append(
            Column(point, round(x, 1), round(HEIGHT - BOTTOM - height, 1), round(width, 1), round(height, 1))
        )
    return tuple(columns)
