from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[M]) -> list[M]:
    """Write new rows of one table, whose keys the program has made, and return them: as bulk_create, with no signals.

    Raises IntegrityError as save does; ValueError where the database makes the key or a value.
    """
    if not rows:
        return []
    fields = _fields(type(rows[0]))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return list(rows)


@cache
def _fields(model: type[models.Model]) -> tuple[models.Field[object, object], ...]:
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
