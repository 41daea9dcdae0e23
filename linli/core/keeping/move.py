"""From SQLite to PostgreSQL with nothing lost: a community that has grown moves its rows; its files stay where they are.

SQLite's one writer's place is held all the while, so nobody changes what is being moved; on PostgreSQL everything happens
in one transaction. What differs afterwards, in one value of one row, undoes it.
"""

# untranslated: told to operators

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import dj_database_url
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from linli.core import audit
from linli.core.access import Actor
from linli.core.audit import triggers
from linli.core.audit.verification import verify
from linli.core.keeping.manifest import applied, chain_heads, known_migrations
from linli.core.keeping.refusals import (
    ChainBroken,
    DoesNotFit,
    HoldsData,
    MigrationsDiffer,
    NotMovable,
    NotTheSame,
    TriggersMissing,
    UnknownTables,
)
from linli.core.keeping.tables import MADE_BY_MIGRATING, PASSING, Held, add_up, another, plain, standing_in, table_names
from linli.core.keeping.tables import with_data as tables_with_data

CHUNK = 2000
SHOWN = 5
UNDONE = "PostgreSQL 那边已经全部撤销，SQLite 没有改动。"
LEFT_ALONE = frozenset({"django_migrations"})

Model = type[models.Model]
T = TypeVar("T")


@dataclass(frozen=True)
class Moved:
    """What was moved. entries: of the audit log that were walked on the other side."""

    tables: int
    rows: int
    entries: int


def move(url: str, *, by: Actor, progress: Callable[[str], object] = lambda step: None) -> Moved:
    """Copy every row of this SQLite installation to an empty PostgreSQL database, and compare each.

    url: of the database, made beforehand; its tables are made here unless they are there, empty. Raises a KeepingRefused.
    """
    source = connections[DEFAULT_DB_ALIAS]
    if source.vendor != "sqlite":
        raise NotMovable(what=f"这里用的是 {source.vendor}，move 只从 SQLite 出发")
    with another(_target(url)) as target:
        _check_source(source)
        _make_tables(target, progress)
        with transaction.atomic(), transaction.atomic(using=target.alias):
            return _move(source, target, by, progress)


def _move(
    source: BaseDatabaseWrapper, target: BaseDatabaseWrapper, by: Actor, progress: Callable[[str], object]
) -> Moved:
    ordered = in_order(_models())
    for model in reversed(ordered):
        if model._meta.db_table in MADE_BY_MIGRATING:
            model._base_manager.using(target.alias).all().delete()
    held: dict[str, Held] = {}
    for model in ordered:
        progress(model._meta.db_table)
        held[model._meta.db_table] = _copy(model, source, target)
    with target.cursor() as cursor:
        _fitting(lambda: cursor.execute("SET CONSTRAINTS ALL IMMEDIATE"), "外键")
        for statement in target.ops.sequence_reset_sql(no_style(), ordered):
            cursor.execute(statement)
    progress("正在逐行比对")
    for model in ordered:
        _compare(model, held[model._meta.db_table], source, target)
    return Moved(len(held), sum(table.rows for table in held.values()), _check_log(target, chain_heads(), by))


def in_order(all_models: list[Model]) -> list[Model]:
    """Return the models so that each comes after those that it points to; rings and rows that point to their own
    table are left to the end of the transaction, when PostgreSQL looks at foreign keys.
    """
    ordered: list[Model] = []
    seen: set[Model] = set()

    def visit(model: Model) -> None:
        if model in seen:
            return
        seen.add(model)
        for field in model._meta.concrete_fields:
            if field.remote_field and (other := field.related_model) in wanted:
                visit(other)  # type: ignore[arg-type]
        ordered.append(model)

    wanted = set(all_models)
    for model in sorted(all_models, key=lambda each: each._meta.db_table):
        visit(model)
    return ordered


def _models() -> list[Model]:
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return list(found.values())


def _target(url: str) -> dict[str, Any]:
    try:
        told = dict(dj_database_url.parse(url))
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise NotMovable(what="目标要写成 postgres://用户:口令@主机:5432/数据库") from error
    if "postgresql" not in str(told["ENGINE"]):
        raise NotMovable(what="目标要写成 postgres://用户:口令@主机:5432/数据库")
    return {**told, "OPTIONS": {"connect_timeout": 5, **(told.get("OPTIONS") or {})}}  # type: ignore[dict-item]


