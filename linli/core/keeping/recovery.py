"""Recovery to a moment from a folder that `following` has filled: a whole PostgreSQL cluster, proved before it is handed over.

PostgreSQL replays its log twice as far. First to the mark of the base, where it pauses and is compared with what the base
says of itself: rows and checksums of each table, the last link of each audit chain. Then to the moment wanted; there the
audit log is walked from its beginning and has to hold those links. The server runs meanwhile on a socket of its own that
nobody else can reach; what is handed over is a data folder in good order, for the city's own service to start.
"""

# untranslated: told to operators

from __future__ import annotations

import datetime as dt
import glob
import json
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from linli.core import audit
from linli.core.access import Actor
from linli.core.audit.queries import has_link
from linli.core.audit.verification import verify
from linli.core.files import queries as files
from linli.core.files.services import put_back
from linli.core.keeping import envelope
from linli.core.keeping.backup import FILES, MANIFEST
from linli.core.keeping.following import (
    AGE,
    BASE_TAR,
    INDEX,
    MARK,
    PARTIAL,
    PG_MANIFEST,
    STAMP,
    WAL,
    Mark,
    first_piece,
    unpacked_log,
)
from linli.core.keeping.manifest import Manifest, applied
from linli.core.keeping.refusals import (
    ChainBroken,
    Damaged,
    LogIncomplete,
    NoBackup,
    NoBase,
    NotAsRoot,
    NotTheSame,
    OnlyPostgres,
    PlaceTaken,
    ToolFailed,
)
from linli.core.keeping.restore import check_ring, place_ring, ring_in_force, ring_of
from linli.core.keeping.tables import another, differences, holdings, standing_in

GONE = "恢复到一半的数据已经删掉。"
SHOWN = 5
PATIENCE = 6 * 3600
"""Seconds that replaying may take: a week's log of a city is hours."""


@dataclass(frozen=True)
class Recovered:
    """What is there again. until: when the last change was that came back. compared: rows and sums were those of the base.

    missing: stored files that rows name and the folder does not hold.
    """

    data: Path
    base: str
    until: dt.datetime | None
    rows: int
    files: int
    entries: int
    compared: bool
    missing: tuple[str, ...]


def recover(
    folder: Path,
    data: Path,
    *,
    identity: Path,
    by: Actor,
    until: dt.datetime | None = None,
    keys: Path | None = None,
    passphrase: Callable[[], str] = lambda: "",
    progress: Callable[[str], object] = lambda step: None,
) -> Recovered:
    """Bring the cluster in `folder` back into `data`, a new folder, as it was at `until` (without: to the end of its log).

    Its stored files are put into this installation's storage. Raises a KeepingRefused; then `data` is empty again.
    """
    if connection.vendor != "postgresql":
        raise OnlyPostgres
    connection.close()
    opens = envelope.identities(identity, passphrase)
    ring, secret = ring_of(keys, opens) if keys else ("", "")
    check_ring(ring)
    base = _base_for(folder, until)
    if data.exists() and any(data.iterdir()):
        raise PlaceTaken(path=data)
    owner, was_there = _owner_of(data), data.exists()
    with tempfile.TemporaryDirectory(prefix="linli-") as name, ring_in_force(ring):
        aside = Path(name)
        try:
            progress("正在解密、核对基础备份")
            manifest, mark = _unpack_base(base, opens, data)
            progress("正在解密日志")
            pieces = _unpack_log(folder, opens, aside / WAL)
            _check_log(data, pieces, mark)
            server = _Server(data, aside, mark, owner)
            server.prove_base()
            progress("正在重放日志，到基础备份的那一刻")
            with server.running({"recovery_target_lsn": mark.lsn, "recovery_target_inclusive": "off"}) as there:
                server.wait(there, "SELECT pg_get_wal_replay_pause_state() = 'paused'")
                _compare(there, manifest, mark)
            progress("正在重放日志，到要恢复的时刻")
            wanted = {"recovery_target_time": until.isoformat(), "recovery_target_action": "promote"} if until else {}
            with server.running(wanted) as there:
                server.wait(there, "SELECT NOT pg_is_in_recovery()")
                with there.cursor() as cursor:
                    cursor.execute("SELECT pg_last_xact_replay_timestamp()")
                    last = cursor.fetchone()[0]
                with standing_in(there):
                    entries = _walk(manifest) if manifest.is_of_now else 0
                    progress("正在放回文件")
                    placed, missing = _place_files(folder, opens)
                    if manifest.is_of_now:
                        with transaction.atomic():
                            audit.record(
                                by,
                                "keeping.restored",
                                made_at=(until or last or manifest.made_at).isoformat(),
                                files=placed,
                            )
                rows = sum(held.rows for held in manifest.tables.values())
        except BaseException:
            _take_away(data, was_there)
            raise
    if ring:
        place_ring(ring, secret)
    return Recovered(data, base.name, last, rows, placed, entries, mark.is_exact, missing)


