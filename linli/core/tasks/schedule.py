"""What runs by itself, and how often: a registry that the rooms' tasks.py fill at start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from django_tasks.base import Task

T = TypeVar("T", bound="Task[..., Any]")


@dataclass(frozen=True)
class Periodic:
    """A task without arguments that runs by itself."""

    name: str
    task: Task[..., Any]
    every: dt.timedelta | None
    at: dt.time | None


_periodic: dict[str, Periodic] = {}


def periodic(name: str, *, every: dt.timedelta | None = None, at: dt.time | None = None) -> Callable[[T], T]:
    """Put a task on the schedule: `every` so often (the first time at once), or each day `at` a time in China.

    Stands above `@task()`. `name` is the key of its row in the database: "room.what_it_does".
    """
    if (every is None) == (at is None):
        raise ValueError(f"{name}: say either every=… or at=…")
    if every is not None and every < dt.timedelta(seconds=1):
        raise ValueError(f"{name}: runs every second at the most")

    def decorate(task: T) -> T:
        known = _periodic.get(name)
        if known is not None and known.task.module_path != task.module_path:
            raise ValueError(f"{name} is already the name of {known.task.module_path}")
        _periodic[name] = Periodic(name, task, every, at)
        return task

    return decorate


def schedule() -> list[Periodic]:
    """Return everything that runs by itself, by name."""
    return [_periodic[name] for name in sorted(_periodic)]
