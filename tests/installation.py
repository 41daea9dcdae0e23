"""An installation of its own for a test: a tree, an empty database, a folder; driven by the program's own commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from tests.world import create_database, drop_database, fresh_name

ROOT = Path(__file__).parents[1]
CITY = """
import datetime as dt, json
from benchmarks import machine
town = machine.settle()
from linli.core.access import system_actor
from linli.core.audit.models import Entry
from linli.core.files.models import StoredFile
from linli.services.casework.tests import factories
from linli.services.catalogue import queries as catalogue
from linli.services.certificates import services as certificates

town.seals()
case = factories.submitted(town)
made = certificates.issue(
    version=case.item_version, holder_id=case.applicant_id, holder_facts={"name": "柳桂枝"}, by=system_actor("测试"),
    case_number=case.number, community=town.home, department="civil_affairs", facts=[("姓名", "柳桂枝")],
    decided_on=dt.date.today(),
)
print(json.dumps({"number": case.number, "token": made.token, "files": StoredFile.objects.count(), "log": Entry.objects.count()}))
"""
"""Settles a town with one case, its papers and a certificate; prints what there is."""
LOOK = """
import json, sys
import django
django.setup()
from django.test import Client
from linli.core.audit.models import Entry
from linli.core.audit.verification import verify
from linli.core.files import open_file
from linli.core.files.models import StoredFile
from linli.services.casework.models import Case

page = Client(headers={"host": "127.0.0.1"}).get(f"/verify/{sys.argv[1]}/").content.decode()
print(json.dumps({
    "number": Case.everywhere.get().number,
    "is_valid": '<h1 id="verdict">有效</h1>' in page,
    "files": sum(len(open_file(one)) == one.size for one in StoredFile.objects.all()),
    "log": Entry.objects.count(),
    "last": Entry.objects.filter(chain="house").latest("seq").action,
    "is_whole": verify().is_whole,
}))
"""


@dataclass(frozen=True)
class Tree:
    """An unpacked release, run with the libraries of the present one."""

    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "PYTHONPATH": str(self.folder), "LINLI_NODE_MODULES": str(ROOT / "node_modules"), "LINLI_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "linli.config.settings", **more,
        }  # fmt: skip

    def run(self, *arguments: str, **environment: str) -> str:
        """Run Python in it, and return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment(**environment), check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def machine(var: Path) -> Iterator[dict[str, str]]:
    """The settings of a machine of its own, with an empty database of the kind under test."""
    name = fresh_name()
    create_database(name)
    url = f"sqlite:///{name}"
    if connection.vendor != "sqlite":
        url = urlsplit(os.environ["LINLI_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    yield {
        "LINLI_DATABASE_URL": url, "LINLI_VAR": str(var), "LINLI_STATIC_ROOT": str(var / "static"),
        "LINLI_HASHED_STATIC": "false",
    }  # fmt: skip
    drop_database(name)


def back_up(tree: Tree, folder: Path, settings: dict[str, str]) -> None:
    """Make a backup, one of the keys, and the secret key for both."""
    public = tree.run("-m", "linli", "backup", "new-key", str(folder / "identity"), **settings).strip()
    for kind, file in (("make", "city.age"), ("keys", "keys.age")):
        tree.run("-m", "linli", "backup", kind, str(folder / file), "--recipient", public, **settings)


def opened_by(folder: Path) -> tuple[str, ...]:
    return (str(folder / "city.age"), "--identity", str(folder / "identity"), "--keys", str(folder / "keys.age"))
