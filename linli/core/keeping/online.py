"""Changes of large tables while people work, for migrations."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState

VALID = "SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(%s)"


class AddIndexOnline(AddIndex):
    """Make an index while the table is written to; the migration says `atomic = False` and does nothing else.

    PostgreSQL makes it CONCURRENTLY: nobody waits. What an attempt that was stopped has left is made anew, and an index
    that is there already stays. SQLite, which has one writer at a time anyway, makes it as it makes any other.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        connection = schema_editor.connection
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(connection.alias, model):
            return
        if connection.vendor != "postgresql":
            with connection.cursor() as cursor:
                names = connection.introspection.get_constraints(cursor, model._meta.db_table)
            if self.index.name not in names:
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        name = schema_editor.quote_name(self.index.name)
        with connection.cursor() as cursor:
            cursor.execute(VALID, [name])
            there = cursor.fetchone()
        if there and there[0]:
            return
        if there:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(self.index.name)}")

    def describe(self) -> str:
        return f"{super().describe()} while people work"
