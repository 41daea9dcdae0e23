"""Reading a request strictly: its address, its headers, its body; and writing answers in plain UTF-8."""

from __future__ import annotations

import json
import math
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from ninja.errors import ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.utils import check_csrf
from pydantic import BaseModel

from linli.core.api.problems import ApiProblem
from linli.core.api.words import LARGEST

DEEPEST = 30
SAFE = ("GET", "HEAD", "OPTIONS")
NO_VERSION = -1
"""What no row ever has: it fails the precondition."""


class JsonParser(Parser):
    """JSON in UTF-8; what no database keeps (NUL, half a character) and endless numbers are refused."""

    def parse_body(self, request: HttpRequest) -> Any:
        parsed = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
        if (fault := unkept(parsed)) is not None:
            raise ValueError(f"no database keeps what stands at /{'/'.join(fault)}")
        return parsed


class JsonRenderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=_Encoder, ensure_ascii=False, separators=(",", ":"))


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.model_dump() if isinstance(o, BaseModel) else super().default(o)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is no number")
    return number


def unkept(value: Any, place: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Return where something stands that no database keeps, or None."""
    if isinstance(value, str):
        return place if is_unkept(value) else None
    if len(place) > DEEPEST:
        return place
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        if isinstance(name, str) and is_unkept(name):
            return place
        if (found := unkept(one, (*place, str(name)))) is not None:
            return found
    return None


def is_unkept(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def check_media_type(request: HttpRequest, operation: Operation) -> None:
    """Refuse a body of another kind than the operation takes: forms of other sites are among them."""
    sources = {model.__ninja_param_source__ for model in operation.models}
    wanted = "multipart/form-data" if sources & {"form", "file"} else "application/json" if "body" in sources else ""
    if wanted and request.content_type != wanted:
        raise ApiProblem(415, "unsupported_media_type", headers={"Accept-Post": wanted}, wanted=wanted)


def check_address(
    request: HttpRequest, operation: Operation, arguments: dict[str, Any], fields: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse parameters that the operation does not know; return the fields asked for.

    What stands in the path and no database keeps, names nothing: not found.
    """
    if any(isinstance(value, str) and is_unkept(value) for value in arguments.values()):
        raise ApiProblem(404, "not_found")
    known = parameters_of(operation) | ({"fields"} if fields else set())
    wrong = [
        {"type": "parameter", "loc": ("query", name), "msg": "not known here, or cannot be stored"}
        for name, values in request.GET.lists()
        if name not in known or any(is_unkept(value) for value in values)
    ]
    asked = request.GET.get("fields", "") if fields else ""
    picked = tuple(dict.fromkeys(name for name in asked.split(",") if name))
    if unknown := set(picked) - set(fields):
        wrong.append({"type": "fields", "loc": ("query", "fields"), "msg": f"no such field: {sorted(unknown)[0]}"})
    if "fields" in request.GET and fields and not picked:
        wrong.append({"type": "fields", "loc": ("query", "fields"), "msg": "name at least one field"})
    if wrong:
        raise ValidationError(wrong)
    return picked


def parameters_of(operation: Operation) -> set[str]:
    """Return the names of an operation's parameters in the address."""
    found: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            found |= set(model.__ninja_flatten_map__)
    return found


def if_match(request: HttpRequest) -> int | None:
    """Return the version that If-Match names, None for any. A mark that we never gave matches nothing."""
    told = request.headers.get("If-Match", "").strip()
    if not told:
        raise ApiProblem(428, "precondition_required")
    if told == "*":
        return None
    plain = told.removeprefix('"').removesuffix('"')
    if told == f'"{plain}"' and plain.isascii() and plain.isdigit() and len(plain) < 11 and int(plain) <= LARGEST:
        return int(plain)
    return NO_VERSION


def csrf_is_wrong(request: HttpRequest) -> bool:
    """Tell whether a request that comes with a session would change something and bears no mark of our own pages."""
    return request.method not in SAFE and check_csrf(request) is not None
