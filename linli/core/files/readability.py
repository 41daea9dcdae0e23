"""Can the photograph be read? A pure look at its pixels; the thresholds are settings.PHOTO_LIMITS."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageOps, ImageStat

LOOKED_AT = 1200
"""Pixels of the longer side at which brightness and edges are measured: the same for every camera."""
TILES = 4
LIGHTEST = 0.05
"""The share of the lightest (and darkest) pixels that may be glare or a lamp: brightness is measured below them."""
GAIN = 2.5

EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


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
    gray = ImageOps.contain(image.convert("L"), (LOOKED_AT, LOOKED_AT))
    if brightness(gray) < limits["dark"]:
        return Verdict.TOO_DARK
    if sharpness(gray) < limits["blurry"]:
        return Verdict.TOO_BLURRY
    return Verdict.CLEAR


def brightness(gray: Image.Image) -> int:
    """Return how light (0 to 255) the light parts of a grey picture are: paper and cards are light."""
    return _quantile(gray, 1 - LIGHTEST)


def sharpness(gray: Image.Image) -> float:
    """Return the variance of the Laplacian in the sharpest of sixteen parts.

    Noise is smoothed before; a flat picture is stretched, but no more than GAIN times: else its noise would be edges.
    """
    dark, light = _quantile(gray, LIGHTEST), _quantile(gray, 1 - LIGHTEST)
    gain = min(255 / max(light - dark, 1), GAIN)
    smooth = gray.filter(ImageFilter.GaussianBlur(1)).point(lambda value: (value - dark) * gain)
    edges = smooth.filter(EDGES)
    edges = edges.crop((1, 1, edges.width - 1, edges.height - 1))  # the filter leaves the margin as it was
    width, height = edges.width // TILES, edges.height // TILES
    return max(
        ImageStat.Stat(edges.crop((x * width, y * height, (x + 1) * width, (y + 1) * height))).var[0]
        for x in range(TILES)
        for y in range(TILES)
    )


def _quantile(gray: Image.Image, share: float) -> int:
    """Return the value that this share of the pixels does not exceed."""
    left = gray.width * gray.height * share
    for value, count in enumerate(gray.histogram()):
        left -= count
        if left <= 0:
            return value
    return 255
