"""The OpenAPI 3.1 document, from the operations as they stand: what ninja draws, and what our front adds to it."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic.json_schema import models_json_schema

from linli.core.access import declared_permission
from linli.core.api.problems import MEDIA_TYPE, SENTENCES, Problem
from linli.core.api.rooms import retiring, statuses_of, ways_of

if TYPE_CHECKING:
    from linli.core.api.house import LinliAPI

REFERENCE = "#/components/schemas/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
STATUS_WORDS = {
    400: "malformed", 401: "unauthorized", 403: "forbidden", 404: "not_found", 412: "precondition_failed",
    413: "too_large", 415: "unsupported_media_type", 422: "invalid", 428: "precondition_required",
    429: "too_many_requests", 500: "broken", 503: "unavailable",
}  # fmt: skip


class _Drawn(OpenAPISchema):
    """ninja's drawing; what is sent and what is answered have schemas of their own, and no name means two things."""

    def _create_schema_from_model(self, model: Any, *args: Any, **more: Any) -> Any:
        self._is_sent = more.get("mode", "validation") == "validation"
        schema, required = super()._create_schema_from_model(model, *args, **more)
        return (_sent(schema) if self._is_sent else schema), required

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        if getattr(self, "_is_sent", False):
            definitions = {_sent_name(name): _sent(schema) for name, schema in definitions.items()}
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise ValueError(f"two schemas of the interface are called {name}")


def _sent_name(name: str) -> str:
    return name if name.endswith("In") else f"{name}Input"


def _sent(schema: Any) -> Any:
    """Return a schema of what is sent with its references to schemas of what is sent."""
    if isinstance(schema, list):
        return [_sent(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _sent(one) for name, one in schema.items()}
    if isinstance(reference := schema.get("$ref"), str) and reference.startswith(REFERENCE):
        found["$ref"] = REFERENCE + _sent_name(reference.removeprefix(REFERENCE))
    return found


def document_of(api: LinliAPI, *, prefix: str, base_url: str) -> dict[str, Any]:
    """Return the document with plain texts, in the language that is active."""
    drawn = _Drawn(api, prefix.strip("/"))
    document: dict[str, Any] = json.loads(json.dumps(copy.deepcopy(dict(drawn)), default=_plain))
    schemas = document["components"]["schemas"]
    _rename_pages(document)
    schemas = document["components"]["schemas"]
    _definitions, problems = models_json_schema(
        [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas.update(problems["$defs"])
    by_id = {str(operation.operation_id): operation for operation in api.operations()}
    for ways in document["paths"].values():
        for told in ways.values():
            _complete(told, by_id[told["operationId"]], schemas)
    document["jsonSchemaDialect"] = DIALECT
    document["info"]["description"] = _introduction()
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": base_url.rstrip("/")}]
    document["tags"] = [{"name": room.name, "description": str(room.label)} for room in api.rooms]
    document["components"]["responses"] = {
        f"Problem{status}": {
            "description": _sentence(status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*STATUS_WORDS, 409, 410})
    }
    scopes = {
        permission.code: str(permission.label)
        for operation in api.operations()
        if isinstance(declared := declared_permission(operation.view_func), tuple)
        for permission in declared
    }
    document["components"]["securitySchemes"] = {
        "oauth": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{base_url.rstrip('/')}/api/oauth/token", "scopes": dict(sorted(scopes.items()))
                }
            },
        },
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }  # fmt: skip
    return document


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def _introduction() -> str:
    from linli.core.api.house import INTRODUCTION

    return str(INTRODUCTION)


def _sentence(status: int) -> str:
    if status == 409:
        return _("别人刚刚改过，或者现在的状态不允许")
    if status == 410:
        return _("以前有，现在没有了")
    sentence = str(SENTENCES[STATUS_WORDS[status]])
    return sentence.replace("%(incident)s", "…").replace("%(wanted)s", "…").replace("%(seconds)s", "…")


