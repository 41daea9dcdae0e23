"""The counters of this process. Imported only where metrics are on: prometheus_client decides at its import where they lie.

Each process counts into files of its own below LINLI_METRICS_DIR; `linli metrics` adds them up.
"""

from __future__ import annotations

import os

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Bounds of the latency histograms: a page is good below a quarter of a second and lost after ten."""

if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
    settings.METRICS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

OURS = CollectorRegistry()
REQUESTS = Counter(
    "linli_http_requests", "Requests answered, by view and status.", ["view", "method", "status"], registry=OURS
)
REQUEST_SECONDS = Histogram(
    "linli_http_request_seconds", "Time to the answer, by view.", ["view"], buckets=SECONDS, registry=OURS
)
QUERIES = Counter("linli_database_queries", "Queries that requests made.", ["database", "view"], registry=OURS)
QUERY_SECONDS = Counter(
    "linli_database_seconds", "Time that requests spent in the database.", ["database", "view"], registry=OURS
)
TASKS = Counter("linli_tasks", "Background tasks that ended, by outcome.", ["task", "outcome"], registry=OURS)
TASK_SECONDS = Histogram(
    "linli_task_seconds", "Time that background tasks took.", ["task"], buckets=SECONDS, registry=OURS
)
EVENTS = Counter(
    "linli_events", "What has happened in the house, committed, by event.", ["event", "what"], registry=OURS
)
