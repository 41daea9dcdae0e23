"""Which contents are kept, and under which names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage
from django.utils import timezone

from linli.core.files.models import StoredFile


def names(*, since: dt.datetime | None = None) -> Iterator[tuple[UUID, str]]:
    """Yield each kept file: its row's identifier and the name under which it lies in the storage.

    since: only those that came then or later. Rows get their keys in the order of time, so that few are read for it.
    """
    rows = StoredFile.objects.order_by("pk")
    if since is not None:
        rows = rows.filter(pk__gte=UUID(int=int(since.timestamp() * 1000) << 80))
    yield from rows.values_list("pk", "storage_key").iterator(chunk_size=2000)


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


def folder() -> Path | None:
    """Return the folder of the storage; None where files lie in a bucket."""
    try:
        return Path(default_storage.path(""))
    except NotImplementedError:
        return None


def place() -> str:
    """Return where files lie, for people."""
    here = folder()
    return str(here) if here else f"s3://{default_storage.bucket_name}"  # type: ignore[attr-defined]


def without_row() -> list[str]:
    """Return the files that no row names, but for those of the last hour, whose rows may still be on their way."""
    extra = set(_everything()) - {name for _file_id, name in names()}
    lately = timezone.now() - dt.timedelta(hours=1)
    return sorted(name for name in extra if default_storage.get_modified_time(name) < lately)


def _everything(inside: str = "") -> Iterator[str]:
    try:
        folders, found = default_storage.listdir(inside)
    except FileNotFoundError:  # nothing was kept yet
        return
    yield from (f"{inside}{name}" for name in found if name)
    for name in folders:
        yield from _everything(f"{inside}{name}/")
