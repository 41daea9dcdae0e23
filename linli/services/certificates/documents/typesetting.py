"""From a layout and its data to a PDF/A-4, with the fonts of the house and nothing from the machine."""

# untranslated: papers are Chinese, whoever prints them; the refusal is in gettext

from __future__ import annotations

import datetime as dt
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from linli.core.http import Refused

LAYOUTS = Path(__file__).parent / "layouts"
FONTS = ("noto-serif-sc/400Regular", "noto-serif-sc/700Bold", "noto-sans-sc/400Regular", "noto-sans-sc/700Bold")
DEMO_LINE = "演示环境　人和事都是编的，没有法律效力。Demonstration: invented people, no legal force."


class CharacterNotPrintable(Refused):
    """A name holds a character that neither font draws: better no paper than one with a hole in a name."""

    code = "certificates.character_not_printable"
    message = _("“%(character)s”这个字印不出来。证书没有生成；请把这个字告诉管理员，补上字体以后再办。")


def typeset(layout: str, data: dict[str, Any]) -> bytes:
    """Return the PDF of a layout (a file in layouts/) filled with JSON-like data. Raises CharacterNotPrintable."""
    filled = {**data, "demo": DEMO_LINE if settings.DEMO else ""}
    try:
        # The function, not a Compiler object: those leak 0.2 MiB a document. A standard, because without one a
        # character that the font lacks is left out silently.
        pdf = typst.compile(
            LAYOUTS / f"{layout}.typ",
            root=LAYOUTS,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(filled, ensure_ascii=False)},
            pdf_standards="a-4",
        )
    except typst.TypstError as error:
        if lacking := re.search(r"the text `\"(.+?)\"` could not be displayed", error.message):
            raise CharacterNotPrintable(character=lacking.group(1)) from error
        raise
    return pdf


def qr_svg(text: str, *, css_class: str = "", light: str | None = None) -> str:
    """Return a QR code as SVG text: error correction M, a quiet zone of two modules (the paper around it is white).

    Of the eight masks the best is taken, as ISO/IEC 18004 asks: a worn print has to be read by an old telephone.

    css_class and light (the colour behind) are for pages, whose own background may be dark.
    """
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=2, xmldecl=False, light=light, svgclass=css_class or None, lineclass=None,
        omitsize=bool(css_class),
    )  # fmt: skip
    return out.getvalue().decode()


def day(value: dt.date) -> str:
    """Return a date as papers write it: 2026年11月16日."""
    return f"{value.year}年{value.month}月{value.day}日"


@cache
def missing_fonts() -> list[str]:
    """Return the folders of fonts that are not there."""
    root = Path(settings.NODE_MODULES) / "@expo-google-fonts"
    return [str(root / name) for name in FONTS if not any((root / name).glob("*.ttf"))]


def _fonts() -> typst.Fonts:
    root = Path(settings.NODE_MODULES) / "@expo-google-fonts"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[root / name for name in FONTS]
    )
