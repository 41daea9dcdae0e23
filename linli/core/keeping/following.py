"""A backup that follows the database, by PostgreSQL's own means: a base, and its write-ahead log as it is written.

A folder takes both, encrypted as every backup is:

    base-20261125T031500Z.age     pg_basebackup of the whole cluster, and what the database held at a moment after it
    wal/0000000100…04.age         a segment of the log; …05.partial.age is the one being written, replaced as it grows
    files-20261125T031542Z.age    stored files that no earlier file of this kind holds
    bases.jsonl, index.jsonl      in clear: with which piece of the log each base begins; which stored files are there

Files are put away after a piece of the log was read and before that piece appears in the folder. A stored file is
written before its row is committed; so whatever row the folder's log brings back, its file is in the folder too.
"""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Any, cast

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from linli.core import audit
from linli.core.access import Actor
from linli.core.calendar import now
from linli.core.files import queries as files
from linli.core.keeping import envelope
from linli.core.keeping.backup import FILES, MANIFEST, add, new_file, working_folder
from linli.core.keeping.manifest import Manifest, applied, chain_heads, program_version, proofs
from linli.core.keeping.refusals import OnlyPostgres, ToolFailed
from linli.core.keeping.snapshots import run_tool, tool_environment
from linli.core.keeping.tables import another, holdings, standing_in

SLOT = "linli_backup"
FOLLOWED = "backup.followed"
"""File under LINLI_VAR whose time says when the log was last put away whole, or nothing was new while it came in."""
WAL, PARTIAL, AGE = "wal", ".partial", ".age"
BASE_TAR, PG_MANIFEST, MARK = "base.tar", "backup_manifest", "mark.json"
INDEX, BASES = "index.jsonl", "bases.jsonl"
STAMP = "%Y%m%dT%H%M%SZ"
QUIET_WITHIN = 60.0
"""Seconds in which a moment is looked for at which nobody is writing."""
STANDBY_NEEDS = (
    "max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction",
    "wal_segment_size",
)  # fmt: skip
"""Settings that a server which replays this log must not have lower than the one that wrote it; and how long its pieces are."""


@dataclass(frozen=True)
class Mark:
    """A place in the log at which the database held what the manifest says. is_exact: nobody was writing just then."""

    lsn: str
    is_exact: bool
    database: str
    server: dict[str, str]


@dataclass(frozen=True)
class Based:
    path: Path
    bytes: int
    rows: int
    files: int
    is_exact: bool


def take_base(
    folder: Path,
    *,
    by: Actor,
    recipients: Sequence[str] = (),
    progress: Callable[[str], object] = lambda step: None,
) -> Based:
    """Put a base backup of the whole cluster into `folder`, while people work.

    Raises OnlyPostgres, NobodyToSealFor, BadRecipient, TargetExists, ToolFailed.
    """
    _check_postgres()
    to = envelope.recipients(recipients or settings.BACKUP_RECIPIENTS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_slot()
    with working_folder() as aside:
        progress("正在取整个数据库集群")
        run_tool(
            ["pg_basebackup", f"--pgdata={aside}", "--format=tar", "--wal-method=fetch", "--checkpoint=fast",
             "--manifest-checksums=SHA256", "--no-password"],
            connection.settings_dict,
        )  # fmt: skip
        if len(list(aside.glob("*.tar"))) > 1:
            raise ToolFailed(tool="pg_basebackup", what="这个集群有自己的表空间，还不能这样备份。")
        progress("正在清点")
        manifest, mark = _marked()
        progress("正在加密写出")
        path = folder / f"base-{manifest.made_at.astimezone(dt.UTC):{STAMP}}{AGE}"
        with (
            new_file(path) as file,
            envelope.sealed(file, to) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            add(tar, MANIFEST, manifest.as_text().encode())
            add(tar, MARK, json.dumps(asdict(mark)).encode())
            add(tar, PG_MANIFEST, (aside / PG_MANIFEST).read_bytes())
            tar.add(aside / BASE_TAR, arcname=BASE_TAR)
        _append(folder / BASES, [{"name": path.name, "begins": first_piece(_label(aside / BASE_TAR))}])
    rows = sum(held.rows for held in manifest.tables.values())
    put_away = put_files_away(folder, to, everything=True)
    with transaction.atomic():  # and so the log goes on behind the mark: a target with nothing behind it is not reached
        audit.record(by, "keeping.backed_up", rows=rows, files=put_away, bytes=path.stat().st_size, missing=0)
    return Based(path, path.stat().st_size, rows, put_away, mark.is_exact)


def _label(base: Path) -> str:
    with tarfile.open(base) as tar:
        return cast("IO[bytes]", tar.extractfile("backup_label")).read().decode("ascii", errors="replace")


def first_piece(backup_label: str) -> str:
    """Return the name of the first piece of the log that a base needs."""
    return backup_label.partition("(file ")[2][:24]


def _append(index: Path, entries: Sequence[dict[str, str]]) -> None:
    with index.open("a", encoding="ascii") as lines:
        lines.writelines(json.dumps(entry) + "\n" for entry in entries)
        lines.flush()
        os.fsync(lines.fileno())


def _marked() -> tuple[Manifest, Mark]:
    """Return what the database holds, and the place in its log at which it does."""
    until = time.monotonic() + QUIET_WITHIN
    while True:
        with another({}) as aside, aside.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            before = cursor.fetchone()[0]
            with transaction.atomic(using=aside.alias):
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                # The snapshot is taken before the rest is asked. Nobody had a transaction open that writes, and the log
                # did not grow: what this snapshot sees is what the log up to here brings back.
                cursor.execute(
                    "SELECT pg_current_wal_insert_lsn(), (SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()))"
                )
                after, writing = cursor.fetchone()
                is_exact = before == after and not writing
                if not is_exact and time.monotonic() < until:
                    time.sleep(0.05)
                    continue
                cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(STANDBY_NEEDS)])
                server = dict(cursor.fetchall())
                with standing_in(aside):
                    chains = chain_heads()
                manifest = Manifest(
                    version=program_version(),
                    made_at=now(),
                    vendor=aside.vendor,
                    migrations=applied(aside),
                    tables=holdings(aside),
                    chains=chains,
                    proofs=proofs(),
                )
                return manifest, Mark(after, is_exact, aside.settings_dict["NAME"], server)


