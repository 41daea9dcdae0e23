from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
R = TypeVar("R")


def prepared(build: Callable[P, models.QuerySet[M, R]]) -> Callable[P, list[R]]:
    """Make a reading whose query Django puts together once a process; called, it returns the rows that are found.

        @prepared
        def _tags(person_id: UUID, county: str) -> QuerySet[Tag]:
            return Tag.everywhere.filter(person_id=person_id, county_code=county).order_by("id")

        _tags(person.pk, person.county_code)  # a list

    build is called with places in the stead of values: it hands them to filter(), for columns that are compared as they are
    (equal, greater, less), and looks at none. A list comes as a list of places (`one_of`), and each length is a
    query of its own. Raises TypeError for a value that is None, which SQL compares otherwise.
    """
    known: dict[tuple[Any, ...], _Reading] = {}

    @wraps(build)
    def read(*args: P.args, **kwargs: P.kwargs) -> list[R]:
        values = [*args, *kwargs.values()]
        shape = (*(len(one) if isinstance(one, list) else None for one in values), *kwargs)
        if (reading := known.get(shape)) is None:
            places = iter(_places(values))
            rows: Any = build(*(next(places) for _ in args), **{name: next(places) for name in kwargs})  # type: ignore[arg-type]
            reading = known[shape] = _Reading(rows)
        return reading.run([part for one in values for part in (one if isinstance(one, list) else [one])])

    return read


def one_of(column: str, values: Iterable[Any]) -> models.Q:
    """Return the condition that a column has one of these values, which `__in` cannot say of places."""
    found = models.Q()
    for value in values:
        found |= models.Q(**{column: value})
    return found if found else models.Q(pk__in=[])


class Place(models.Expression):
    """Where a value will stand in a query: the at-th of those that it is run with."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:  # type: ignore[override]
        return "%s", [self]


def _places(values: list[Any]) -> list[Any]:
    made, at = [], 0
    for one in values:
        many = len(one) if isinstance(one, list) else None
        made.append(Place(at) if many is None else [Place(at + number) for number in range(many)])
        at += 1 if many is None else many
    return made


class _Reading:
    """A query put together: its SQL for each database, and how Django makes rows of what comes back."""

    def __init__(self, rows: models.QuerySet[Any, Any]) -> None:
        self.rows = rows
        self.put_together: dict[str, tuple[SQLCompiler, str, tuple[Any, ...], dict[int, Any]]] = {}

    def run(self, values: list[Any]) -> list[Any]:
        using, query = self.rows.db, self.rows.query
        connection = connections[using]
        if query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("a row is locked inside a transaction")
        if using not in self.put_together:
            compiler = query.get_compiler(using)
            try:
                sql, params = compiler.as_sql()
            except EmptyResultSet:  # one of no values
                return []
            converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
            self.put_together[using] = compiler, sql, params, converters
        compiler, sql, params, converters = self.put_together[using]
        bound = tuple(_bound(values[one.at], connection) if isinstance(one, Place) else one for one in params)
        one_run: Any = copy.copy(compiler)  # many threads read at once, each over its own connection
        one_run.connection = connection
        with _cursor(connection) as cursor:
            cursor.execute(sql, bound)
            came = cursor.fetchall()
        one_run.execute_sql = lambda *_args, **_kwargs: [came]
        one_run.get_converters = lambda _columns: converters
        asked: Any = SimpleNamespace(
            db=using, model=self.rows.model, query=SimpleNamespace(get_compiler=lambda *_args, **_kwargs: one_run),
            _known_related_objects={}, _fields=None,
        )  # fmt: skip
        found: list[Any] = list(self.rows._iterable_class(asked))  # type: ignore[call-overload]
        return found


@contextmanager
def _cursor(connection: BaseDatabaseWrapper) -> Iterator[Any]:
    """Open a cursor whose statements PostgreSQL plans once a connection, where the settings let it keep plans.

    Values are bound by the server then; everything else of the framework's cursor, its checks and its wrappers, stays.
    """
    ours = connection.connection
    if connection.vendor != "postgresql" or ours is None or ours.prepare_threshold is None:
        with connection.cursor() as cursor:
            yield cursor
        return
    from django.db.backends.postgresql.base import ServerBindingCursor  # type: ignore[attr-defined]

    usual, ours.cursor_factory = ours.cursor_factory, ServerBindingCursor
    try:
        cursor = connection.cursor()
    finally:
        ours.cursor_factory = usual
    with cursor:
        yield cursor


def _bound(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as the database takes it: what a field's get_db_prep_value does for the kinds of our columns."""
    match value:
        case None:
            raise TypeError("None is no value for a place: SQL compares it by IS NULL, which is another query")
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case dt.datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case dt.date():
            return connection.ops.adapt_datefield_value(value)
        case bool() | int() | str():
            return value
    raise TypeError(f"{type(value).__name__} is not known to readings that are prepared")
