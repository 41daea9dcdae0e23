"""The migrations make the very tables of the models, on a real database, with a way back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.world import create_database, drop_database, fresh_name

Run = Callable[..., subprocess.CompletedProcess[str]]

TRIGGERS = {
    "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT DISTINCT event_object_table FROM information_schema.triggers",
}
BACK = """
from django.apps import apps
from django.core.management import call_command
from django.db import connection
ours = [app for app in apps.get_app_configs() if app.module.__name__.startswith("linli.")]
for app in ours:
    if (__import__("pathlib").Path(app.path) / "migrations").is_dir():
        call_command("migrate", app.label, "zero", verbosity=0)
left = set(connection.introspection.table_names()) & {model._meta.db_table for app in ours for model in app.get_models()}
print(sorted(left))
"""


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """An empty database of the kind under test."""
    name = fresh_name()
    with django_db_blocker.unblock():
        create_database(name)
        yield name
        drop_database(name)


@pytest.fixture(scope="module")
def linli(database: str, tmp_path_factory) -> Run:
    """Run one of Django's commands on that database; it has been migrated."""
    url = f"sqlite:///{database}"
    if connection.vendor != "sqlite":
        url = urlsplit(os.environ["LINLI_DATABASE_URL"])._replace(path=f"/{database}").geturl()
    environment = {**os.environ, "LINLI_VAR": str(tmp_path_factory.mktemp("installation")), "LINLI_DATABASE_URL": url}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "linli", "django", *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = run("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return run


def test_no_model_waits_for_a_migration(linli: Run):
    done = linli("makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


def test_the_database_refuses_what_never_changes(linli: Run, database: str, django_db_blocker):
    """R149a, R46b, R25: the log, the register of seal use and published versions, in the tables as they are made."""
    done = linli("shell", "--verbosity", "0", "--command", _printing(TRIGGERS[connection.vendor]))

    assert {"core_audit_entry", "certificates_sealuse", "catalogue_itemversion"} <= set(done.stdout.split()), (
        done.stderr
    )


def _printing(statement: str) -> str:
    return (
        "from django.db import connection\n"
        f"with connection.cursor() as cursor:\n    cursor.execute({statement!r})\n"
        "    print(*[row[0] for row in cursor.fetchall()])"
    )


def test_there_is_a_way_back(linli: Run):
    done = linli("shell", "--verbosity", "0", "--command", BACK)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