def _check_source(source: BaseDatabaseWrapper) -> None:
    if pending := known_migrations() - set(applied(source)):
        raise MigrationsDiffer(what="、".join(f"{app}.{name}" for app, name in sorted(pending)[:SHOWN]))
    known = {model._meta.db_table for model in _models()} | LEFT_ALONE | PASSING
    if unknown := [table for table in tables_with_data(source) if table not in known]:
        raise UnknownTables(tables="、".join(unknown[:SHOWN]))


def _make_tables(target: BaseDatabaseWrapper, progress: Callable[[str], object]) -> None:
    try:
        there = table_names(target)
    except OperationalError as error:
        raise NotMovable(what=f"连不上目标数据库：{str(error).partition(chr(10))[0]}") from error
    if not there:
        progress("正在建立表")
        with standing_in(target):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
    elif tables := tables_with_data(target):
        raise HoldsData(tables="、".join(tables[:SHOWN]) + ("……" if tables[SHOWN:] else ""))
    if differing := known_migrations() ^ set(applied(target)):
        raise MigrationsDiffer(what="、".join(f"{app}.{name}" for app, name in sorted(differing)[:SHOWN]))


def _rows(model: Model, connection: BaseDatabaseWrapper) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.using(connection.alias).order_by().values_list(*names)
    yield from rows.iterator(chunk_size=CHUNK)


def _alike(model: Model, row: tuple[Any, ...]) -> list[Any]:
    """Return a row as it has to be the same on both sides."""
    return [
        plain(value) if isinstance(field, models.JSONField) else value
        for field, value in zip(model._meta.concrete_fields, row, strict=True)
    ]


def _copy(model: Model, source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> Held:
    fields = model._meta.concrete_fields
    quote = target.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    table = model._meta.db_table

    def sent(copy: Any) -> Iterator[list[Any]]:
        for row in _rows(model, source):
            copy.write_row(
                [field.get_db_prep_save(value, connection=target) for field, value in zip(fields, row, strict=True)]
            )  # fmt: skip
            yield _alike(model, row)

    def write() -> Held:
        with (
            target.wrap_database_errors,
            target.cursor() as cursor,
            cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy,
        ):
            return add_up(sent(copy))

    return _fitting(write, table)


def _fitting(write: Callable[[], T], table: str) -> T:
    """Do it, and say which table's values PostgreSQL does not take (too long, NUL, no such row)."""
    try:
        return write()
    except (DataError, IntegrityError) as error:
        raise DoesNotFit(table=table, what=str(error).strip().partition("\n")[0], then=UNDONE) from error


def _compare(model: Model, held: Held, source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> None:
    found = add_up(_alike(model, row) for row in _rows(model, target))
    if found == held:
        return
    what = f"{model._meta.db_table} 应有 {held.rows} 行，实有 {found.rows} 行"
    if found.rows == held.rows:
        pk = [field.primary_key for field in model._meta.concrete_fields].index(True)
        there = {row[pk]: add_up([_alike(model, row)]) for row in _rows(model, target)}
        wrong = [row[pk] for row in _rows(model, source) if there.get(row[pk]) != add_up([_alike(model, row)])]
        what = f"{model._meta.db_table} 有 {len(wrong)} 行内容不同，例如 {wrong[0] if wrong else '?'}"
    raise NotTheSame(what=what, then=UNDONE)


def _check_log(target: BaseDatabaseWrapper, heads: dict[str, tuple[int, str]], by: Actor) -> int:
    with standing_in(target):
        if gone := triggers.missing(target):
            raise TriggersMissing(names="、".join(gone), then=UNDONE)
        report = verify()
        if not report.is_whole:
            raise ChainBroken(what="；".join(map(str, report.broken[:SHOWN])), then=UNDONE)
        if chain_heads() != heads:
            raise NotTheSame(what="审计链的末端不同", then=UNDONE)
        audit.record(by, "keeping.moved", entries=report.entries)
    return report.entries
