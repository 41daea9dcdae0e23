"""Events as plain JSON, and back by the types of their fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

T = TypeVar("T")


def to_plain(event: Any) -> dict[str, Any]:
    """Return the fields as JSON values. Raises TypeError for a value that an event must not carry."""
    return {f.name: _plain(getattr(event, f.name), f.name) for f in dataclasses.fields(event)}


def from_plain(kind: type[T], payload: dict[str, Any]) -> T:
    """Return the event. Unknown fields, of a later version, are left out; missing ones take their default.

    Raises TypeError where one without a default is missing, ValueError for a value that its type cannot hold.
    """
    hints = _hints(cast("Any", kind))
    return kind(**{name: _typed(hint, payload[name]) for name, hint in hints.items() if name in payload})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item, name) for item in value]
    raise TypeError(f"{name} is a {type(value).__name__}: events carry ids and plain values")


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _typed(next(a for a in arguments if a is not type(None)), value)
    if origin in (tuple, list, frozenset):
        return origin(_typed(arguments[0], item) for item in value)
    if hint in (dt.datetime, dt.date, dt.time):
        return hint.fromisoformat(value)
    if hint in (UUID, Decimal) or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint(value)
    return value
