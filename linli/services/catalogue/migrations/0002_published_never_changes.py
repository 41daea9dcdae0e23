"""A published version never changes: the database says so (R25)."""

from typing import Any

from django.db import migrations

from linli.services.catalogue import protection


def forward(apps: Any, schema_editor: Any) -> None:
    for statement in protection.FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    for statement in protection.BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
