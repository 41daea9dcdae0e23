"""Keeping a file: looked into first, stored once, sealed at rest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from linli.core import audit
from linli.core.access import Actor, system_actor
from linli.core.calendar import now
from linli.core.crypto import keyring, seal_bytes, unseal_bytes
from linli.core.files import inspection, refusals, scanning
from linli.core.files.kinds import PHOTOS_AND_PDF
from linli.core.files.models import StoredFile
from linli.core.files.scanning import Scan
from linli.core.ids import new_id

MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
AT_ONCE = 200
"""So many files that wait for the scanner are shown to it in one go."""
PLACE = "core_files.storedfile.content"


def store(upload: Any, *, by: Actor, kinds: Collection[str] = PHOTOS_AND_PDF) -> StoredFile:
    """Keep an upload (Django's UploadedFile, or any file open for reading in binary mode) and return its row.

    kinds: codes of kinds.KINDS. The same content is kept once: its earlier row is returned. Raises FileRefused.
    """
    content = _read(upload)
    name = str(getattr(upload, "name", "") or "")
    claimed = str(getattr(upload, "content_type", "") or "")
    claims = "\x00".join((PurePath(name).suffix.lower(), claimed, *sorted(kinds)))
    came_as = hashlib.sha256(claims.encode() + b"\x00" + content).hexdigest()
    if earlier := StoredFile.objects.filter(came_as=came_as).first():
        return _scanned_again(earlier, content)
    found = inspection.inspect(content, name=name, claimed=claimed, allowed=kinds)
    told = scanning.scan(content)
    return _keep(
        found.content, found.kind.media_type, by, pages=found.pages, verdict=found.verdict or "", came_as=came_as,
        scan=told,
    )  # fmt: skip


def keep(content: bytes, media_type: str, *, by: Actor) -> StoredFile:
    """Keep a content that the house itself has made (a signed certificate, a receipt), as it is and once."""
    return _keep(content, media_type, by)


def open_file(stored: StoredFile) -> bytes:
    """Return the content. Raises BrokenSeal where the file was altered, FileNotFoundError where it is gone."""
    try:
        sealed = _sealed(stored.storage_key)
    except FileNotFoundError:
        # Sealed again under a new name since the row was read: keys are changed while people work.
        name = StoredFile.objects.filter(pk=stored.pk).values_list("storage_key", flat=True).first()
        if name is None or name == stored.storage_key:
            raise
        sealed = _sealed(name)
    return unseal_bytes(sealed, where=PLACE, row=stored.pk)


def _sealed(name: str) -> bytes:
    with default_storage.open(name, "rb") as file:
        content: bytes = file.read()
    return content


def check_may_be_opened(stored: StoredFile) -> None:
    """Refuse to hand out what the scanner has not seen yet, or has found infected. Raises NotScannedYet, Infected."""
    if stored.scan == Scan.WAITS:
        raise refusals.NotScannedYet
    if stored.scan == Scan.INFECTED:
        raise refusals.Infected


def scan_what_waits() -> int:
    """Have the scanner look at what came while it was away; return how many files it has seen. Restartable."""
    seen = 0
    for row in StoredFile.objects.filter(scan=Scan.WAITS).order_by("created_at")[:AT_ONCE]:
        try:
            found = scanning.ask(open_file(row))
        except scanning.Unreachable:
            return seen
        with transaction.atomic():
            StoredFile.objects.filter(pk=row.pk).update(scan=Scan.INFECTED if found else Scan.CLEAN)
            audit.record(system_actor("scanning what waited"), "files.scanned", row, infected=bool(found))
        seen += 1
    return seen


def _scanned_again(row: StoredFile, content: bytes) -> StoredFile:
    """Return a file that came before: infected it is refused again, not seen by a scanner it is shown to one now."""
    if row.scan == Scan.INFECTED:
        raise refusals.Infected
    if row.scan != Scan.CLEAN and (told := scanning.scan(content)) != row.scan:
        StoredFile.objects.filter(pk=row.pk).update(scan=told)
        row.scan = told
    return row


def reseal(stored: StoredFile) -> None:
    """Seal the content again with the active key, under a new name; the old one goes after the transaction."""
    old_key = stored.storage_key
    sealed = seal_bytes(open_file(stored), where=PLACE, row=stored.pk)
    new_key = default_storage.save(_storage_key(stored), ContentFile(sealed))
    key_id = keyring().active.id
    if StoredFile.objects.filter(pk=stored.pk, storage_key=old_key).update(storage_key=new_key, key_id=key_id):
        transaction.on_commit(lambda: default_storage.delete(old_key))
    else:
        default_storage.delete(new_key)  # somebody else was quicker


def _keep(
    content: bytes, media_type: str, by: Actor, *, pages: int | None = None, verdict: str = "", came_as: str = "",
    scan: Scan = Scan.NOT_ASKED,
) -> StoredFile:  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    if earlier := StoredFile.objects.filter(sha256=digest, kind=media_type).first():
        if earlier.scan == Scan.INFECTED:
            raise refusals.Infected
        return earlier
    row = StoredFile(
        id=new_id(),
        sha256=digest,
        size=len(content),
        kind=media_type,
        pages=pages,
        verdict=verdict,
        came_as=came_as,
        scan=scan,
        key_id=keyring().active.id,
        created_at=now(),
    )
    sealed = seal_bytes(content, where=PLACE, row=row.pk)
    row.storage_key = default_storage.save(_storage_key(row), ContentFile(sealed))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record(by, "files.stored", row, kind=media_type, size=row.size)
    except IntegrityError:
        default_storage.delete(row.storage_key)
        return StoredFile.objects.get(sha256=digest, kind=media_type)  # somebody sent the same at the same time
    return row


def _storage_key(row: StoredFile) -> str:
    return f"{row.sha256[:2]}/{new_id()}"


def _read(upload: Any) -> bytes:
    """Read the upload, and no more of it than is taken."""
    limit = settings.UPLOAD_MAX_BYTES
    size = getattr(upload, "size", None)
    if isinstance(size, int) and size > limit:
        raise refusals.TooLarge(size=_megabytes(size), limit=limit // MEGABYTE)
    content = bytearray()
    for chunk in _chunks(upload):
        content += chunk
        if len(content) > limit:
            raise refusals.TooLarge(size=_megabytes(max(size or 0, len(content))), limit=limit // MEGABYTE)
    return bytes(content)


def _chunks(upload: Any) -> Iterator[bytes]:
    if hasattr(upload, "chunks"):
        yield from upload.chunks(CHUNK)
    else:
        while chunk := upload.read(CHUNK):
            yield chunk


def _megabytes(size: int) -> int:
    return -(-size // MEGABYTE)
