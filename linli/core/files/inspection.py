"""Looking into a content: is it what it claims, is it whole, is it harmless; photographs lose what they tell of places.

Everything here works on bytes that are already known to be no larger than settings.UPLOAD_MAX_BYTES.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image, ImageOps

from linli.core.files import refusals
from linli.core.files.kinds import KINDS, OTHERS, Kind, claimed_as
from linli.core.files.readability import Verdict, verdict_on

PARSERS_GIVE_UP_WITH = (
    OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, SyntaxError, AssertionError,
    ArithmeticError, RecursionError, NotImplementedError, EOFError, MemoryError, struct.error, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip
"""What the libraries raise on content made up to hurt them: all of it means the same, the file is broken."""

UNPACKED_LIMIT = 10
"""How many times UPLOAD_MAX_BYTES an office document may hold when unpacked."""
QUALITY = {"JPEG": 88, "WEBP": 88}


@dataclass(frozen=True)
class Inspected:
    """A content as it will be kept."""

    kind: Kind
    content: bytes
    pages: int | None = None
    verdict: Verdict | None = None


def inspect(content: bytes, *, name: str, claimed: str, allowed: Collection[str]) -> Inspected:
    """Return the content as it may be kept. name and claimed: file name and media type as sent. Raises FileRefused."""
    if not content:
        raise refusals.EmptyFile
    kind = recognise(content, allowed)
    check_claims(kind, name=name, claimed=claimed)
    try:
        if kind.is_image:
            return _image(kind, content)
        if kind.code == "pdf":
            from linli.core.files.pdf import check_pdf  # pypdf is slow to import, and most processes open no PDF

            return Inspected(kind, content, pages=check_pdf(content))
        check_office(content)
    except PARSERS_GIVE_UP_WITH as error:
        raise refusals.BrokenFile(found=kind) from error
    return Inspected(kind, content)


def recognise(content: bytes, allowed: Collection[str]) -> Kind:
    """Return what the content is by its own marks. Raises NotRecognised, NotTaken."""
    found = filetype.guess_mime(content)
    kind = next((kind for kind in KINDS.values() if kind.media_type == found), None)
    if kind is not None and kind.code in allowed:
        return kind
    kinds = pgettext("between the parts of a list", "、").join(str(KINDS[code]) for code in allowed)
    if found in ("image/heic", "image/heif"):
        raise refusals.HeicNotTaken
    if kind is not None or found in OTHERS:
        raise refusals.NotTaken(found=kind or OTHERS[found], kinds=kinds)
    if found is not None:
        raise refusals.NotTaken(found=found, kinds=kinds)
    raise refusals.NotRecognised(kinds=kinds)


def check_claims(kind: Kind, *, name: str, claimed: str) -> None:
    """Refuse a name or a media type that says something else than the content. Raises NotWhatItClaims."""
    extension = PurePath(name).suffix.lower()
    for claim in (extension, claimed.partition(";")[0].strip().lower()):
        if not claim or claim == "application/octet-stream" or claim in kind.claims:
            continue
        other = claimed_as(claim)
        raise refusals.NotWhatItClaims(
            claimed=other or OTHERS.get(claim) or _("“%(claim)s”") % {"claim": claim}, found=kind
        )


def _image(kind: Kind, content: bytes) -> Inspected:
    limits = settings.PHOTO_LIMITS
    name = kind.code.upper()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours, and lower
        try:
            image = Image.open(BytesIO(content), formats=[name])
        except Image.DecompressionBombError as error:
            raise refusals.BrokenFile(found=kind) from error
        if image.width * image.height > limits["max_pixels"]:
            raise refusals.TooManyPixels(width=image.width, height=image.height)
        image.draft("RGB", (limits["max_side"], limits["max_side"]))
        ImageOps.exif_transpose(image, in_place=True)
    picture = _flat(image)
    picture.thumbnail((limits["max_side"], limits["max_side"]))
    kept = BytesIO()
    picture.save(kept, format=name, **({"quality": QUALITY[name]} if name in QUALITY else {"compress_level": 6}))
    return Inspected(kind, kept.getvalue(), verdict=verdict_on(picture))


def _flat(image: Image.Image) -> Image.Image:
    """Return a picture with nothing but pixels: no EXIF, no place, no comment, no profile; on white paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    picture = image if image.mode == "RGB" else image.convert("RGB")
    picture.info = {}  # whatever an encoder would write beside the pixels comes from there
    return picture


def check_office(content: bytes) -> None:
    """Refuse an office document with macros, with too much inside, or not whole."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" not in names:
            raise zipfile.BadZipFile
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT * settings.UPLOAD_MAX_BYTES:
            raise zipfile.BadZipFile
        if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
            raise refusals.ActiveDocument
        if archive.testzip() is not None:
            raise zipfile.BadZipFile
