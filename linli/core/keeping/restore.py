"""Restoring: everything is unpacked aside, compared with the manifest, and only then put in its place.

The order is that of daily work: files first, then the database that names them. Whatever stops a restore before its last
step leaves an empty database and perhaps files that no row names; running it again finishes the work.
"""

# untranslated: told to operators

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from linli.core import audit
from linli.core.access import Actor
from linli.core.audit.verification import verify
from linli.core.crypto import has_ring, write_keyfile
from linli.core.crypto.keyring import Keyring
from linli.core.files import queries as files
from linli.core.files.services import put_back
from linli.core.keeping import envelope
from linli.core.keeping.backup import FILES, MANIFEST, SUMS
from linli.core.keeping.manifest import Manifest, applied, chain_heads, sums_of
from linli.core.keeping.refusals import (
    ChainBroken,
    Damaged,
    FilesDiffer,
    HoldsData,
    KeyRingInTheWay,
    NoBackup,
    NoKeyRing,
    NoScratch,
    NotTheSame,
    OtherKindOfDatabase,
)
from linli.core.keeping.snapshots import FILE_NAMES, run_tool, sqlite_settings
from linli.core.keeping.tables import (
    MADE_BY_MIGRATING,
    PASSING,
    another,
    differences,
    holdings,
    standing_in,
    with_data,
)

CHUNK = 1 << 20
UNTOUCHED = "什么都没有改动。"
SHOWN = 5


@dataclass(frozen=True)
class Restored:
    """What is there again. entries: of the audit log that were walked. migrated: it was of an older version."""

    manifest: Manifest
    rows: int
    files: int
    entries: int
    migrated: bool = False


@dataclass(frozen=True)
class Unpacked:
    """A backup that was read to its end: its manifest, its database's file, its files with checksums and sizes."""

    manifest: Manifest
    database: Path
    files: dict[str, tuple[str, int]]


def unpack(
    path: Path,
    keys: Sequence[Any],
    folder: Path,
    files_to: Path | None,
    *,
    first: Callable[[Manifest], object] = lambda manifest: None,
) -> Unpacked:
    """Read a backup to its end into `folder`, its files into `files_to` (None: they are only checked).

    `first` sees the manifest before anything else is read, and may refuse. Raises NoBackup, WrongKey, Damaged.
    """
    try:
        with envelope.opened(path, list(keys)) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            found = _unpacked(tar, path, folder, files_to, first)
    except tarfile.TarError as error:
        raise NoBackup(path=path, what="里面不是归档") from error
    return found


def _unpacked(
    tar: tarfile.TarFile, path: Path, folder: Path, files_to: Path | None, first: Callable[[Manifest], object]
) -> Unpacked:
    manifest: Manifest | None = None
    database: Path | None = None
    told: dict[str, tuple[str, int]] | None = None
    found: dict[str, tuple[str, int]] = {}
    for entry in tar:
        content = tar.extractfile(entry)
        if content is None or not entry.isreg():
            raise NoBackup(path=path, what=f"里面有不认识的 {entry.name}")
        if entry.name == MANIFEST:
            manifest = Manifest.read(content.read().decode(), path)
            first(manifest)
        elif manifest is None:
            raise NoBackup(path=path, what="没有清单")
        elif entry.name == FILE_NAMES[manifest.vendor]:
            database = folder / entry.name
            _write(content, database)
        elif entry.name == SUMS:
            told = sums_of(content.read().decode().splitlines())
        elif entry.name.startswith(FILES) and _is_harmless(name := entry.name.removeprefix(FILES)):
            found[name] = _write(content, files_to / name if files_to else None)
        else:
            raise NoBackup(path=path, what=f"里面有不认识的 {entry.name}")
    if manifest is None or database is None or told is None:
        raise Damaged(path=path, what="里面缺了一部分")
    if wrong := [name for name in told.keys() | found.keys() if told.get(name) != found.get(name)]:
        raise Damaged(path=path, what=f"{len(wrong)} 个文件和清单不同")
    return Unpacked(manifest, database, found)


