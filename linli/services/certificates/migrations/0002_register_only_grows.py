"""The register of seal use only grows (R46b)."""

from typing import Any

from django.db import migrations

from linli.services.certificates import register


def forward(apps: Any, schema_editor: Any) -> None:
    for statement in register.FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def backward(apps: Any, schema_editor: Any) -> None:
    for statement in register.BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunPython(forward, backward)]
