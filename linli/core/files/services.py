"""Keeping a file: looked into first, stored once, sealed at rest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from linli.core import audit
from linli.core.access import Actor, system_actor
from linli.core.calendar import now
from linli.core.crypto import keyring, seal_bytes, unseal_bytes
from linli.core.files import inspection, refusals, scanning
from linli.core.files.kinds import PHOTOS_AND_PDF
from linli.core.files.models import StoredFile
from linli.core.files.scanning import Scan
from linli.core.ids import new_id
from linli.core.rows import insert, one_of, prepared

MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
AT_ONCE = 200
"""So many files that wait for the scanner are shown to it in one go."""
PLACE = "core_files.storedfile.content"


def store(upload: Any, *, by: Actor, kinds: Collection[str] = PHOTOS_AND_PDF) -> StoredFile:
    """Keep an upload (Django's UploadedFile, or any file open for reading in binary mode) and return its row.

    kinds: codes of kinds.KINDS. The same content is kept once: its earlier row is returned. Raises FileRefused.
    """
    return store_each([upload], by=by, kinds=kinds)[0]


def store_each(uploads: Sequence[Any], *, by: Actor, kinds: Collection[str] = PHOTOS_AND_PDF) -> list[StoredFile]:
    """Keep several uploads as store does, all of them or none, and return their rows in the same order."""
    came = [_Came.of(upload, kinds) for upload in uploads]
    known = {row.came_as: row for row in _that_came_as(sorted({one.came_as for one in came}))}
    looked_at: dict[str, _Content] = {}
    for one in came:
        if earlier := known.get(one.came_as):
            known[one.came_as] = _scanned_again(earlier, one.content)
        elif one.came_as not in looked_at:
            found = inspection.inspect(one.content, name=one.name, claimed=one.claimed, allowed=kinds)
            looked_at[one.came_as] = _Content(
                found.content, found.kind.media_type, found.pages, found.verdict or "", one.came_as,
                scanning.scan(one.content),
            )  # fmt: skip
    rows = known | dict(zip(looked_at, _keep(list(looked_at.values()), by), strict=True))
    return [rows[one.came_as] for one in came]


@prepared
def _that_came_as(digests: list[str]) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(one_of("came_as", digests))


@prepared
def _with_content(digests: list[str]) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(one_of("sha256", digests))


@dataclass(frozen=True)
class _Came:
    """An upload as it came. came_as: a digest of it and of what was said of it."""

    name: str
    claimed: str
    content: bytes
    came_as: str

    @classmethod
    def of(cls, upload: Any, kinds: Collection[str]) -> _Came:
        content = _read(upload)
        name = str(getattr(upload, "name", "") or "")
        claimed = str(getattr(upload, "content_type", "") or "")
        claims = "\x00".join((PurePath(name).suffix.lower(), claimed, *sorted(kinds)))
        return cls(name, claimed, content, hashlib.sha256(claims.encode() + b"\x00" + content).hexdigest())


@dataclass(frozen=True)
class _Content:
    """A content to be kept, and what is known of it."""

    content: bytes
    media_type: str
    pages: int | None = None
    verdict: str = ""
    came_as: str = ""
    scan: Scan = Scan.NOT_ASKED


def keep(content: bytes, media_type: str, *, by: Actor) -> StoredFile:
    """Keep a content that the house itself has made (a signed certificate, a receipt), as it is and once."""
    return _keep([_Content(content, media_type)], by)[0]


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


def _keep(contents: list[_Content], by: Actor) -> list[StoredFile]:
    """Seal contents, write them and their rows; what is kept already is not written again. Raises Infected."""
    if not contents:
        return []
    digests = [hashlib.sha256(one.content).hexdigest() for one in contents]
    kept = {(row.sha256, row.kind): row for row in _with_content(sorted(set(digests)))}
    if any(
        (row := kept.get((digest, one.media_type))) and row.scan == Scan.INFECTED
        for digest, one in zip(digests, contents, strict=True)
    ):
        raise refusals.Infected
    new = []
    for digest, one in zip(digests, contents, strict=True):
        if (digest, one.media_type) in kept:
            continue
        row = StoredFile(
            id=new_id(),
            sha256=digest,
            size=len(one.content),
            kind=one.media_type,
            pages=one.pages,
            verdict=one.verdict,
            came_as=one.came_as,
            scan=one.scan,
            key_id=keyring().active.id,
            created_at=now(),
        )
        sealed = seal_bytes(one.content, where=PLACE, row=row.pk)
        row.storage_key = default_storage.save(_storage_key(row), ContentFile(sealed))
        kept[digest, one.media_type] = row
        new.append(row)
    if new:
        _write(new, kept, by)
    return [kept[digest, one.media_type] for digest, one in zip(digests, contents, strict=True)]


def _write(new: list[StoredFile], kept: dict[tuple[str, str], StoredFile], by: Actor) -> None:
    """Write the rows of new files; where somebody sent one of them at the same moment, hers is taken instead."""
    try:
        with transaction.atomic():
            insert(new)
            audit.record_each(by, "files.stored", [(row, {"kind": row.kind, "size": row.size}) for row in new])
    except IntegrityError:
        theirs = {(row.sha256, row.kind): row for row in StoredFile.objects.filter(sha256__in=[r.sha256 for r in new])}
        kept |= {key: row for key, row in theirs.items() if key in kept}
        ours = []
        for row in new:
            if (row.sha256, row.kind) in theirs:
                default_storage.delete(row.storage_key)
            else:
                ours.append(row)
        if len(ours) == len(new):
            raise
        if ours:
            _write(ours, kept, by)


def put_back(name: str, content: bytes) -> None:
    """Put a sealed file, as a backup has kept it, under the name that its row knows. One that is there stays."""
    if default_storage.exists(name):
        return
    placed = default_storage.save(name, ContentFile(content))
    if placed != name:
        default_storage.delete(placed)
        raise FileExistsError(name)


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
