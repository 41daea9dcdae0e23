"""A backup that follows PostgreSQL: everything deleted, and back at the second before (acceptance 14, by the log).

A cluster of its own (initdb), the program's own commands, each in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import machine
from tests.installation import CITY, LOOK

pytestmark = [
    pytest.mark.takes_minutes,
    pytest.mark.skipif("not os.environ.get('LINLI_DATABASE_URL', '').startswith('postgres')", reason="on PostgreSQL"),
]
ANOTHER = """
import datetime as dt
from types import SimpleNamespace
import django
django.setup()
from linli.core.access import system_actor
from linli.core.files import keep
from linli.ground.territory.models import Division
from linli.services.casework.tests import factories

town = SimpleNamespace(home=Division.objects.get(code="510402002001"))
keep(b"%PDF-1.7 came later", "application/pdf", by=system_actor("测试"))
print(factories.submitted(town, factories.person(town, name="竹青", born=dt.date(1941, 5, 6))).number)
"""
FOLLOWING = """
import django
django.setup()
from linli.core.keeping.checks import following
print([finding.what for finding in following(False)])
"""


@dataclass
class Place:
    """A machine with a cluster, its program's folder, and a folder elsewhere that the backup goes to."""

    folder: Path
    cluster: machine.Postgres
    environment: dict[str, str]

    @property
    def kept(self) -> Path:
        return self.folder / "elsewhere"

    def linli(self, *arguments: str, code: int = 0) -> str:
        return self.python("-m", "linli", *arguments, code=code)

    def python(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def restore(self, *more: str, code: int = 0) -> str:
        return self.linli(
            "restore", str(self.kept), "--data", str(self.cluster.data), "--identity", str(self.folder / "identity"),
            "--keys", str(self.folder / "keys.age"), *more, code=code,
        )  # fmt: skip


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="linli-follow-"))
    folder.chmod(0o755)
    cluster = machine.Postgres(folder / "postgres", wal_level="replica")
    cluster.start()
    try:
        var = folder / "var"
        yield Place(
            folder, cluster,
            os.environ | {
                "LINLI_DATABASE_URL": cluster.create("linli"), "LINLI_VAR": str(var), "LINLI_HASHED_STATIC": "false",
                "LINLI_STATIC_ROOT": str(var / "static"), "LINLI_LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "linli.config.settings",
            },
        )  # fmt: skip
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def lost(place: Place) -> tuple[dict[str, object], str, str]:
    """What there was before a careless hand (and what the doctor said of the following), the moment before it, and the
    case that came after the base.

    Then the disk is gone: cluster, stored files and key ring.
    """
    told = json.loads(place.python("-c", CITY).splitlines()[-1])
    public = place.linli("backup", "new-key", str(place.folder / "identity")).strip()
    place.environment["LINLI_BACKUP_RECIPIENTS"] = public
    place.linli("backup", "keys", str(place.folder / "keys.age"))
    follower = subprocess.Popen(
        [sys.executable, "-m", "linli", "backup", "follow", str(place.kept), "--every", "1"], env=place.environment,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert "基础备份好了" in place.linli("backup", "base", str(place.kept))
        later = place.python("-c", ANOTHER).splitlines()[-1]
        told["doctor"] = [place.python("-c", FOLLOWING).splitlines()[-1]]
        time.sleep(1.1)
        moment = f"{dt.datetime.now().astimezone():%Y-%m-%dT%H:%M:%S}"
        time.sleep(1.1)
        for careless in ("DROP TABLE casework_case CASCADE", "SELECT pg_switch_wal()", "CREATE TABLE afterwards ()"):
            place.cluster._run(
                "psql", "-h", "127.0.0.1", "-p", place.cluster.port, "-U", "linli", "-d", "linli", "-c", careless
            )
    finally:
        follower.terminate()  # it puts away what it has, and ends
        assert follower.wait(timeout=120) == 0
    told["doctor"].append(place.python("-c", FOLLOWING).splitlines()[-1])
    place.cluster.kill()
    shutil.rmtree(place.cluster.data)
    shutil.rmtree(place.environment["LINLI_VAR"])
    return told, moment, later


def test_nothing_readable_lies_in_the_folder(place: Place, lost):
    files = [path for path in place.kept.rglob("*") if path.is_file() and path.suffix != ".jsonl"]

    assert {path.name.partition("-")[0] for path in files if path.parent == place.kept} == {"base", "files"}
    assert [path for path in files if not path.read_bytes().startswith(b"age-encryption.org/v1\n")] == []
    assert not list(place.folder.rglob(".backup-*"))


def test_the_doctor_sees_whether_somebody_follows(place: Place, lost):
    following, stopped = lost[0]["doctor"]

    assert following == "[]"
    assert "没有人在存数据库的日志" in stopped


def test_a_base_says_in_clear_with_which_piece_of_the_log_it_begins(place: Place, lost):
    """What `linli backup prune` goes by: it cannot open a base."""
    (entry,) = map(json.loads, (place.kept / "bases.jsonl").read_text(encoding="ascii").splitlines())

    assert (place.kept / entry["name"]).exists()
    assert (place.kept / "wal" / f"{entry['begins']}.age").exists()


def is_empty(data: Path) -> bool:
    return not data.exists() or not any(data.iterdir())


def test_a_hole_in_the_log_is_refused_and_nothing_stays(place: Place, lost):
    whole = sorted(path for path in (place.kept / "wal").iterdir() if ".partial" not in path.name)
    assert whole[-1] < max((place.kept / "wal").iterdir()), "the piece taken away has one behind it"
    hole = whole[-1].rename(place.folder / "hole")
    try:
        said = place.restore(code=1)
    finally:
        hole.rename(whole[-1])

    assert f"少了 {whole[-1].name.removesuffix('.age')}" in said
    assert is_empty(place.cluster.data)


def test_an_altered_piece_is_refused_and_nothing_stays(place: Place, lost):
    piece = min((place.kept / "wal").iterdir())
    content = piece.read_bytes()
    piece.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    try:
        said = place.restore(code=1)
    finally:
        piece.write_bytes(content)

    assert "不完整或者被改动过" in said
    assert is_empty(place.cluster.data)


def test_a_moment_before_the_first_base_and_one_after_the_log_are_told(place: Place, lost):
    assert "没有能用的基础备份" in place.restore("--until", "2020-01-01T00:00:00", code=1)
    assert "日志到不了要恢复的时刻" in place.restore("--until", "2999-01-01T00:00:00", code=1)
    assert is_empty(place.cluster.data)


def test_the_city_is_back_at_the_second_before(place: Place, lost):
    """R149b: rows and checksums are those of the base, then the log; files, keys, the audit log, a certificate that holds."""
    told, moment, later = lost

    said = place.restore("--until", moment)

    assert re.search(r"base-\S+\.age 那一刻的 \d+ 行，逐表一致", said)
    assert "找不到文件" not in said
    place.cluster.start()
    numbers = place.python("-c", "import django; django.setup()\nfrom linli.services.casework.models import Case\n"
                           "print(*Case.everywhere.order_by('submitted_at').values_list('number', flat=True))").split()  # fmt: skip
    assert numbers == [told["number"], later]
    look = LOOK.replace("Case.everywhere.get().number", "Case.everywhere.earliest('submitted_at').number")
    found = json.loads(place.python("-c", look, str(told["token"])).splitlines()[-1])
    assert (found["number"], found["is_valid"], found["last"], found["is_whole"]) == (
        told["number"], True, "keeping.restored", True,
    )  # fmt: skip
    assert found["files"] > told["files"]  # type: ignore[operator]
    assert "没有" not in place.linli("backup", "base", str(place.folder / "next"))
    with pytest.raises(AssertionError, match="不会覆盖"):
        place.restore()