def _base_for(folder: Path, until: dt.datetime | None) -> Path:
    """Return the latest base that was there at the moment wanted."""
    bases = {}
    for path in folder.glob(f"base-*{AGE}"):
        stamp = path.name.removeprefix("base-").removesuffix(AGE)
        bases[dt.datetime.strptime(stamp, STAMP).replace(tzinfo=dt.UTC)] = path
    fitting = [moment for moment in bases if until is None or moment <= until]
    if not fitting:
        earliest = f"，最早的是 {min(bases).astimezone():%Y-%m-%d %H:%M:%S}" if bases else ""
        raise NoBase(folder=folder, what=earliest)
    return bases[max(fitting)]


def _owner_of(data: Path) -> int | None:
    """Return whose the cluster is to be where we are root, which PostgreSQL refuses to run as: the owner of its place."""
    if os.getuid():
        return None
    place = data if data.exists() else data.parent
    owner = place.stat().st_uid
    if owner == 0:
        raise NotAsRoot(path=place)
    return owner


def _unpack_base(base: Path, opens: Sequence[Any], data: Path) -> tuple[Manifest, Mark]:
    """Unpack a base into `data`. Raises NoBackup, WrongKey, Damaged, FromNewerVersion, OtherKeyRing."""
    data.mkdir(exist_ok=True, mode=0o700)
    data.chmod(0o700)
    manifest: Manifest | None = None
    mark: Mark | None = None
    is_there = False
    try:
        with envelope.opened(base, list(opens)) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None:
                    raise NoBackup(path=base, what=f"里面有不认识的 {entry.name}")
                if entry.name == MANIFEST:
                    manifest = Manifest.read(content.read().decode(), base)
                    manifest.check_version()
                    manifest.check_keys()
                elif entry.name == MARK:
                    mark = Mark(**json.loads(content.read()))
                elif entry.name == PG_MANIFEST:
                    (data / PG_MANIFEST).write_bytes(content.read())
                elif entry.name == BASE_TAR:
                    with tarfile.open(fileobj=content, mode="r|") as cluster:
                        cluster.extractall(data, filter="data")
                    is_there = True
    except tarfile.TarError as error:
        raise NoBackup(path=base, what="里面不是归档") from error
    if manifest is None or mark is None or not is_there:
        raise Damaged(path=base, what="里面缺了一部分")
    return manifest, mark


def _unpack_log(folder: Path, opens: Sequence[Any], target: Path) -> list[str]:
    """Unpack every piece of the log; return their names in order. Raises WrongKey, Damaged."""
    target.mkdir(mode=0o700)
    for file in sorted((folder / WAL).glob(f"*{AGE}"), reverse=True):  # a whole piece after its part, which it replaces
        if not file.name.startswith("."):
            (target / file.name.removesuffix(AGE).removesuffix(PARTIAL)).write_bytes(unpacked_log(file, opens))
    return sorted(piece.name for piece in target.iterdir())


def _check_log(data: Path, pieces: list[str], mark: Mark) -> None:
    """Refuse a log with a hole: PostgreSQL would take it for the end. Raises LogIncomplete."""
    first = first_piece((data / "backup_label").read_text(encoding="ascii", errors="replace"))
    here = {piece for piece in pieces if len(piece) == 24} | {
        piece.name for piece in (data / "pg_wal").iterdir() if len(piece.name) == 24
    }
    a_round = (1 << 32) // int(mark.server["wal_segment_size"])
    numbers = {int(name[8:16], 16) * a_round + int(name[16:], 16) for name in here if name >= first}
    begin = int(first[8:16], 16) * a_round + int(first[16:], 16)
    if lost := sorted(set(range(begin, max(numbers, default=begin) + 1)) - numbers):
        names = "、".join(f"{first[:8]}{n // a_round:08X}{n % a_round:08X}" for n in lost[:SHOWN])
        raise LogIncomplete(what=f"少了 {names} 等 {len(lost)} 段")


