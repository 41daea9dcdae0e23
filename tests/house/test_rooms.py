"""A room is entered through its doors, services and queries: nobody else asks its tables (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import linli

HOUSE = Path(linli.__file__).parent
FLOORS = ("core", "ground", "services")
MANAGERS = ("objects", "everywhere", "_base_manager", "_default_manager")
SHORTCUTS = ("get_object_or_404", "get_list_or_404")
EXCUSED = {"linli.web.demonstration": "makes up a past of its own, and looks at all that it has made"}


def room_of(module: str) -> str:
    """Return the room of a module: linli.services.casework.pages.desk lies in linli.services.casework."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[1:2] and parts[1] in FLOORS else 2])


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(HOUSE.rglob("*.py")):
        inside = file.relative_to(HOUSE.parent).with_suffix("")
        name = ".".join(inside.parts).removesuffix(".__init__")
        if not {"tests", "migrations"} & set(inside.parts) and not name.startswith(tuple(EXCUSED)):
            yield name, ast.parse(file.read_text(encoding="utf-8"))


def tables_asked(name: str, tree: ast.Module) -> Iterator[str]:
    """Yield each place at which a module asks a table of another room."""
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("linli.")
        if node.module.endswith(".models") and room_of(node.module) != room_of(name)  # type: ignore[union-attr,arg-type]
        for alias in node.names
    }
    for node in ast.walk(tree):
        asked = None
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            asked = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHORTCUTS and node.args:
            asked = node.args[0]
        if isinstance(asked, ast.Name) and asked.id in foreign:
            yield f"{name}:{node.lineno} asks {asked.id}"  # type: ignore[attr-defined]


def test_nobody_asks_the_tables_of_another_room():
    """R149: scope and the note of a look lie behind a room's doors; a query past them would have neither."""
    assert [place for name, tree in modules() for place in tables_asked(name, tree)] == []


def test_a_query_past_the_door_is_seen():
    source = "from linli.ground.registry.models import Person as P\nP.everywhere.get(pk=1)\nget_object_or_404(P, pk=1)"

    assert sorted(tables_asked("linli.services.casework.pages.desk", ast.parse(source))) == [
        "linli.services.casework.pages.desk:2 asks P",
        "linli.services.casework.pages.desk:3 asks P",
    ]
    assert list(tables_asked("linli.ground.registry.services", ast.parse(source))) == []