def _is_harmless(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\\" not in name and "\x00" not in name


def _write(content: IO[bytes], target: Path | None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with ExitStack() as stack:
        file = None
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(target.open("xb"))
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if file:
                file.write(chunk)
        if file:
            file.flush()
            os.fsync(file.fileno())
    return digest.hexdigest(), size


def restore(
    source: Path,
    *,
    identity: Path,
    by: Actor,
    keys: Path | None = None,
    passphrase: Callable[[], str] = lambda: "",
    progress: Callable[[str], object] = lambda step: None,
) -> Restored:
    """Bring a backup back into this installation, whose database has to be empty. All of it, or nothing.

    One of an older version is compared with its manifest as it is, then brought up to date.
    identity: the file with the secret key. keys: what keys_to has written; without it the key ring in force is used.
    Raises a KeepingRefused that says what is in the way.
    """
    opens = envelope.identities(identity, passphrase)
    ring, secret = ring_of(keys, opens) if keys else ("", "")
    check_ring(ring)
    _check_empty()
    files_dir = files.folder()
    if files_dir:
        files_dir.mkdir(parents=True, exist_ok=True, mode=0o700)

    def first(manifest: Manifest) -> None:
        _check_kind(manifest)
        manifest.check_version()
        with ring_in_force(ring):
            manifest.check_keys()

    with _aside(_database_folder()) as folder, _aside(files_dir or _database_folder()) as files_aside:
        progress("正在解密、核对")
        unpacked = unpack(source, opens, folder, files_aside, first=first)
        _check_files(unpacked)
        with ring_in_force(ring):
            progress("正在放回数据库和文件")
            if connection.vendor == "sqlite":
                with another(sqlite_settings(unpacked.database)) as aside:
                    entries = prove(aside, unpacked.manifest, then=UNTOUCHED)
                _place_files(files_aside, files_dir, unpacked)
                _place_sqlite(unpacked.database)
            else:
                _place_files(files_aside, files_dir, unpacked)
                entries = _place_postgresql(unpacked)
    if ring:
        place_ring(ring, secret)
    with transaction.atomic():
        audit.record(by, "keeping.restored", made_at=unpacked.manifest.made_at.isoformat(), files=len(unpacked.files))
    return _restored(unpacked, entries)


def _restored(unpacked: Unpacked, entries: int) -> Restored:
    rows = sum(held.rows for held in unpacked.manifest.tables.values())
    return Restored(unpacked.manifest, rows, len(unpacked.files), entries, not unpacked.manifest.is_of_now)


def prove(aside: BaseDatabaseWrapper, manifest: Manifest, *, then: str) -> int:
    """Compare a database with a manifest: migrations, rows, sums; then the audit log link by link.

    One of an older version gets the migrations that came since, before its log is walked. Returns how many entries
    were walked. Raises NotTheSame, ChainBroken.
    """
    with transaction.atomic(using=aside.alias):
        wrong = differences(manifest.tables, holdings(aside))
        if applied(aside) != manifest.migrations:
            wrong.append("迁移记录不同")
        if wrong:
            raise NotTheSame(what="；".join(wrong[:SHOWN]), then=then)
    with standing_in(aside):
        if not manifest.is_of_now:
            call_command("migrate", verbosity=0, interactive=False)
        with transaction.atomic():
            if chain_heads() != manifest.chains:
                raise NotTheSame(what="审计链的末端不同", then=then)
            report = verify()
        if not report.is_whole:
            raise ChainBroken(what="；".join(map(str, report.broken[:SHOWN])), then=then)
    return report.entries


def _check_kind(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise OtherKindOfDatabase(theirs=manifest.vendor, ours=connection.vendor)


def _check_empty() -> None:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return
    tables = with_data(connection)
    connection.close()
    if tables:
        raise HoldsData(tables="、".join(tables[:SHOWN]) + ("……" if tables[SHOWN:] else ""))


def check_ring(ring: str) -> None:
    if not ring:
        if not has_ring():
            raise NoKeyRing(path=settings.KEYS_FILE)
        return
    path = Path(settings.KEYS_FILE)
    if settings.KEYS:
        if json.loads(settings.KEYS) != json.loads(ring):
            raise KeyRingInTheWay(path="LINLI_KEYS")
    elif path.exists() and json.loads(path.read_text(encoding="ascii")) != json.loads(ring):
        raise KeyRingInTheWay(path=path)


def _check_files(unpacked: Unpacked) -> None:
    differing = [
        name
        for name, (digest, _size) in sorted(unpacked.files.items())
        if files.is_there(name) and hashlib.sha256(files.sealed_content(name)).hexdigest() != digest
    ]
    if differing:
        raise FilesDiffer(folder=files.place(), count=len(differing), example=differing[0])


def ring_of(path: Path, opens: Sequence[Any]) -> tuple[str, str]:
    with envelope.opened(path, list(opens)) as stream:
        content = stream.read()
    try:
        told = json.loads(content)
        ring = json.dumps(told["linli_keys"], indent=1)
        Keyring.parse(ring)
        return ring, str(told["secret_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoBackup(path=path, what="里面不是钥匙串") from error


@contextmanager
def ring_in_force(ring: str) -> Iterator[None]:
    """Read seals by another key ring than the installation's, as long as the block lasts."""
    before = settings.KEYS
    if ring:
        settings.KEYS = ring
    try:
        yield
    finally:
        settings.KEYS = before


def place_ring(ring: str, secret: str) -> None:
    if not settings.KEYS and not Path(settings.KEYS_FILE).exists():
        Path(settings.KEYS_FILE).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_keyfile(Path(settings.KEYS_FILE), ring)
    if Path(settings.SECRET_KEY_FILE).exists():
        # Made afresh when this command read its settings: nothing of the empty installation was signed with it.
        write_keyfile(Path(settings.SECRET_KEY_FILE), secret)


def _database_folder() -> Path:
    folder = Path(connection.settings_dict["NAME"]).parent if connection.vendor == "sqlite" else Path(settings.VAR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder inside another, on the same file system; gone afterwards with what was not taken out of it."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as name:
        yield Path(name)


def _place_files(aside: Path, files_dir: Path | None, unpacked: Unpacked) -> None:
    if files_dir is None:
        for name in unpacked.files:
            put_back(name, (aside / name).read_bytes())
        return
    folders = {files_dir}
    for name in unpacked.files:
        target = files_dir / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(aside / name, target)
        folders.add(target.parent)
    for folder in folders:
        _sync(folder)


def _place_sqlite(file: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    for end in ("-wal", "-shm"):
        Path(f"{target}{end}").unlink(missing_ok=True)  # of the empty database that goes
    os.replace(file, target)
    _sync(target.parent)


def _place_postgresql(unpacked: Unpacked) -> int:
    """Restore in one transaction of PostgreSQL's; what then differs from the manifest is taken away again."""
    _drop_our_tables()  # without a row, as was looked; those of a newer version would be in the way of an older backup
    run_tool(
        [
            "pg_restore", "--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner",
            "--no-privileges", f"--dbname={connection.settings_dict['NAME']}", str(unpacked.database),
        ],
        connection.settings_dict,
    )  # fmt: skip
    try:
        return prove(connections[DEFAULT_DB_ALIAS], unpacked.manifest, then="已经撤销，目标数据库又是空的。")
    except Exception:  # whatever a migration of older rows runs into, too
        _drop_our_tables(*unpacked.manifest.tables)
        raise


def _drop_our_tables(*more: str) -> None:
    """Take away the tables that this version makes, and those named."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | MADE_BY_MIGRATING | PASSING
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor)) & (ours | set(more))
        if there:
            cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, sorted(there)))} CASCADE")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def verify_backup(
    source: Path,
    *,
    identity: Path,
    keys: Path | None = None,
    passphrase: Callable[[], str] = lambda: "",
    scratch: dict[str, Any] | None = None,
    progress: Callable[[str], object] = lambda step: None,
) -> Restored:
    """Restore a backup into an empty scratch database, compare it with its manifest, and throw it away.

    A SQLite backup is unpacked into a temporary folder; one of PostgreSQL into a database made for it beside ours, or
    into `scratch` (Django's settings of an empty one). Its files are read and compared, not kept. Raises as restore.
    """
    opens = envelope.identities(identity, passphrase)
    ring, _secret = ring_of(keys, opens) if keys else ("", "")
    if not ring and not has_ring():
        raise NoKeyRing(path=settings.KEYS_FILE)

    def first(manifest: Manifest) -> None:
        manifest.check_version()
        with ring_in_force(ring):
            manifest.check_keys()
        if manifest.vendor != "sqlite" and scratch is None:
            _check_scratch(manifest)

    Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
    with _aside(Path(settings.VAR)) as folder:
        progress("正在解密、核对")
        unpacked = unpack(source, opens, folder, None, first=first)
        progress("正在恢复到临时数据库")
        with _scratch(unpacked, scratch) as aside, ring_in_force(ring):
            entries = prove(aside, unpacked.manifest, then="这份备份不能用。")
    return _restored(unpacked, entries)


def _check_scratch(manifest: Manifest) -> None:
    """Refuse where no database could be made to try it in, before minutes are spent on unpacking."""
    if connection.vendor != "postgresql":
        raise OtherKindOfDatabase(theirs=manifest.vendor, ours=connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        role, may_create = cursor.fetchone()
    if not may_create:
        raise NoScratch(role=role)


@contextmanager
def _scratch(unpacked: Unpacked, scratch: dict[str, Any] | None) -> Iterator[BaseDatabaseWrapper]:
    if unpacked.manifest.vendor == "sqlite":
        with another(sqlite_settings(unpacked.database)) as aside:
            yield aside
        return
    name = f"linli_verify_{uuid4().hex[:10]}"
    if scratch is None:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        with another(scratch or {"NAME": name}) as aside:
            if tables := with_data(aside):
                raise HoldsData(tables="、".join(tables[:SHOWN]))
            run_tool(
                ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                 f"--dbname={aside.settings_dict['NAME']}", str(unpacked.database)],
                aside.settings_dict,
            )  # fmt: skip
            yield aside
    finally:
        if scratch is None:
            with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty_out(folder: Path) -> None:
    """Take away what a restore that was killed has left aside."""
    for left in folder.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