class _Server:
    """PostgreSQL on the recovered data, on a socket in a folder that only its owner enters."""

    def __init__(self, data: Path, aside: Path, mark: Mark, owner: int | None) -> None:
        self.data, self.aside, self.mark, self.owner = data, aside, mark, owner
        self.log = aside / "log"
        self.process: subprocess.Popen[bytes] | None = None
        (aside / "postgresql.conf").write_text("", encoding="ascii")
        (aside / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
        self.log.touch()
        for place in (data, aside):
            for path in (place, *place.rglob("*")):
                if owner is not None:
                    os.chown(path, owner, pwd.getpwuid(owner).pw_gid, follow_symlinks=False)

    def prove_base(self) -> None:
        """Compare each file of the base with the list that the server made of them. Raises ToolFailed."""
        done = subprocess.run(
            [_program("pg_verifybackup"), "--no-parse-wal", "--exit-on-error", str(self.data)], capture_output=True,
            text=True, check=False, user=self.owner, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise ToolFailed(tool="pg_verifybackup", what=f"{done.stderr.strip()[-600:]}。{GONE}")
        (self.data / PG_MANIFEST).unlink()

    @contextmanager
    def running(self, target: dict[str, str]) -> Iterator[BaseDatabaseWrapper]:
        """Replay towards a target; yield a connection."""
        (self.data / "recovery.signal").touch()
        self._own(self.data / "recovery.signal")
        settled = {
            **{name: value for name, value in self.mark.server.items() if name != "wal_segment_size"},
            "config_file": str(self.aside / "postgresql.conf"), "hba_file": str(self.aside / "pg_hba.conf"),
            "listen_addresses": "", "unix_socket_directories": str(self.aside), "unix_socket_permissions": "0700",
            "port": "5432", "hot_standby": "on", "archive_mode": "off", "shared_preload_libraries": "", "ssl": "off",
            "logging_collector": "off", "log_destination": "stderr", "log_min_messages": "log",
            "restore_command": f"cp {shlex.quote(str(self.aside / WAL)).replace('%', '%%')}/%f %p", **target,
        }  # fmt: skip
        options = [text for name, value in settled.items() for text in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [_program("postgres"), "-D", str(self.data), *options], stdout=log, stderr=log, user=self.owner, cwd="/",
                start_new_session=True,
            )  # fmt: skip
        try:
            with another(
                {"HOST": str(self.aside), "PORT": "5432", "NAME": self.mark.database, "PASSWORD": ""}
            ) as there:
                yield there
        finally:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def wait(self, there: BaseDatabaseWrapper, asked: str) -> None:
        """Wait until a question is answered with yes. Raises LogIncomplete where the server gave up."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                with there.cursor() as cursor:
                    cursor.execute(asked)
                    if cursor.fetchone()[0]:
                        return
            except DatabaseError:  # not up yet
                there.close()
            time.sleep(0.1)
        fatal = [
            line for line in self.log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line
        ]
        fatal = [line for line in fatal if "starting up" not in line and "not yet accepting" not in line]
        raise LogIncomplete(what=(fatal or ["PostgreSQL 没有起来"])[-1])

    def _own(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner, pwd.getpwuid(self.owner).pw_gid)


def _program(name: str) -> str:
    """Return a program of PostgreSQL's server; Debian keeps them out of the way."""
    found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), "")
    if not found:
        raise ToolFailed(
            tool=name, what="这台机器上没有 PostgreSQL 的服务器程序，请安装和备份同一大版本的 postgresql。"
        )
    return found


def _compare(there: BaseDatabaseWrapper, manifest: Manifest, mark: Mark) -> None:
    """Compare what was replayed up to the mark with what the base says. Raises NotTheSame."""
    if not mark.is_exact:
        return
    with transaction.atomic(using=there.alias):
        wrong = differences(manifest.tables, holdings(there))
        if applied(there) != manifest.migrations:
            wrong.append("迁移记录不同")
    if wrong:
        raise NotTheSame(what="；".join(wrong[:SHOWN]), then=GONE)


def _walk(manifest: Manifest) -> int:
    """Walk the log from its beginning: it has to hold what the base saw last. Raises NotTheSame, ChainBroken."""
    for chain, (seq, digest) in manifest.chains.items():
        if not has_link(chain, seq, digest):
            raise NotTheSame(what=f"审计链 {chain} 里没有第 {seq} 条", then=GONE)
    report = verify()
    if not report.is_whole:
        raise ChainBroken(what="；".join(map(str, report.broken[:SHOWN])), then=GONE)
    return report.entries


def _place_files(folder: Path, opens: Sequence[Any]) -> tuple[int, tuple[str, ...]]:
    """Put back the files that rows name. Returns how many there are now, and which are nowhere.

    A file that was sealed again after it was put away is kept under the name that its row knows now: what is sealed
    says itself which key opens it.
    """
    kept = (
        [json.loads(line) for line in (folder / INDEX).read_text(encoding="ascii").splitlines()]
        if (folder / INDEX).exists()
        else []
    )
    by_name, by_id = {one["name"] for one in kept}, {one["id"]: one["name"] for one in kept}
    named = list(files.names())
    wanted = {}
    for file_id, name in named:
        if files.is_there(name):
            continue
        if name in by_name:
            wanted[name] = name
        elif str(file_id) in by_id:
            wanted[by_id[str(file_id)]] = name
    for archive in sorted(folder.glob(f"files-*{AGE}")):
        with envelope.opened(archive, list(opens)) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                name = wanted.get(entry.name.removeprefix(FILES), "")
                content = tar.extractfile(entry)
                if name and content is not None:
                    put_back(name, content.read())
    missing = tuple(name for _file_id, name in named if not files.is_there(name))
    return len(named) - len(missing), missing


def _take_away(data: Path, was_there: bool) -> None:
    for path in data.iterdir() if data.exists() else ():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    if data.exists() and not was_there:
        data.rmdir()
