"""What a migration may do while processes of the release before still use its tables (docs/keeping.md, "Upgrade")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.state import ProjectState

from linli.core.keeping.online import AddIndexOnline

GONE = (ops.DeleteModel, ops.RemoveField, ops.RenameField, ops.RenameModel, ops.AlterModelTable)
CHECKED = (ops.AddConstraint, ops.AlterUniqueTogether, ops.AlterOrderWithRespectTo)
ONLINE = (AddIndexOnline, AddIndexConcurrently)
SHARP = re.compile(
    r"\b(drop\s+(table|column)|rename\s+(to|column)|set\s+not\s+null|alter\s+column\s+\S+\s+(set\s+data\s+)?type"
    r"|create\s+(unique\s+)?index\s+(?!concurrently)|truncate|lock\s+table)\b",
    re.IGNORECASE,
)


def faults(migration: Migration, before: ProjectState) -> Iterator[str]:
    """Yield a sentence for each operation with which the release before cannot live.

    before: the models as they stand when the migration begins; only tables of the release before are in it, so that
    what happens to a new one is of no concern. A migration that is right all the same says why in `lives_with_previous`.
    """
    if getattr(migration, "lives_with_previous", ""):
        return
    known = {key for key in before.models if key[0] == migration.app_label}
    data = [op for op in migration.operations if isinstance(op, ops.RunPython)]
    if data and len(data) < len(migration.operations):
        yield "schema and data are two files: rows are filled while the table's lock is held"
    for op in migration.operations:
        yield from _of(op, migration, known, before)


def _of(op: object, migration: Migration, known: set[tuple[str, str]], before: ProjectState) -> Iterator[str]:
    if isinstance(op, ops.SeparateDatabaseAndState):  # what only the program forgets, the tables keep
        for inner in op.database_operations:
            yield from _of(inner, migration, known, before)
        return
    if isinstance(op, ops.RunSQL):
        if found := SHARP.search(str(op.sql)):
            yield f"“{found.group(0)}” in SQL: say in lives_with_previous why the release before does not mind"
        return
    table = str(getattr(op, "model_name", "") or getattr(op, "old_name", "") or getattr(op, "name", "")).lower()
    if (migration.app_label, table) not in known:
        return
    if isinstance(op, GONE):
        yield f"{op.describe()}: the release before still reads it; first stop reading, take it out a release later"
    elif isinstance(op, ops.AddField):
        yield from _of_new_column(op)
    elif isinstance(op, ops.AlterField):
        old = before.models[migration.app_label, table].fields.get(op.name)
        yield from _of_changed_column(op, old, op.field) if old else _of_new_column(op)
    elif isinstance(op, CHECKED):
        yield f"{op.describe()}: the release before may write what it forbids, and the table is locked while it is checked"
    elif isinstance(op, ops.AddIndex) and not isinstance(op, ONLINE):
        yield f"{op.describe()}: nobody writes to the table meanwhile; use AddIndexOnline, alone in its file"
    elif isinstance(op, ONLINE) and (migration.atomic or len(migration.operations) > 1):
        yield f"{op.describe()}: alone in its file, with atomic = False"


def _of_new_column(op: ops.AddField | ops.AlterField) -> Iterator[str]:
    field = op.field
    if field.many_to_many:
        return
    if not field.null and not field.has_db_default():
        yield f"{op.describe()}: the release before writes rows without it; null=True, or db_default beside default"
    if field.unique or (field.db_index and not field.is_relation):
        yield f"{op.describe()}: its index locks the table; add the column first, then an index with AddIndexOnline"


def _of_changed_column(op: ops.AlterField, old: models.Field, new: models.Field) -> Iterator[str]:
    if old.null and not new.null:
        yield f"{op.describe()}: the release before writes nulls; demand it a release later"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        yield f"{op.describe()}: the release before may rely on the default"
    if old.get_internal_type() != new.get_internal_type():
        yield f"{op.describe()}: another type rewrites the table, and the release before expects the old one"
    elif (new.max_length or 10**9) < (old.max_length or 10**9):
        yield f"{op.describe()}: shorter than what the release before writes"
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield f"{op.describe()}: its index locks the table; use AddIndexOnline"
