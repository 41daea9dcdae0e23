"""Long work in short transactions, so that a server beside it gets to write, and a stop costs half a second of work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

STRIDE = 0.4
"""Seconds of work in one transaction."""
REST = 0.12
"""Seconds between two: SQLite's writers who wait look again every tenth of a second at the latest."""

Step = Callable[[], object]


def in_strides(steps: Iterator[Step], *, keep: Step, gently: bool) -> None:
    """Do every step, several in a transaction; keep() writes into the same transaction how far it has come.

    Steps are asked for inside the transaction too. gently: rest between two strides.
    """
    on_the_way = True
    while on_the_way:
        with transaction.atomic():
            until = time.monotonic() + STRIDE
            while time.monotonic() < until:
                step = next(steps, None)
                if step is None:
                    on_the_way = False
                    break
                step()
            keep()
        if gently and on_the_way:
            time.sleep(REST)


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Let SQLite commit without waiting for the disk: a power cut takes the last strides back, whole, and no more.

    In WAL mode the database stays consistent so. The first commit afterwards waits for everything before it.
    """
    if connection.vendor != "sqlite":
        yield
        return
    _set_synchronous("NORMAL")
    try:
        yield
    finally:
        _set_synchronous("FULL")


def _set_synchronous(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={mode}")
