import pytest
from PIL import Image, ImageEnhance, ImageFilter

from linli.core.files.readability import Verdict, verdict_on
from linli.core.files.tests.pictures import paper


def darker(picture, share):
    return ImageEnhance.Brightness(picture).enhance(share)


def blurred(picture, radius):
    return picture.filter(ImageFilter.GaussianBlur(radius))


def grainy(picture):
    return Image.blend(picture, Image.effect_noise(picture.size, 60).convert("RGB"), 0.08)


def card_on_a_table():
    table = Image.new("RGB", (3000, 2250), (90, 70, 50))
    table.paste(paper((1200, 760), letters=40), (900, 700))
    return table


@pytest.mark.parametrize(
    ("picture", "verdict"),
    [
        (paper(), Verdict.CLEAR),
        (paper((3000, 2000), letters=50), Verdict.CLEAR),
        (card_on_a_table(), Verdict.CLEAR),
        (grainy(paper()), Verdict.CLEAR),
        (darker(paper(), 0.4), Verdict.CLEAR),
        (darker(paper(), 0.2), Verdict.TOO_DARK),
        (grainy(darker(paper(), 0.1)), Verdict.TOO_DARK),
        (Image.new("RGB", (1600, 1000), "black"), Verdict.TOO_DARK),
        (blurred(paper(), 5), Verdict.TOO_BLURRY),
        (grainy(blurred(paper(), 6)), Verdict.TOO_BLURRY),
        (blurred(card_on_a_table(), 6), Verdict.TOO_BLURRY),
        (Image.new("RGB", (1600, 1000), "white"), Verdict.TOO_BLURRY),
        (paper((479, 1000)), Verdict.TOO_SMALL),
        (paper((1, 1)), Verdict.TOO_SMALL),
    ],
)
def test_verdict(picture, verdict):
    assert verdict_on(picture) == verdict


def test_thresholds_are_settings(settings):
    settings.PHOTO_LIMITS = {**settings.PHOTO_LIMITS, "dark": 250}
    assert verdict_on(paper()) == Verdict.TOO_DARK

    settings.PHOTO_LIMITS = {**settings.PHOTO_LIMITS, "dark": 0, "blurry": 10**6}
    assert verdict_on(paper()) == Verdict.TOO_BLURRY

    settings.PHOTO_LIMITS = {**settings.PHOTO_LIMITS, "blurry": 0, "least_side": 1001}
    assert verdict_on(paper()) == Verdict.TOO_SMALL
