"""What Prometheus reads: the counters of all processes added up, and the gauges of the rooms."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from linli.core.watch.gauges import Gauge, gauges

logger = logging.getLogger(__name__)
KEPT_SECONDS = 10.0
"""The rooms are asked no oftener than this, however many look."""
DEAD_FOR_SECONDS = 24 * 3600


class Rooms(Collector):
    """The gauges. A room that cannot be asked is left out, and that it was is a number too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[Metric] = []
        self._kept_at = float("-inf")

    def describe(self) -> list[Metric]:
        return []  # or registering would ask the database

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() - self._kept_at > KEPT_SECONDS:
                self._kept, self._kept_at = list(_read_all()), time.monotonic()
            yield from self._kept


def _read_all() -> Iterator[Metric]:
    up = _database_answers()
    yield GaugeMetricFamily("linli_database_up", "Whether the database answers.", float(up))
    yield GaugeMetricFamily(
        "linli_backup_done_timestamp_seconds", "When a backup last went well; 0: never.", _touched("backup.done")
    )
    yield GaugeMetricFamily(
        "linli_backup_followed_timestamp_seconds", "When the database's log was last put away; 0: never.",
        _touched("backup.followed"),
    )  # fmt: skip
    failed = 0
    for one in gauges() if up else ():
        try:
            yield _family(one)
        except DatabaseError:
            logger.exception("watch.gauge_failed", extra={"gauge": one.name})
            failed += 1
    yield GaugeMetricFamily("linli_gauges_failed", "Rooms' numbers that could not be read.", failed)


def _family(one: Gauge) -> Metric:
    family = GaugeMetricFamily(one.name, one.meaning, labels=[one.label] if one.label else None)
    value = one.read()
    if isinstance(value, int | float):
        family.add_metric([], value)
    else:
        for label, number in value.items():
            family.add_metric([label], number)
    return family


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _touched(mark: str) -> float:
    """Return when a mark was last touched that a backup leaves behind (linli-backup.service, `linli backup follow`)."""
    try:
        return (settings.VAR / mark).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def all_metrics() -> CollectorRegistry:
    """Return a registry of everything: this process's own counters where there is no folder for those of several."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        settings.METRICS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        from linli.core.watch.counting import OURS

        registry.register(OURS)  # type: ignore[arg-type]
    registry.register(Rooms())
    return registry


def text(registry: CollectorRegistry) -> bytes:
    """Return the metrics in Prometheus's text format."""
    return bytes(generate_latest(registry))


def tidy(folder: Path) -> int:
    """Remove what processes have left that are gone for a day; return the number of files.

    Not at once: their counts belong to the sums, and a sum that falls looks like a restart.
    """
    removed = 0
    for file in folder.glob("*_*.db"):
        process = file.stem.rsplit("_", 1)[-1]
        old = time.time() - file.stat().st_mtime > DEAD_FOR_SECONDS
        if process.isdigit() and old and not Path(f"/proc/{process}").exists():
            file.unlink(missing_ok=True)
            removed += 1
    return removed
