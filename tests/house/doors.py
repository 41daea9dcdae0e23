"""Every address of the house, read from the resolver: nobody lists them by hand."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from linli.config import urls
from linli.core.access import Permission, declared_permission

_EXAMPLES = {
    "uuid": "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5",
    "uuidstr": "0192f0c1-2b3a-7c4d-8e5f-60718293a4b5",
    "int": "1",
    "slug": "nothing-here",
    "str": "nothing-here",
    "path": "nothing/here",
}


def _smallest(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _smallest(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for many in ("allOf", "anyOf"):
        if many in schema:
            return _smallest(schema[many][0], definitions)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        asked = schema.get("required", [])
        return {
            name: _smallest(one, definitions) for name, one in schema.get("properties", {}).items() if name in asked
        }
    if kind == "array":
        return [_smallest(schema["items"], definitions)] * schema.get("minItems", 0)
    if kind == "integer":
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    known = {"date": "2026-03-09", "uuid": _EXAMPLES["uuid"]}
    if schema.get("pattern") == "^[0-9]{12}$":
        return "510402002001"
    return known.get(schema.get("format", ""), "文字文字文字")


UNDECLARED: dict[str, str] = {
    "django.views.static": "serves files in development only; WhiteNoise answers before it",
    "whitenoise": "static files are for everyone",
}
"""Modules of others whose views cannot declare anything, each with the reason why that is safe."""


@dataclass(frozen=True)
class Door:
    """One pattern: its route, the view behind all decorators, and an address to knock at."""

    route: str
    name: str
    view: Any
    address: str
    arguments: tuple[str, ...]
    method: str = ""
    """Of an operation of the interface for programs; a page takes what it takes."""

    @property
    def is_api(self) -> bool:
        return bool(self.method)

    @property
    def takes_arguments(self) -> bool:
        return bool(self.arguments)

    @property
    def declared(self) -> tuple[Permission, ...] | str | None:
        return declaration_of(self.operation.view_func if self.is_api else self.view)

    @property
    def is_guarded(self) -> bool:
        return isinstance(self.declared, tuple)

    @property
    def excused(self) -> str:
        """Return the reason why this view declares nothing, or the empty string."""
        module = getattr(inspect.unwrap(self.view), "__module__", "")
        return next((why for start, why in UNDECLARED.items() if f"{module}.".startswith(f"{start}.")), "")

    def __str__(self) -> str:
        return self.name or self.route or "/"

    def knock(self, client: Client, address: str = "", body: Any = None) -> Any:
        """Ask for what is behind the door: a page by GET, an operation by its own method, with what it must be told."""
        address = address or self.address
        if not self.is_api:
            return client.get(address)
        headers = {"If-Match": "*", "Idempotency-Key": "knock"}
        if self.method == "GET":
            return client.get(address, headers=headers)
        if self.takes_files:
            return client.post(address, {"code": "nothing-here", "codes": "nothing-here"}, headers=headers)
        return client.generic(
            self.method, address, json.dumps(body or {}), content_type="application/json", headers=headers
        )

    @property
    def room(self) -> str:
        """The room that the door leads into."""
        return str(self.operation.tags[0]) if self.is_api else self.name.partition(":")[0]

    def example(self) -> Any:
        """Return the smallest body that the operation's schema takes."""
        for model in self.operation.models:
            if model.__ninja_param_source__ == "body":
                schema = model.model_json_schema()
                (only,) = schema["properties"].values()
                return _smallest(only, schema.get("$defs", {}))
        return {}

    @property
    def takes_files(self) -> bool:
        return any(model.__ninja_param_source__ in ("form", "file") for model in self.operation.models)

    @property
    def operation(self) -> Any:
        return self.view.linli_operations[self.method]


@contextmanager
def bare_refusals() -> Iterator[None]:
    """Refuse without a page: a walk is refused thousands of times and looks at nothing but the status."""

    def refused(status: int) -> Any:
        return lambda _request, exception=None: HttpResponse(status=status)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urls, "handler403", refused(403))
        patch.setattr(urls, "handler404", refused(404))
        yield


def doors() -> list[Door]:
    """Return every door of the house."""
    return list(_walk(get_resolver().url_patterns, route="", address="/", namespace=""))


def declaration_of(view: Any) -> tuple[Permission, ...] | str | None:
    """Return what a view declares: on itself, on what its decorators wrap, or on the class that it was made from."""
    while view is not None:
        for place in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
            if place is not None and (declared := declared_permission(place)):
                return declared
        view = getattr(view, "__wrapped__", None)
    return None


def _walk(patterns: list[Any], *, route: str, address: str, namespace: str) -> Iterator[Door]:
    for pattern in patterns:
        here, there, takes = _example(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            for door in _walk(pattern.url_patterns, route=route + here, address=address + there, namespace=inner):
                yield Door(door.route, door.name, door.view, door.address, takes + door.arguments, door.method)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            operations = getattr(pattern.callback, "linli_operations", {})
            method = next((way for way, one in operations.items() if one.operation_id == pattern.name), "")
            yield Door(route + here, name, pattern.callback, address + there, takes, method)


def _example(pattern: Any) -> tuple[str, str, tuple[str, ...]]:
    """Return the route of a pattern, an address that it matches, and the names of its arguments."""
    route = str(pattern)
    if not isinstance(pattern, RoutePattern):
        return route, route.strip("^$\\Z"), tuple(pattern.regex.groupindex)
    address = route
    for argument, converter in pattern.converters.items():
        kind = next(word for word in (f"<{_kind(converter)}:{argument}>", f"<{argument}>") if word in address)
        address = address.replace(kind, _EXAMPLES.get(_kind(converter), "nothing-here"))
    return route, address, tuple(pattern.converters)


def _kind(converter: Any) -> str:
    from django.urls.converters import get_converters

    return next(name for name, known in get_converters().items() if type(known) is type(converter))
