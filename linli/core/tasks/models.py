from django.db import models


class WorkerSeen(models.Model):
    """A worker that is alive: its heartbeat."""

    kept_central = "written by many requests, joined with no place-bound table"

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id


class Schedule(models.Model):
    """When a periodic task runs next. One winner moves it on, in the transaction that enqueues the task."""

    kept_central = "written by many requests, joined with no place-bound table"

    name = models.CharField(max_length=80, primary_key=True)
    next_run = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
