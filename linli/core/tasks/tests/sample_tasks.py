"""Tasks for the tests: they leave a line in a file, so that another process can be watched."""

import time
from pathlib import Path

from django.db import OperationalError
from django_tasks import task

from linli.core.tasks import GiveUp


class NothingToMend(GiveUp):
    pass


def note(path: str, line: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@task()
def leave_note(path: str, line: str = "ran") -> None:
    note(path, line)


@task(takes_context=True)
def sleep_on_first_attempt(context, path: str) -> None:
    note(path, f"attempt {context.attempt}")
    if context.attempt == 1:
        time.sleep(600)
    note(path, "done")


@task(takes_context=True)
def fail_until(context, path: str, succeeds_on: int) -> None:
    note(path, f"attempt {context.attempt}")
    if context.attempt < succeeds_on:
        raise ValueError(f"attempt {context.attempt} fails")


@task()
def give_up() -> None:
    raise NothingToMend("nothing to be mended here")


@task()
def lose_the_database(path: str) -> None:
    """Fail as a task does whose database goes away, the first time."""
    first = not Path(path).exists()
    note(path, "tried")
    if first:
        raise OperationalError("the database system is shutting down")


@task()
def enqueue_another(path: str) -> None:
    leave_note.enqueue(path, "second")
    note(path, "first")