def follow(
    folder: Path,
    *,
    recipients: Sequence[str] = (),
    every: float = 30,
    rounds: int = 0,
    told: Callable[[str], object] = lambda line: None,
) -> None:
    """Take over the log as it is written, until SIGTERM or SIGINT; what came meanwhile is put away each `every` seconds.

    Asked to stop, it takes over what the server has written by then. rounds: end by itself after so many. What could
    not be put away waits on the server (slot linli_backup) or in the working folder, and is put away next time. Raises OnlyPostgres, NobodyToSealFor, BadRecipient, ToolFailed.
    """
    _check_postgres()
    to = envelope.recipients(recipients or settings.BACKUP_RECIPIENTS)
    (folder / WAL).mkdir(parents=True, exist_ok=True, mode=0o700)
    stream = Path(settings.VAR) / ".wal"
    stream.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_slot()
    connection.close()
    with _asked_to_stop() as is_over, _receiving(stream) as receiver:
        done = 0
        while True:
            until = time.monotonic() + every
            while time.monotonic() < until and not is_over() and receiver.poll() is None:
                time.sleep(0.1)
            is_last = is_over()  # asked once: whoever is told to stop while putting away goes round once more
            if is_last and receiver.poll() is None:
                receiver.send_signal(signal.SIGINT)  # it writes out what it has
                receiver.wait()
                _catch_up(stream)
            sent = put_log_away(folder, stream, to)
            if is_last or receiver.poll() is None:
                (Path(settings.VAR) / FOLLOWED).touch()
            done += 1
            if sent:
                told(f"{now().astimezone():%H:%M:%S} {sent}")
            if is_last or done == rounds:
                return
            if receiver.poll() is not None and not is_over():
                said = receiver.stderr.read() if receiver.stderr else ""
                raise ToolFailed(tool="pg_receivewal", what=said.strip()[-600:])


