"""Can the photograph be read? A pure look at its pixels; the thresholds are settings.PHOTO_LIMITS."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageStat

LOOKED_AT = 1200
"""Pixels of the longer side at which edges are measured: the same for every camera."""
TILES = 4
LIGHTEST = 0.05
"""The share of the lightest (and darkest) pixels that may be glare or a lamp: brightness is measured below them."""
GAIN = 2.5
MARGIN = 4
"""Pixels around a part that are made smooth with it and then cut off: filters leave or bend what is at the edge."""

EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
INSIDE_OUT = sorted(
    ((x, y) for x in range(TILES) for y in range(TILES)),
    key=lambda tile: max(abs(2 * tile[0] - TILES + 1), abs(2 * tile[1] - TILES + 1)),
)
"""The parts of a picture, those in the middle first: what is photographed is mostly there."""


class Verdict(TextChoices):
    CLEAR = "clear", _("清楚")
    TOO_DARK = "too_dark", _("太暗，请到亮处再拍")
    TOO_BLURRY = "too_blurry", _("有点糊，请拿稳了再拍")
    TOO_SMALL = "too_small", _("太小，看不清字，请拍近一些")


def verdict_on(image: Image.Image, limits: Mapping[str, int] | None = None) -> Verdict:
    """Say whether a person could read what is photographed. limits: as settings.PHOTO_LIMITS."""
    limits = limits or settings.PHOTO_LIMITS
    if min(image.size) < limits["least_side"]:
        return Verdict.TOO_SMALL
    gray = image.convert("L")
    counts = gray.reduce(2).histogram()
    if _quantile(counts, 1 - LIGHTEST) < limits["dark"]:
        return Verdict.TOO_DARK
    if not is_sharp(gray, counts, limits["blurry"]):
        return Verdict.TOO_BLURRY
    return Verdict.CLEAR


def is_sharp(gray: Image.Image, counts: list[int], least: float) -> bool:
    """Tell whether one of sixteen parts has edges: a variance of the Laplacian of at least this.

    Noise is smoothed before; a flat picture is stretched, but no more than GAIN times: else its noise would be edges.
    counts: the picture's histogram. Part after part is made LOOKED_AT's share of pixels wide, and the first that is sharp
    ends the search.
    """
    dark, light = _quantile(counts, LIGHTEST), _quantile(counts, 1 - LIGHTEST)
    gain = min(255 / max(light - dark, 1), GAIN)
    stretched = [(value - dark) * gain for value in range(256)]
    scale = LOOKED_AT / max(gray.size)
    wide, high = round(gray.width * scale / TILES), round(gray.height * scale / TILES)
    for x, y in INSIDE_OUT:
        box = (
            max(0.0, (x * wide - MARGIN) / scale), max(0.0, (y * high - MARGIN) / scale),
            min(float(gray.width), ((x + 1) * wide + MARGIN) / scale),
            min(float(gray.height), ((y + 1) * high + MARGIN) / scale),
        )  # fmt: skip
        size = max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale))
        part = gray.resize(size, Image.Resampling.BICUBIC, box=box)
        edges = part.filter(ImageFilter.GaussianBlur(1)).point(stretched).filter(EDGES)
        inner = edges.crop((MARGIN, MARGIN, size[0] - MARGIN, size[1] - MARGIN))
        if min(inner.size) > 0 and ImageStat.Stat(inner).var[0] >= least:
            return True
    return False


def _quantile(counts: list[int], share: float) -> int:
    """Return the value that this share of the pixels does not exceed. counts: a histogram."""
    left = sum(counts) * share
    for value, count in enumerate(counts):
        left -= count
        if left <= 0:
            return value
    return 255
