"""Background tasks: written in the caller's transaction, run by a worker that survives what it runs on.

A task is a function under django_tasks' `@task()`, in its room's tasks.py; `@periodic` above it puts it on the
schedule. Tasks run at least once, so they bear repetition, and their arguments are ids: they are stored in clear.
"""

from linli.core.tasks.rules import MAX_ATTEMPTS, GiveUp
from linli.core.tasks.schedule import periodic

__all__ = ["MAX_ATTEMPTS", "GiveUp", "periodic"]
