"""Uploaded and generated files: checked by content, cleared of place data, stored once, encrypted at rest.

`store` for what people send, `keep` for what the house itself has made; `open_file`, `file_response` to give it back.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from linli.core.files.kinds import PHOTOS_AND_PDF
from linli.core.files.refusals import FileRefused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from linli.core.access import Actor
    from linli.core.files.models import StoredFile

__all__ = ["PHOTOS_AND_PDF", "FileRefused", "file_response", "keep", "open_file", "store"]

# The package is imported before its models are ready: what needs them is imported when it is called.


def store(upload: Any, *, by: Actor, kinds: Collection[str] = PHOTOS_AND_PDF) -> StoredFile:
    """Keep an upload after looking into it: see services.store. Raises FileRefused."""
    from linli.core.files import services

    return services.store(upload, by=by, kinds=kinds)


def keep(content: bytes, media_type: str, *, by: Actor) -> StoredFile:
    """Keep what the house itself has made, as it is: see services.keep."""
    from linli.core.files import services

    return services.keep(content, media_type, by=by)


def open_file(stored: StoredFile) -> bytes:
    """Return the content. Raises BrokenSeal where the file was altered, FileNotFoundError where it is gone."""
    from linli.core.files import services

    return services.open_file(stored)


def file_response(stored: StoredFile, name: str, *, download: bool = False) -> HttpResponse:
    """Answer with a file whose record the caller has checked: see pages.file_response."""
    from linli.core.files import pages

    return pages.file_response(stored, name, download=download)
