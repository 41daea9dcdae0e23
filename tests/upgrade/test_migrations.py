"""The release before lives with the tables of this one, by rule: every migration since is looked at (R20a)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from linli.core.keeping.online import AddIndexOnline
from tests.installation import ROOT
from tests.upgrade.previous import previous_release
from tests.upgrade.rules import faults

pytestmark = pytest.mark.any_database


def since(there: set[tuple[str, str]]) -> Iterator[tuple[migrations.Migration, ProjectState]]:
    """Yield each migration that came since, with the models as they were when the release before was made."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {
        (app.label, name) for app in apps.get_app_configs() for folder, name in there if Path(app.path) == ROOT / folder
    }
    plan = loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)
    theirs = [key for key in plan if key in ours or not loader.disk_migrations[key].__module__.startswith("linli.")]
    before = ProjectState()
    for key in theirs:
        loader.disk_migrations[key].mutate_state(before, preserve=False)
    for key in plan:
        if key not in theirs:
            yield loader.disk_migrations[key], before


def test_every_migration_since_leaves_the_release_before_its_tables(settings):
    settings.MIGRATION_MODULES = {}  # pytest takes them away for the tests' own database
    release = previous_release()
    there = release.migrations()
    gone = [f"{folder} {name}" for folder, name in there if not (ROOT / folder / "migrations" / f"{name}.py").exists()]

    found = [f"{migration}: {fault}" for migration, before in since(there) for fault in faults(migration, before)]

    assert len(there) >= 32
    assert gone == [], "a migration that was released stays as it is"
    assert found == [], "see docs/keeping.md, Upgrade"


def before() -> ProjectState:
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=40)),
        ("note", models.CharField(max_length=40, null=True)),
    ]
    state.add_model(ModelState("casework", "Case", fields))
    return state


def made(*operations: migrations.operations.base.Operation, **more: object) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations), **more})
    return kind("0099_x", "casework")


def add(field: models.Field) -> migrations.AddField:
    return migrations.AddField("case", "more", field)


def alter(name: str, field: models.Field) -> migrations.AlterField:
    return migrations.AlterField("case", name, field)


INDEX = models.Index(fields=["name"], name="by_name")
UNIQUE = models.UniqueConstraint(fields=["name"], name="name_once")


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        (add(models.CharField(max_length=9, default="")), "writes rows without it"),
        (add(models.CharField(max_length=9, null=True, db_index=True)), "its index locks the table"),
        (migrations.RemoveField("case", "note"), "still reads it"),
        (migrations.RenameField("case", "note", "remark"), "still reads it"),
        (migrations.DeleteModel("Case"), "still reads it"),
        (migrations.RenameModel("Case", "Matter"), "still reads it"),
        (migrations.AlterModelTable("case", "matter"), "still reads it"),
        (alter("note", models.CharField(max_length=40)), "writes nulls"),
        (alter("name", models.CharField(max_length=20)), "shorter"),
        (alter("name", models.IntegerField()), "another type"),
        (alter("name", models.CharField(max_length=40, unique=True)), "its index locks the table"),
        (migrations.AddIndex("case", INDEX), "AddIndexOnline"),
        (AddIndexOnline("case", INDEX), "atomic = False"),
        (migrations.AddConstraint("case", UNIQUE), "may write what it forbids"),
        (alter("later", models.IntegerField()), "writes rows without it"),
        (migrations.RunSQL("ALTER TABLE casework_case DROP COLUMN note"), "DROP COLUMN"),
        (migrations.RunSQL("CREATE INDEX x ON casework_case (name)"), "CREATE INDEX"),
        (migrations.SeparateDatabaseAndState([migrations.RemoveField("case", "note")]), "still reads it"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_the_release_before_cannot_live_with_is_told(operation, fault: str):
    told = list(faults(made(operation), before()))

    assert len(told) == 1
    assert fault in told[0]


@pytest.mark.parametrize(
    "migration",
    [
        made(add(models.CharField(max_length=9, null=True))),
        made(add(models.CharField(max_length=9, default="", db_default=""))),
        made(alter("name", models.CharField(max_length=60))),
        made(AddIndexOnline("case", INDEX), atomic=False),
        made(migrations.SeparateDatabaseAndState([], [migrations.RemoveField("case", "note")])),
        made(
            migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("new", "more", models.IntegerField(default=0)),
            migrations.AddIndex("new", models.Index(fields=["more"], name="by_more")),
        ),
        made(migrations.AddConstraint("case", UNIQUE), lives_with_previous="it has refused doubles since 0.1.0"),
        made(migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON casework_case (name)"), atomic=False),
    ],
    ids=lambda migration: type(migration.operations[0]).__name__,
)
def test_what_it_can_live_with_passes(migration: migrations.Migration):
    assert list(faults(migration, before())) == []


def test_rows_and_tables_are_changed_in_two_files():
    mixed = made(add(models.IntegerField(null=True)), migrations.RunPython(lambda apps, editor: None))

    assert list(faults(mixed, before())) == [
        "schema and data are two files: rows are filled while the table's lock is held"
    ]
