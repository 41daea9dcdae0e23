from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[M]) -> list[M]:
    """Write new rows of one table, whose keys the program has made, and return them: as bulk_create, with no signals.

    Raises IntegrityError as save does (inside `together` when the rows are sent); ValueError where the database makes
    the key or a value.
    """
    if rows:
        write(_statement(type(rows[0]), len(rows)), _values(rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return list(rows)


def insert_if_new(row: M) -> bool:
    """Write a row as `insert` does, at once; return False, with nothing written, where a unique constraint forbids it.

    Nothing has to be gone back to then, and no savepoint set. Who writes the same at the same moment waits for the first to end.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_statement(type(row), 1)} ON CONFLICT DO NOTHING", _values([row]))
        if is_new := bool(cursor.rowcount):
            row._state.adding, row._state.db = False, connection.alias
    return is_new


def write(sql: str, values: Sequence[Any]) -> None:
    """Run a statement that changes rows and whose outcome nobody looks at: now, or with others inside `together`."""
    if waiting := _waiting.get():
        waiting.add(sql, values)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


@contextmanager
def together() -> Iterator[None]:
    """Let what is written here wait for the next statement that is not, and for the end, and go there by one round trip.

    Inside a transaction that ends with the block or is undone by what is raised in it. Everything still comes to the
    database in the order of the program; only a refusal of the database (IntegrityError) is raised later, where the rows
    are sent. On SQLite, which is not far, nothing waits.
    """
    if connection.vendor != "postgresql" or _waiting.get() or not connection.in_atomic_block:
        yield
        return
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        with connection.execute_wrapper(waiting):
            yield
            waiting.send()
    finally:
        _waiting.reset(token)


@dataclass
class _Waiting:
    """Statements not sent yet, in their order."""

    said: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    is_sending: bool = False

    def add(self, sql: str, values: Sequence[Any]) -> None:
        self.said.append(sql)
        self.values += values

    def send(self) -> None:
        if not self.said:
            return
        sql, values = "; ".join(self.said), self.values
        self.said, self.values, self.is_sending = [], [], True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
        finally:
            self.is_sending = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """See each statement before it goes: what waits goes first, or not at all where it would be undone at once."""
        if not self.is_sending:
            if sql.startswith("ROLLBACK TO SAVEPOINT"):  # SAVEPOINT has sent what was before it
                self.said, self.values = [], []
            self.send()
        return execute(sql, params, many, context)


_waiting: ContextVar[_Waiting | None] = ContextVar("statements that wait to be sent", default=None)


def _values(rows: Sequence[models.Model]) -> list[Any]:
    fields = _fields(type(rows[0]))
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields]


@cache
def _fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    fields = tuple(model._meta.concrete_fields)
    if isinstance(model._meta.pk, models.AutoField) or any(
        field.generated or (field.has_db_default() and not field.has_default()) for field in fields
    ):
        raise ValueError(f"{model.__name__} has values that the database makes: save it instead")
    return fields


@cache
def _statement(model: type[models.Model], rows: int) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _fields(model))
    places = f"({', '.join(['%s'] * len(_fields(model)))})"
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([places] * rows)}"  # noqa: S608