def put_log_away(folder: Path, stream: Path, to: list[Any]) -> int:
    """Seal the pieces of the log that are new, after the files that they may name. Returns how many pieces."""
    pieces = []
    for file in sorted(stream.iterdir()):
        try:
            content = b"" if file.name.startswith(".") else file.read_bytes()
        except FileNotFoundError:  # it was full just now, and has its whole name
            continue
        digest = hashlib.sha256(content).hexdigest()
        seen = stream / f".{file.name}.sum"
        if not file.name.startswith(".") and not (seen.exists() and seen.read_text() == digest):
            pieces.append((file, content, digest))
    if not pieces:
        return 0
    put_files_away(folder, to)
    for file, content, digest in pieces:
        name = folder / WAL / f"{file.name}{AGE}"
        part = name.with_name(f".{name.name}.part")
        with part.open("wb") as target:
            with (
                envelope.sealed(target, to) as sealed,
                gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=1) as packed,
            ):
                packed.write(content)
            target.flush()
            os.fsync(target.fileno())
        os.replace(part, name)
        if file.suffix == PARTIAL:
            (stream / f".{file.name}.sum").write_text(digest)
        else:
            (folder / WAL / f"{file.name}{PARTIAL}{AGE}").unlink(missing_ok=True)
            (stream / f".{file.name}{PARTIAL}.sum").unlink(missing_ok=True)
            file.unlink()
    return len(pieces)


def put_files_away(folder: Path, to: list[Any], *, everything: bool = False) -> int:
    """Seal into one file what the folder does not hold yet. everything: ask after each row, not only the latest."""
    index = folder / INDEX
    lines = index.read_text(encoding="ascii").splitlines() if index.exists() else []
    there = {json.loads(line)["name"] for line in lines}
    since = None if everything or not lines else now() - dt.timedelta(hours=1)
    fresh = [(file_id, name) for file_id, name in files.names(since=since) if name not in there]
    if not fresh:
        return 0
    told = []
    path = folder / f"files-{now().astimezone(dt.UTC):%Y%m%dT%H%M%S%fZ}{AGE}"
    with (
        new_file(path) as file,
        envelope.sealed(file, to) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for file_id, name in fresh:
            try:
                content = files.sealed_content(name)
            except FileNotFoundError:  # sealed again since: its new name is found next time
                continue
            add(tar, FILES + name, content)
            told.append({"id": str(file_id), "name": name, "sha256": hashlib.sha256(content).hexdigest()})
        add(tar, INDEX, "".join(json.dumps(entry) + "\n" for entry in told).encode())
    _append(index, told)
    return len(told)


def _check_postgres() -> None:
    if connection.vendor != "postgresql":
        raise OnlyPostgres


def _make_slot() -> None:
    """Have the server keep what has not been taken over. The role needs the attribute REPLICATION."""
    run_tool(
        ["pg_receivewal", "--create-slot", "--if-not-exists", f"--slot={SLOT}", "--no-password"],
        connection.settings_dict,
    )


@dataclass(frozen=True)
class Followed:
    """How far the log has been taken over. at: when it was last put away, by this machine; None: never, or elsewhere."""

    at: dt.datetime | None
    is_connected: bool
    waiting_bytes: int


def followed() -> Followed | None:
    """Say how far the log has been taken over; None where nobody has ever begun to follow it."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT active, coalesce(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
            " ELSE pg_current_wal_flush_lsn() END, restart_lsn), 0)::bigint FROM pg_replication_slots WHERE slot_name = %s",
            [SLOT],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    mark = Path(settings.VAR) / FOLLOWED
    at = dt.datetime.fromtimestamp(mark.stat().st_mtime, dt.UTC) if mark.exists() else None
    return Followed(at, *row)


def _receive(stream: Path) -> list[str]:
    return ["pg_receivewal", f"--directory={stream}", f"--slot={SLOT}", "--no-password", "--status-interval=5"]


@contextmanager
def _receiving(stream: Path) -> Iterator[subprocess.Popen[str]]:
    receiver = subprocess.Popen(
        _receive(stream), env=os.environ | tool_environment(connection.settings_dict), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield receiver
    finally:
        if receiver.poll() is None:
            receiver.terminate()
            receiver.wait()


def _catch_up(stream: Path) -> None:
    """Take over what the server has written so far; where it does not answer, what there is has to do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_flush_lsn() - 1")  # the end is past once one byte more is there
            end = cursor.fetchone()[0]
    except DatabaseError:
        return
    finally:
        connection.close()
    for _attempt in range(20):  # the server may take the slot for busy a moment longer
        try:
            run_tool([*_receive(stream), "--no-loop", f"--endpos={end}"], connection.settings_dict)
        except ToolFailed:
            time.sleep(0.5)
        else:
            return


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def unpacked_log(file: Path, keys: Sequence[Any]) -> bytes:
    """Return a piece of the log. Raises NoBackup, WrongKey, Damaged."""
    with envelope.opened(file, list(keys)) as stream:
        content = stream.read()
    return gzip.GzipFile(fileobj=io.BytesIO(content)).read()
