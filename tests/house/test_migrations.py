"""The migrations make the very tables of the models, on a real database, with a way back."""

import os
import sqlite3
import subprocess
import sys

import pytest

OURS = (
    "casework", "certificates", "catalogue", "facilities", "registry", "accounts", "territory", "web", "core_audit", "core_calendar",
    "core_files", "core_http", "core_messages", "core_tasks",
)  # fmt: skip


@pytest.fixture(scope="module")
def linli(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installation")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "linli", "django", *arguments],
            env={**os.environ, "LINLI_VAR": str(folder), "LINLI_DATABASE_URL": f"sqlite:///{folder}/linli.sqlite3"},
            capture_output=True,
            text=True,
            check=False,
        )

    done = run("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    run.database = folder / "linli.sqlite3"
    return run


def test_no_model_waits_for_a_migration(linli):
    done = linli("makemigrations", "--check", "--dry-run")

    assert done.returncode == 0, done.stdout


def test_the_database_refuses_what_never_changes(linli):
    """R149a, R46b, R25: the log, the register of seal use and published versions, in the tables as they are made."""
    with sqlite3.connect(linli.database) as database:
        triggers = {row[0] for row in database.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")}

    assert {"core_audit_entry", "certificates_sealuse", "catalogue_itemversion"} <= triggers


def test_there_is_a_way_back(linli):
    for app in OURS:
        done = linli("migrate", app, "zero", "--verbosity", "0")
        assert done.returncode == 0, f"{app}: {done.stderr}"
