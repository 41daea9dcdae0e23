"""A copy for figures, as docs/production.md sets it up: two clusters of PostgreSQL, one following the other by streaming."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.test_install import free_port
from tests.house.pages import ROOT

pytestmark = [pytest.mark.any_database, pytest.mark.takes_minutes]
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: float(place.parent.name), default=None)


@dataclass
class Cluster:
    """One of PostgreSQL's clusters, in a folder of a user who is not root: as root its programs refuse to run."""

    data: Path
    port: int

    def run(self, program: str, *arguments: str | Path) -> str:
        done = subprocess.run(self.command(program, *arguments), capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def command(self, program: str, *arguments: str | Path) -> list[str]:
        assert PROGRAMS is not None
        nobody = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        return [*nobody, str(PROGRAMS / program), *map(str, arguments)]

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", f"{self.data}.log", "-o", options, "start")

    def stop(self) -> list[str]:
        return self.command("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def sql(self, statement: str) -> list[str]:
        return self.command("psql", "-XqAt", "-h", "127.0.0.1", "-p", str(self.port), "-U", "owner", "-d", "postgres", "-c", statement)  # fmt: skip

    @property
    def url(self) -> str:
        return f"postgres://linli@127.0.0.1:{self.port}/linli"


@pytest.fixture
def clusters(tmp_path: Path) -> Iterator[tuple[Cluster, Cluster]]:
    if PROGRAMS is None or shutil.which("setpriv") is None:
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    place = Path("/tmp") / f"linli-copy-{os.getpid()}"  # pytest's own folders are open to root alone
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    main, copy = Cluster(place / "main", free_port()), Cluster(place / "copy", free_port())
    try:
        main.run("initdb", "-D", main.data, "-U", "owner", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8")
        main.start()
        for statement in ("create role linli login", "create database linli owner linli"):
            subprocess.run(main.sql(statement), check=True, capture_output=True)
        main.run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", str(main.port), "-U", "owner", "-D", copy.data, "--checkpoint=fast",
            "--wal-method=stream", "--write-recovery-conf",
        )  # fmt: skip
        copy.start()
        yield main, copy
    finally:
        for one in (copy, main):
            subprocess.run(one.stop(), check=False, capture_output=True)
        shutil.rmtree(place)


def test_figures_are_read_from_a_copy_that_streams_and_without_it_when_it_is_gone(
    clusters: tuple[Cluster, Cluster], tmp_path: Path
):
    main, copy = clusters
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "PYTEST_"))} | {
        "LINLI_VAR": str(tmp_path / "var"),
        "LINLI_DEMO": "true",  # the people of the tests have numbers that nobody has
        "LINLI_DATABASE_URL": main.url,
        "LINLI_REPLICA_URL": copy.url,
        "LINLI_NODE_MODULES": str(ROOT / "node_modules"),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
        "PYTHONPATH": str(ROOT),
    }

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    for command in ("migrate", "createcachetable"):
        run("linli", "django", command)
    pause, go_on = (copy.sql(f"select pg_wal_replay_{word}()") for word in ("pause", "resume"))

    done = run("tests.deploy.followed", json.dumps(pause), json.dumps(go_on), json.dumps(copy.stop()))

    assert json.loads(done.stdout.splitlines()[-1]) == {
        "who follows": {"default": False, "replica": True},
        "held back": 1,
        "a list of work": 2,
        "for whoever has just written": 2,
        "caught up": 2,
        "all pages of figures": [200, 200, 200],
        "broken off": 3,
        "away": 3,
    }
    assert re.findall(r"replica\.(?:broke_off|away)", done.stderr) == ["replica.broke_off", "replica.away"]
