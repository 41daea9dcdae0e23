"""The reference of the interface, drawn from its own document: no script, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access import open_to_all
from linli.core.api.house import house
from linli.core.events import outward_types
from linli.core.http import show


@dataclass
class Property:
    """One member of a schema, as it is read."""

    name: str
    kind: str
    required: bool
    description: str


@dataclass
class Told:
    """One operation as it stands on the page."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scopes: list[str]
    open: bool
    deprecated: bool
    parameters: list[Property]
    body: list[Property]
    body_type: str
    answer: str
    statuses: list[str]


@dataclass
class Heading:
    name: str
    label: str
    operations: list[Told] = field(default_factory=list)


@open_to_all("the description of the interface says nothing about anybody")
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation by room: what it asks, what it answers, which right it needs."""
    context = {
        "headings": _headings(get_language() or "zh-hans"),
        "types": outward_types(),
        "base_url": settings.BASE_URL.rstrip("/"),
        "per_minute": settings.API_REQUESTS_PER_MINUTE,
    }
    return show(request, "exchange/reference.html", context)


@cache
def _headings(_language: str) -> list[Heading]:
    document = house().document()
    schemas = document["components"]["schemas"]
    headings = {tag["name"]: Heading(tag["name"], tag["description"]) for tag in document["tags"]}
    for address, ways in document["paths"].items():
        for method, told in ways.items():
            headings[told["tags"][0]].operations.append(_operation(method, address, told, schemas))
    return [heading for heading in headings.values() if heading.operations]


def _operation(method: str, address: str, told: dict[str, Any], schemas: dict[str, Any]) -> Told:
    scopes = [scope for way in told["security"] for scope in way.get("oauth", [])]
    (body_type, body), *_more = list(told.get("requestBody", {}).get("content", {}).items()) or [("", {})]
    done = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    content: tuple[str, dict[str, Any]] = next(iter(done.get("content", {}).items()), ("", {}))
    return Told(
        id=told["operationId"],
        method=method.upper(),
        path=address,
        summary=told["summary"],
        description=told.get("description", ""),
        scopes=scopes,
        open={} in told["security"],
        deprecated=told.get("deprecated", False),
        parameters=[
            Property(one["name"], _kind(one["schema"]), one["required"], one.get("description", ""))
            for one in told["parameters"]
        ],
        body=_members(body.get("schema", {}), schemas),
        body_type=body_type,
        answer=_kind(content[1].get("schema", {})) if content[0] == "application/json" else content[0],
        statuses=sorted(status for status in told["responses"]),
    )


def _members(schema: dict[str, Any], schemas: dict[str, Any]) -> list[Property]:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    required = schema.get("required", [])
    return [
        Property(name, _kind(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """Return in a word what a value is."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        return " | ".join(dict.fromkeys(kind for kind in kinds if not kind.endswith("Part")))
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if schema.get("type") == "array":
        return _("%(kind)s 的列表") % {"kind": _kind(schema.get("items", {}))}
    return str(schema.get("format") or schema.get("type") or "")
