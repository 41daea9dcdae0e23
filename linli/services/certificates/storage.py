"""Keeping the signed PDFs: encrypted under FILES_DIR until core.files does it for every room."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from linli.core import crypto
from linli.core.calendar import now
from linli.core.files.models import StoredFile

PDF = "application/pdf"


def store_bytes(content: bytes, kind: str) -> StoredFile:
    """Keep a content once, sealed; the same content again is the same row."""
    digest = hashlib.sha256(content).hexdigest()
    if known := StoredFile.objects.filter(sha256=digest, kind=kind).first():
        return known
    path = _path(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(crypto.seal(content.hex(), where="core_files.storedfile", row=digest), encoding="ascii")
    return StoredFile.objects.create(
        sha256=digest, size=len(content), kind=kind, storage_key=path.name, created_at=now()
    )


def open_file(stored: StoredFile) -> bytes:
    """Return a stored content."""
    sealed = _path(stored.sha256).read_text(encoding="ascii")
    return bytes.fromhex(crypto.unseal(sealed, where="core_files.storedfile", row=stored.sha256))


def _path(digest: str) -> Path:
    return Path(settings.FILES_DIR) / "certificates" / digest[:2] / digest
