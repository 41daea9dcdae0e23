"""Which contents are kept, and under which names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage

from linli.core.files.models import StoredFile


def names() -> Iterator[tuple[UUID, str]]:
    """Yield each kept file: its row's identifier and the name under which it lies in the storage."""
    yield from StoredFile.objects.order_by("pk").values_list("pk", "storage_key").iterator(chunk_size=2000)


def present_name(file_id: UUID) -> str | None:
    """Return the name under which a file lies now: sealing it again gives it a new one. None where the row is gone."""
    return StoredFile.objects.filter(pk=file_id).values_list("storage_key", flat=True).first()


def sealed_content(name: str) -> bytes:
    """Return a file as it lies in the storage, sealed. Raises FileNotFoundError."""
    with default_storage.open(name, "rb") as file:
        content: bytes = file.read()
    return content


def is_there(name: str) -> bool:
    return default_storage.exists(name)


def folder() -> Path:
    """Return the folder of the storage."""
    return Path(default_storage.path(""))


def without_row() -> list[str]:
    """Return the files that no row names, but for those of the last hour, whose rows may still be on their way."""
    lately = time.time() - 3600
    there = {
        str(path.relative_to(folder()))
        for path in folder().rglob("*")
        if path.is_file() and path.stat().st_mtime < lately
    }
    return sorted(there - {name for _file_id, name in names()})
