"""Looking into a PDF: can it be opened, and does it keep still?"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from linli.core.files import refusals
from linli.core.files.kinds import KINDS

ACTIVE = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/RichMedia", "/Movie", "/Sound", "/Rendition", "/SubmitForm"}
)
"""Actions and annotations (ISO 32000-1, 12.6.4) that run, start or bring in something."""
ACTIVE_NAMES = frozenset({"/JS", "/JavaScript", "/XFA"})
ATTACHED = frozenset({"/EmbeddedFiles", "/EF"})
"""Files within the file (7.11.4), by name or hanging on a page's annotation."""
PDF_PARTS_LIMIT = 400_000


def check_pdf(content: bytes) -> int:
    """Return the number of pages. Raises LockedPdf, ActivePdf, AttachedPdf, BrokenFile."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refusals.LockedPdf
        pages = len(reader.pages)
        if not pages:
            raise refusals.BrokenFile(found=KINDS["pdf"])
        _refuse_active(reader)
    except PyPdfError as error:
        raise refusals.BrokenFile(found=KINDS["pdf"]) from error
    return pages


def _refuse_active(reader: PdfReader) -> None:
    waiting: list[Any] = [reader.trailer["/Root"]]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        looked_at += 1
        if looked_at > PDF_PARTS_LIMIT:
            raise refusals.BrokenFile(found=KINDS["pdf"])
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in seen:
                continue
            seen.add((part.idnum, part.generation))
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            if ACTIVE_NAMES & part.keys() or {part.get("/S"), part.get("/Subtype")} & ACTIVE:
                raise refusals.ActivePdf
            if ATTACHED & part.keys():
                raise refusals.AttachedPdf
            waiting += part.values()
        elif isinstance(part, ArrayObject):
            waiting += part
