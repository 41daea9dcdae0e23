"""Pictures and documents made for the tests."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


def paper(size: tuple[int, int] = (1600, 1000), *, light: int = 235, letters: int = 34) -> Image.Image:
    """Return a sheet full of letters, as somebody would photograph it."""
    picture = Image.new("RGB", size, (light, light, light))
    draw, font, drawn = ImageDraw.Draw(picture), ImageFont.load_default(letters), random.Random(1)
    for line in range(letters, size[1] - letters, letters * 2):
        words = ("".join(drawn.choices("0123456789ABCDEF", k=drawn.randint(3, 9))) for _ in range(12))
        draw.text((letters, line), " ".join(words), font=font, fill=(30, 30, 30))
    return picture


def jpeg(picture: Image.Image | None = None, **options: object) -> bytes:
    return encoded(picture or paper(), "JPEG", **options)


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    kept = BytesIO()
    picture.save(kept, format=form, **options)
    return kept.getvalue()


def placed_exif() -> Image.Exif:
    """Return EXIF that says where and with which telephone the picture was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Du Zhong"
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 34.0, 0.0), 3: "E", 4: (101.0, 43.0, 0.0)})
    return exif


def pdf(pages: int = 2, *, password: str = "", script: str = "", launch: str = "", attachment: bytes = b"") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 300)
    if script or launch:
        kind, word = ("/JavaScript", "/JS") if script else ("/Launch", "/F")
        action = {NameObject("/S"): NameObject(kind), NameObject(word): TextStringObject(script or launch)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attachment:
        writer.add_attachment("a.exe", attachment)
    if password:
        writer.encrypt(password)
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()


def docx(*extra: str, filler: int = 0) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", "<document/>" + " " * filler)
        for name in extra:
            archive.writestr(name, "x")
    return kept.getvalue()


def sent(content: bytes, name: str = "照片.jpg", claimed: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, claimed)
