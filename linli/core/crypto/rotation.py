"""Changing keys: everything sealed is sealed again with the active key, its blind indexes with it.

Rooms register their sealed columns once, in their AppConfig.ready. A value says which key made it: what is done is
left out the next time, so that a run can be stopped and started again, and run beside the daily work.
"""

# untranslated: the terminal is spoken to in both languages at once

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.db.models import Q

from linli.core.crypto.fields import BrokenSeal, blind, seal, unseal
from linli.core.crypto.keyring import has_ring, keyring

BATCH = 200


class KeyRingLost(ImproperlyConfigured):
    """What is sealed was sealed with a ring that is not here."""


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed texts. index_value makes of the row and its text what the blind index stands for."""

    model_label: str
    column: str
    where: str
    index_column: str | None = None
    purpose: str | None = None
    index_value: Callable[[Any, str], str] | None = None

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_label)


@dataclass(frozen=True)
class SealedThings:
    """Sealed contents that are no column (files): rows tells which are not under a key, reseal does one of them."""

    name: str
    rows: Callable[[], models.QuerySet[Any]]
    key_column: str
    reseal: Callable[[Any], None]


@dataclass
class Rotation:
    """What a run did. broken: "app.Model.column pk" of the values that do not open; they stay as they are."""

    resealed: int = 0
    broken: list[str] = field(default_factory=list)


_columns: dict[tuple[str, str], SealedColumn] = {}
_things: dict[str, SealedThings] = {}


def register_sealed(
    model_label: str,
    column: str,
    where: str,
    index_column: str | None = None,
    purpose: str | None = None,
    index_value: Callable[[Any, str], str] | None = None,
) -> None:
    """Register a column whose texts are sealed with `where` and the row's primary key.

    index_column and purpose: its blind index; index_value(row, text) where that stands for more than the text itself.
    """
    if (index_column is None) != (purpose is None):
        raise ValueError(f"{model_label}.{column}: a blind index has a column and a purpose")
    _columns[model_label, column] = SealedColumn(model_label, column, where, index_column, purpose, index_value)


def register_sealed_things(
    name: str, rows: Callable[[], models.QuerySet[Any]], key_column: str, reseal: Callable[[Any], None]
) -> None:
    """Register contents kept elsewhere than in a column; key_column names the key that each is sealed with."""
    _things[name] = SealedThings(name, rows, key_column, reseal)


def sealed_columns() -> list[SealedColumn]:
    return [_columns[key] for key in sorted(_columns)]


def begin_ring() -> None:
    """Make the key ring of a new installation; where there is one, do nothing.

    Raises KeyRingLost where there is none although something is sealed: with another, all of that would seem broken,
    and what is sealed from now on would not open once the first has come back.
    """
    if has_ring():
        return
    if _is_anything_sealed():
        raise KeyRingLost(
            f"钥匙串不见了，而数据库里有用它加密的内容：请把另存的那一份放回 {settings.KEYS_FILE}，不会另做一串。 / "
            f"The key ring is gone, and the database holds what it has sealed: put your copy back to {settings.KEYS_FILE}."
        )
    keyring()


def _is_anything_sealed() -> bool:
    return any(
        _rows(column).exclude(**{column.column: ""}).exclude(**{f"{column.column}__isnull": True}).exists()
        for column in sealed_columns()
    ) or any(things.rows().exists() for things in _things.values())


def to_do() -> int:
    """Return how many values are not sealed with the active key, or not indexed with it."""
    active = keyring().active.id
    columns = sum(_stale(column, active).count() for column in sealed_columns())
    return columns + sum(things.rows().exclude(**{things.key_column: active}).count() for things in _things.values())


def uses_of(key_id: str) -> int:
    """Return how many values still need this key to be opened or found."""
    columns = sum(_rows(column).filter(_made_with(column, key_id)).count() for column in sealed_columns())
    return columns + sum(things.rows().filter(**{things.key_column: key_id}).count() for things in _things.values())


def rotate(progress: Callable[[int], object] = lambda count: None) -> Rotation:
    """Seal everything registered with the active key. Restartable; progress hears how many more were looked at."""
    done = Rotation()
    active = keyring().active.id
    for column in sealed_columns():
        for batch in _batches(_stale(column, active)):
            with transaction.atomic():
                for row in batch:
                    _reseal(column, row, done)
            progress(len(batch))
    for things in _things.values():
        for batch in _batches(things.rows().exclude(**{things.key_column: active})):
            for row in batch:
                _reseal_thing(things, row, done)
            progress(len(batch))
    return done


def _reseal(column: SealedColumn, row: Any, done: Rotation) -> None:
    old = getattr(row, column.column)
    try:
        text = unseal(old, where=column.where, row=row.pk)
    except BrokenSeal:
        done.broken.append(f"{column.model_label}.{column.column} {row.pk}")
        return
    changes = {column.column: seal(text, where=column.where, row=row.pk)}
    if column.index_column and column.purpose:
        value = column.index_value(row, text) if column.index_value else text
        changes[column.index_column] = blind(value, purpose=column.purpose)
    # Only while the value is the one that was opened: what somebody has just written stays.
    place = {"county_code": row.county_code} if hasattr(row, "county_code") else {}
    done.resealed += _rows(column).filter(pk=row.pk, **{column.column: old}, **place).update(**changes)


def _reseal_thing(things: SealedThings, row: Any, done: Rotation) -> None:
    try:
        with transaction.atomic():
            things.reseal(row)
    except (BrokenSeal, FileNotFoundError):
        done.broken.append(f"{things.name} {row.pk}")
    else:
        done.resealed += 1


def _batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield the rows by primary key: one that stays undone (it does not open) is passed only once."""
    last: Any = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch


def _rows(column: SealedColumn) -> models.QuerySet[Any]:
    return column.model._base_manager.all()


def _stale(column: SealedColumn, active: str) -> models.QuerySet[Any]:
    fresh = Q(**{f"{column.column}__startswith": f"1.{active}."})
    if column.index_column:
        fresh &= Q(**{f"{column.index_column}__startswith": f"{active}."})
    return _rows(column).exclude(**{column.column: ""}).exclude(fresh)


def _made_with(column: SealedColumn, key_id: str) -> Q:
    made = Q(**{f"{column.column}__startswith": f"1.{key_id}."})
    if column.index_column:
        made |= Q(**{f"{column.index_column}__startswith": f"{key_id}."})
    return made
