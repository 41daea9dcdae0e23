"""Whatever a room seals, the rotation of keys knows (R149b): a column that it forgot would stay with the old key."""

import ast
from pathlib import Path

from django.apps import apps

import linli
from linli.core.crypto.rotation import sealed_columns


def sealed_in_code() -> set[str]:
    """Every text of the form app.model.column in our code that names a column: the places where values are sealed."""
    found = set()
    for file in Path(linli.__file__).parent.rglob("*.py"):
        if "tests" in file.parts or "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(".") == 2:
                app, model, column = node.value.split(".")
                known = apps.all_models.get(app, {}).get(model)
                if known is not None and any(field.name == column for field in known._meta.get_fields()):
                    found.add(node.value)
    return found


def test_every_sealed_column_takes_part_in_the_rotation_of_keys():
    places = sealed_in_code()

    assert {"casework.case.form_data", "accounts.account.phone"} <= places
    assert places == places & {column.where for column in sealed_columns()}
