"""Whether this installation can do its work: the database, its tables, the files, a worker."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from linli.core.calendar import now
from linli.core.tasks import queries as tasks

KEPT_SECONDS = 3.0
"""An answer is good for so long: whoever asks without end costs nothing."""


class NotReady(Exception):  # noqa: N818 (an answer, not a bug)
    """What is wrong, in a word or two for whoever looks after the machine."""


def _database() -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(pending)} pending: run `linli prepare`")


def _files() -> None:
    """The store answers; a folder can be written to (one that is not there yet, made)."""
    default_storage.exists("readiness")
    if isinstance(default_storage, FileSystemStorage):
        folder = Path(default_storage.base_location)
        while not folder.exists():
            folder = folder.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise NotReady(f"cannot write to {folder}")


def _worker() -> None:
    if not any(worker.is_alive for worker in tasks.workers(now())):
        raise NotReady("no worker was seen lately")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "files": _files,
    "worker": _worker,
}
_lock = threading.Lock()
_kept: tuple[float, dict[str, str]] | None = None


def findings() -> dict[str, str]:
    """Return "ok" or what is wrong, by check. Without a database the checks that need it say "unknown"."""
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        if name in ("migrations", "worker") and found["database"] != "ok":
            found[name] = "unknown"
            continue
        try:
            check()
        except NotReady as wrong:
            found[name] = str(wrong)
        except DatabaseError:
            found[name] = "does not answer"
        except Exception as error:  # a store says in its own words that it is away
            found[name] = type(error).__name__
        else:
            found[name] = "ok"
    return found


def kept_findings() -> dict[str, str]:
    """Return the findings, not older than KEPT_SECONDS."""
    global _kept
    with _lock:
        if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
            _kept = (time.monotonic(), findings())
        return _kept[1]


def forget() -> None:
    """Ask anew the next time: for tests."""
    global _kept
    _kept = None


def is_ready(found: dict[str, str]) -> bool:
    return all(finding == "ok" for finding in found.values())
