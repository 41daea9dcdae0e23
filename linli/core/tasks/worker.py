"""The worker: takes one task after the other, and beats while it does.

What django_tasks_db's worker leaves open is closed here: it comes back after the database was away, tasks of killed
workers run again, failed ones are tried again, and periodic ones are enqueued.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as Loop

from linli.core.calendar import now
from linli.core.tasks import services

logger = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
"""What is raised while the database is away or busy."""


class Worker:
    """Runs tasks until `stop` is called, from a signal handler or another thread. The task under way is finished."""

    def __init__(self, *, interval: float = 1.0) -> None:
        self.interval = interval
        """Seconds between two looks for work."""
        self._stopping = threading.Event()
        self._worker_id = ""
        self._loop: Loop | None = None
        self._database_is_away = False

    def run(self) -> None:
        """Work until stopped. Returns in good order, with the heartbeat taken back."""
        self._take_new_id()
        beats = threading.Thread(target=self._keep_beating, name="linli-heartbeat", daemon=True)
        beats.start()
        while not self._stopping.is_set():
            try:
                services.beat(self._worker_id, now())  # before the first task, or another worker thinks us dead
                self._loop = make_loop(self._worker_id, interval=self.interval)
                if self._stopping.is_set():
                    break
                self._loop.run()
            except AWAY as error:
                self._note_away(error)
                connections.close_all()
                # A task that was under way stays RUNNING under the old id: silent from now on, so that it runs again.
                self._take_new_id()
                self._stopping.wait(1)
        beats.join(timeout=30)
        self._guarded(lambda: services.leave(self._worker_id))
        connections.close_all()

    def stop(self) -> None:
        """Finish the task under way, then leave."""
        self._stopping.set()
        if self._loop is not None:
            self._loop.running = False

    def _take_new_id(self) -> None:
        self._worker_id = get_random_string(32)

    def _keep_beating(self) -> None:
        every = min(5.0, services.dead_after().total_seconds() / 4)
        while not self._stopping.wait(every):
            went_well = [
                self._guarded(lambda: services.beat(self._worker_id, now())),
                self._guarded(lambda: services.sweep(now())),
                self._guarded(lambda: services.tick(now())),
            ]
            if all(went_well) and self._database_is_away:
                self._database_is_away = False
                logger.warning("tasks.database_back")
        connections.close_all()

    def _guarded(self, step: Callable[[], object]) -> bool:
        """Do one step of the heartbeat: whatever happens to it, the next one comes."""
        try:
            close_old_connections()
            step()
        except AWAY as error:
            self._note_away(error)
            connections.close_all()
            return False
        except Exception:
            logger.exception("tasks.beat_failed")
        return True

    def _note_away(self, error: Exception) -> None:
        """Log once that the database has gone, not with every beat that it misses."""
        if not self._database_is_away:
            logger.warning("tasks.database_away: %s", str(error).partition("\n")[0])
        self._database_is_away = True


def make_loop(worker_id: str, *, interval: float, batch: bool = False) -> Loop:
    """Return django_tasks_db's loop over all queues; with batch=True it ends when nothing waits."""
    return Loop(
        queue_names=["*"],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def run_due() -> None:
    """Do once, in this process and thread, what a worker does all the time: for a program that has none beside it."""
    worker_id = get_random_string(32)
    services.beat(worker_id, now())
    try:
        services.sweep(now())
        services.tick(now())
        make_loop(worker_id, interval=0, batch=True).run()
    finally:
        services.leave(worker_id)