def _rename_pages(document: dict[str, Any]) -> None:
    """Call the page of a list after what it lists: `Page_CaseRow_` becomes `CaseRowPage`."""
    names = document["components"]["schemas"]
    new = {name: f"{name[5:-1]}Page" for name in names if name.startswith("Page_") and name.endswith("_")}
    text = json.dumps(document, ensure_ascii=False)
    for old, name in new.items():
        text = text.replace(f'"{old}"', f'"{name}"').replace(f'schemas/{old}"', f'schemas/{name}"')
    document.clear()
    document.update(json.loads(text))


def _complete(told: dict[str, Any], operation: Operation, schemas: dict[str, Any]) -> None:
    """Add to one operation what the front asks and answers."""
    how = ways_of(operation)
    declared = declared_permission(operation.view_func)
    if isinstance(declared, tuple):
        told["security"] = [*({"oauth": [permission.code]} for permission in declared), {"session": []}]
    else:
        told["security"] = [{}, {"oauth": []}, {"session": []}]
    if retiring(operation):
        told["deprecated"] = True
    for parameter in told["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
    if how.versioned:
        told["parameters"].append(
            _header("If-Match", _("要改的那一版：读的时候 ETag 里的，带引号；* 表示不管哪一版"), r'^(\*|"[0-9]{1,9}")$')
        )
    if how.creates:
        told["parameters"].append(
            _header("Idempotency-Key", _("自己定的一串字；重发时用同一个，就只建一次"), "^[!-~]{1,255}$")
        )
    _add_fields(told, operation, schemas)
    for status, answer in told["responses"].items():
        answer["headers"] = _headers(operation, status, schemas)
    for status in statuses_of(operation):
        told["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter: one that is left out is not there, it never reads null."""
    kinds = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if len(kinds) == 1:
        schema = {**kinds[0], **schema}
    elif kinds:
        schema["anyOf"] = kinds
    schema.pop("title", None)
    return schema


def _header(name: str, description: str, pattern: str) -> dict[str, Any]:
    return {
        "in": "header", "name": name, "required": True, "description": description,
        "schema": {"type": "string", "pattern": pattern},
    }  # fmt: skip


def _headers(operation: Operation, status: str, schemas: dict[str, Any]) -> dict[str, Any]:
    from linli.core.api.house import answer_schema

    text = {"schema": {"type": "string"}}
    found: dict[str, Any] = {"X-Request-ID": text, "RateLimit": text, "RateLimit-Policy": text}
    schema = answer_schema(operation)
    if schema and "version" in schema.model_fields and not str(operation.operation_id).startswith("list_"):
        found["ETag"] = text
    if ways_of(operation).creates:
        found["Idempotency-Replayed"] = {"schema": {"type": "string", "enum": ["true"]}}
    return found


def _add_fields(told: dict[str, Any], operation: Operation, schemas: dict[str, Any]) -> None:
    """Let `?fields=` pick: then the answer holds those alone, and the document says so."""
    from linli.core.api.house import answer_schema, fields_of

    names = fields_of(operation)
    schema = answer_schema(operation)
    if not names or schema is None:
        return
    told["parameters"].append(
        {
            "in": "query", "name": "fields", "required": False, "style": "form", "explode": False,
            "description": _("只要这几个字段，用逗号隔开"),
            "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": list(names)}},
        }
    )  # fmt: skip
    whole = schema.__name__
    part = f"{whole}Part"
    if whole not in schemas:
        return
    schemas[part] = {name: value for name, value in schemas[whole].items() if name != "required"} | {"title": part}
    either = {"anyOf": [{"$ref": f"#/components/schemas/{whole}"}, {"$ref": f"#/components/schemas/{part}"}]}
    content = told["responses"]["200"]["content"]["application/json"]
    if content["schema"] == {"$ref": f"#/components/schemas/{whole}"}:
        content["schema"] = either
    elif f"{whole}Page" in schemas:
        schemas[f"{whole}Page"]["properties"]["items"]["items"] = either
