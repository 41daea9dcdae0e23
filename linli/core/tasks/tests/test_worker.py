"""Real workers in processes of their own, on a SQLite file: killed, stopped, and with their database taken away."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


class Office:
    """A folder with a database, a file of notes, and workers that come and go."""

    def __init__(self, folder: Path) -> None:
        self.database, self.notes, self.log = folder / "office.sqlite3", folder / "notes", folder / "worker.log"
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "linli.config.settings",
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "LINLI_VAR": str(folder),
            "LINLI_DATABASE_URL": f"sqlite:///{self.database}",
            "LINLI_WORKER_DEAD_AFTER_SECONDS": "1.5",
            "LINLI_LOG_LEVEL": "INFO",
        }
        self.workers: list[subprocess.Popen[str]] = []

    def enqueue(self, *tasks: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "linli.core.tasks.tests.tables"],
            input="\n".join(tasks),
            env=self.environment,
            text=True,
            check=True,
        )

    def start_worker(self) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "linli", "worker", "--interval", "0.05"],
                env=self.environment,
                text=True,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def wait_for(self, line: str) -> list[str]:
        """Return the notes once they hold the line."""
        return self.wait_for_times(line, 1)

    def wait_for_times(self, line: str, times: int) -> list[str]:
        """Return the notes once they hold the line so many times."""
        self._wait_until(lambda: self._lines().count(line) >= times, f"{line!r} in the notes, {times} times")
        return self._lines()

    def wait_for_log(self, words: str) -> None:
        self._wait_until(lambda: words in self.log.read_text(), f"{words!r} in the worker's log")

    def _lines(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    @staticmethod
    def _wait_until(holds: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + 120
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}"
            time.sleep(0.05)

    def rows(self, sql: str) -> list[tuple]:
        with sqlite3.connect(self.database, timeout=20) as database:
            return database.execute(sql).fetchall()


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    for worker in office.workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def test_task_killed_in_the_middle_runs_again(office):
    office.enqueue(f"sleep_on_first_attempt {office.notes}")
    first = office.start_worker()
    office.wait_for("attempt 1")

    first.send_signal(signal.SIGKILL)
    first.wait()
    assert office.rows("SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%sleep%'") == [
        ("RUNNING",)
    ]
    office.start_worker()

    assert office.wait_for("done") == ["attempt 1", "attempt 2", "done"]


def test_failed_task_is_tried_again_and_a_stopped_worker_leaves_in_good_order(office):
    office.enqueue(f"fail_until {office.notes} 2")
    worker = office.start_worker()
    assert office.wait_for("attempt 2") == ["attempt 1", "attempt 2"]

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=60) == 0
    assert "gone in good order" in office.log.read_text()
    assert office.rows("SELECT * FROM core_tasks_workerseen") == []
    assert office.rows("SELECT name FROM core_tasks_schedule WHERE name = 'tasks.prune'") == [("tasks.prune",)]


def test_worker_lives_through_an_outage_of_its_database(office):
    """Its table is gone for a while: what it asks fails as it does when the server is away."""
    office.enqueue(f"lose_the_database {office.notes}", f"leave_note {office.notes} before")
    worker = office.start_worker()
    office.wait_for("before")

    office.rows("ALTER TABLE django_tasks_database_dbtaskresult RENAME TO away")
    office.wait_for_log("tasks.database_away")
    office.rows("ALTER TABLE away RENAME TO django_tasks_database_dbtaskresult")
    office.rows(
        "UPDATE django_tasks_database_dbtaskresult SET status = 'READY', worker_ids = '[]', args_kwargs = "
        f"""'{{"args": ["{office.notes}", "after"], "kwargs": {{}}}}' WHERE task_path LIKE '%leave_note'"""
    )

    office.wait_for("after")
    assert office.wait_for_times("tried", 2).count("tried") == 2
    office.wait_for_log("tasks.database_back")
    assert worker.poll() is None
