"""Making a backup: one encrypted file with the database and every stored file that it names.

The database comes first. A stored file is written before its row is committed, and is taken away only after the row
that named it was (rotation gives a file a new name). So each row of the snapshot had its file at that moment. What was
sealed again since then is found under its present name and kept under the one that the snapshot's row knows: a sealed
content says itself which key opens it. Files that came later are not in the snapshot, so nobody misses them.

The key ring does not travel with the data. `keys_to` writes it to an envelope of its own, to be kept elsewhere.
"""

# untranslated: told to operators

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.crypto import ring_text
from linli.core.files import queries as files
from linli.core.keeping import envelope
from linli.core.keeping.manifest import Manifest, applied, chain_heads, program_version, proofs
from linli.core.keeping.refusals import FileMissing, TargetExists
from linli.core.keeping.snapshots import snapshot
from linli.core.keeping.tables import holdings, standing_in

MANIFEST, SUMS, FILES = "manifest.json", "files.jsonl", "files/"


@dataclass(frozen=True)
class Made:
    """What was made. bytes: of the encrypted file."""

    path: Path
    bytes: int
    rows: int
    files: int
    missing: tuple[str, ...]


def back_up(
    target: Path,
    *,
    by: Actor,
    recipients: Sequence[str] = (),
    incomplete: bool = False,
    progress: Callable[[str], object] = lambda step: None,
) -> Made:
    """Write a backup to `target` (a new file, or a folder in which it gets a name), while people work.

    recipients: age public keys; without any, those of LINLI_BACKUP_RECIPIENTS. incomplete: go on where stored files are
    missing, and say so in the manifest. Raises NobodyToSealFor, BadRecipient, TargetExists, FileMissing, ToolFailed.
    """
    to = envelope.recipients(recipients or settings.BACKUP_RECIPIENTS)
    moment = now()
    path = target / f"linli-{moment.astimezone():%Y%m%d-%H%M%S}.age" if target.is_dir() else target
    with working_folder() as folder, snapshot(folder) as snap:
        progress("数据库已经取好，正在清点")
        with standing_in(snap.connection):
            named = list(files.names())
            chains = chain_heads()
        there = {name: _where_now(file_id, name) for file_id, name in named}
        missing = tuple(name for name, now_at in there.items() if now_at is None)
        if missing and not incomplete:
            raise FileMissing(count=len(missing), folder=files.place(), example=missing[0])
        manifest = Manifest(
            version=program_version(),
            made_at=moment,
            vendor=snap.connection.vendor,
            migrations=applied(snap.connection),
            tables=holdings(snap.connection),
            chains=chains,
            proofs=proofs(),
            missing_files=missing,
        )
        progress("正在加密写出")
        with (
            new_file(path) as file,
            envelope.sealed(file, to) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            add(tar, MANIFEST, manifest.as_text().encode())
            tar.add(snap.file, arcname=snap.file.name, filter=_nameless)
            add(tar, SUMS, _write_files(tar, [(file_id, name) for file_id, name in named if there[name]]))
    made = Made(
        path,
        path.stat().st_size,
        sum(held.rows for held in manifest.tables.values()),
        len(named) - len(missing),
        missing,
    )
    with transaction.atomic():
        audit.record(by, "keeping.backed_up", rows=made.rows, files=made.files, bytes=made.bytes, missing=len(missing))
    return made


def keys_to(path: Path, *, by: Actor, recipients: Sequence[str] = ()) -> None:
    """Write the key ring and the secret key to an envelope of their own. Raises as back_up."""
    to = envelope.recipients(recipients or settings.BACKUP_RECIPIENTS)
    told = json.dumps({"linli_keys": json.loads(ring_text()), "secret_key": settings.SECRET_KEY}).encode()
    with new_file(path) as file, envelope.sealed(file, to) as stream:
        stream.write(told)
    with transaction.atomic():
        audit.record(by, "keeping.keys_backed_up", keys=sorted(json.loads(ring_text())["keys"]))


def _write_files(tar: tarfile.TarFile, named: list[tuple[object, str]]) -> bytes:
    """Put the files into the archive; return their list with checksums, a JSON line each."""
    lines = []
    for file_id, name in named:
        content = _content(file_id, name)
        add(tar, FILES + name, content)
        lines.append(json.dumps({"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}))
    return "".join(line + "\n" for line in lines).encode()


def _content(file_id: object, name: str) -> bytes:
    for _attempt in range(5):
        try:
            return files.sealed_content(name)
        except FileNotFoundError:
            name = files.present_name(file_id) or name  # type: ignore[arg-type]
    raise FileMissing(count=1, folder=files.place(), example=name)


def _where_now(file_id: object, name: str) -> str | None:
    """Return the name under which a file of the snapshot lies now, None where it is nowhere."""
    if files.is_there(name):
        return name
    present = files.present_name(file_id)  # type: ignore[arg-type]
    return present if present and files.is_there(present) else None


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(time.time())
    tar.addfile(entry, io.BytesIO(content))


def _nameless(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder beside the database for what is in clear in between: mode 700, gone afterwards."""
    Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.VAR) as name:
        yield Path(name)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole, or not at all. Raises TargetExists."""
    if path.exists():
        raise TargetExists(path=path)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # unlike rename, does not replace what somebody has put there meanwhile
        except FileExistsError:
            raise TargetExists(path=path) from None
        except OSError:
            os.replace(part, path)  # a file system without hard links
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
