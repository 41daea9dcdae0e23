"""The interface as a whole: every request comes through one front, every room's operations hang behind it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, get_args, get_origin

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation, PathView
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic import BaseModel

from linli.core.access import ANONYMOUS, Actor, Permission, asks_again, declared_permission
from linli.core.api import limits
from linli.core.api.asked import Asked, asked_of
from linli.core.api.documents import document_of
from linli.core.api.problems import ApiProblem, problem, refused, request_id_of
from linli.core.api.reading import JsonParser, JsonRenderer, check_address, check_media_type, csrf_is_wrong, if_match
from linli.core.api.rooms import Room, retiring, ways_of
from linli.core.http import Refused, Stale
from linli.core.http.middleware import is_unavailable
from linli.core.ids import check_character, grouped, random_serial

logger = logging.getLogger("linli.core.api")

VERSION = "1.0.0"
PREFIX = "/api/v1"
KEY_LONGEST = 255

Bearer = Callable[[str], "Actor | None"]
_bearers: list[Bearer] = []


def authenticate_with(bearer: Bearer) -> Bearer:
    """Register what makes an actor of a bearer token; None for one that is not good (any more)."""
    _bearers.append(bearer)
    return bearer


Sure = Callable[[HttpRequest], bool]
_sure: list[Sure] = []


def be_sure_with(sure: Sure) -> Sure:
    """Register what tells whether whoever sits at a session has shown lately who she is: dangerous acts ask for it."""
    _sure.append(sure)
    return sure


class LinliAPI(NinjaAPI):
    """django-ninja with our front: who asks, how often, what for, all decided before a parameter is read."""

    renderer: BaseRenderer
    parser: Parser

    def __init__(self) -> None:
        super().__init__(
            title="Linli",
            version=VERSION,
            urls_namespace="api",
            openapi_url=None,
            docs_url=None,
            renderer=JsonRenderer(),
            parser=JsonParser(),
        )
        self.rooms: list[Room] = []

    def take_in(self, room: Room) -> None:
        """Mount a room's operations."""
        self.rooms.append(room)
        self.add_router("", room)

    # --- addresses ---

    def _get_urls(self) -> list[Any]:
        seen: set[str] = set()
        found: list[URLPattern] = []
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                for operation in view.operations:
                    if (name := str(operation.operation_id)) in seen:
                        raise ValueError(f"two operations of the interface are called {name}")
                    seen.add(name)
                view.get_view = _door(self, view)  # type: ignore[method-assign]
            found += bound.urls_paths(bound.prefix)
        return found

    def get_operation_url_name(self, operation: Operation, router: Any) -> str:
        return str(operation.operation_id)

    def operations(self) -> Iterator[Operation]:
        for bound in self._get_bound_routers():
            for view in bound.path_operations.values():
                yield from view.operations

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document in the reader's language."""
        return _document(self, get_language() or "zh-hans", settings.BASE_URL)

    # --- one request ---

    def answer(self, request: HttpRequest, by_method: dict[str, Operation], arguments: dict[str, Any]) -> HttpResponse:
        """Carry a request out, or say why not; headers that every answer bears are put on here."""
        asked = Asked(request_id_of(request), by_method.get(str(request.method)))
        request.api = asked  # type: ignore[attr-defined]
        try:
            self._let_in(request, asked, by_method, arguments)
            operation = asked.operation
            assert operation is not None  # noqa: S101 (_let_in has refused the others)
            response: Any = operation.run(request, **arguments)
        except Exception as error:
            response = self.on_exception(request, error)
        return self._dress(request, response, asked)

    def _let_in(
        self, request: HttpRequest, asked: Asked, by_method: dict[str, Operation], arguments: dict[str, Any]
    ) -> None:
        """Find out who asks, count it, and look at permission, headers and address, in this order."""
        operation = asked.operation
        if operation is None:
            allowed = ", ".join(sorted(by_method))
            raise ApiProblem(
                405, "method_not_allowed", headers={"Allow": allowed}, method=request.method, allowed=allowed
            )
        asked.actor = _actor(request, asked)
        asked.limits, wait = limits.count(request, asked.actor)
        if wait:
            raise ApiProblem(429, "too_many_requests", headers={"Retry-After": str(wait)}, seconds=wait)
        _check_permission(asked, declared_permission(operation.view_func))
        request.actor = asked.actor  # type: ignore[attr-defined]
        if not asked.bearer and asked.actor.is_signed_in and csrf_is_wrong(request):
            raise ApiProblem(403, "forged")
        if not asked.bearer and asks_again(operation.view_func) and not all(sure(request) for sure in _sure):
            raise ApiProblem(403, "confirm_again")
        how = ways_of(operation)
        check_media_type(request, operation)
        asked.fields = check_address(request, operation, arguments, fields_of(operation))
        if how.versioned:
            asked.version, asked.matched = if_match(request), True
        if how.creates:
            asked.key = request.headers.get("Idempotency-Key", "")
            if not asked.key or len(asked.key) > KEY_LONGEST:
                raise ApiProblem(400, "idempotency_key_needed")

    def create_response(
        self, request: HttpRequest, data: Any, *, status: int | None = None, temporal_response: Any = None
    ) -> HttpResponse:
        asked = asked_of(request)
        version = data.get("version") if isinstance(data, dict) else None
        if asked.fields and isinstance(data, dict):
            data = _only(data, asked.fields)
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if isinstance(version, int):
            response["ETag"] = f'"{version}"'
        return response

    @staticmethod
    def _dress(request: HttpRequest, response: HttpResponse, asked: Asked) -> HttpResponse:
        for name, value in asked.limits.items():
            response[name] = value
        if asked.replayed:
            response["Idempotency-Replayed"] = "true"
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Authorization"])
        if asked.operation and (going := retiring(asked.operation)):
            response["Deprecation"] = f"@{int(going.since.timestamp())}"
            if going.ends:
                response["Sunset"] = http_date(going.ends.timestamp())
            if going.link:
                response["Link"] = f'<{going.link}>; rel="deprecation"; type="text/html"'
        return response

    # --- what goes wrong ---

    def set_default_exception_handlers(self) -> None:
        self.add_exception_handler(Exception, self._problem_of)

    def _problem_of(self, request: HttpRequest, error: Any) -> HttpResponse:
        asked = asked_of(request)
        if isinstance(error, ApiProblem):
            return problem(
                request, error.status, error.code, errors=error.errors, headers=error.headers, **error.places
            )
        if isinstance(error, Stale) and asked.matched:
            return problem(request, 412, "precondition_failed")
        if isinstance(error, Refused):
            return refused(request, error)
        if isinstance(error, Http404 | ObjectDoesNotExist):
            return problem(request, 404, "not_found")
        if isinstance(error, PermissionDenied):
            return problem(request, 403, "forbidden")
        if isinstance(error, ValidationError):
            return problem(request, 422, "invalid", errors=[_fault(one) for one in error.errors])
        if isinstance(error, HttpError):
            code = "malformed" if error.status_code == 400 else "bad_request"
            return problem(request, error.status_code, code)
        if isinstance(error, SuspiciousOperation):
            return problem(request, 400, "bad_request")
        if is_unavailable(error):
            logger.error("api.database_unavailable", exc_info=error)
            return problem(request, 503, "unavailable", headers={"Retry-After": "10"})
        return _broken(request, error)


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    body = random_serial(7)
    incident = grouped(body + check_character(body))
    logger.error("api.broken %s", incident, exc_info=error, extra={"incident": incident, "path": request.path})
    try:
        raise error
    except Exception:
        if sys.exc_info()[0] is not None:
            got_request_exception.send(sender=None, request=request)
    return problem(request, 500, "broken", incident=incident)


def _door(api: LinliAPI, view: PathView) -> Callable[[], Callable[..., HttpResponse]]:
    by_method = {method: operation for operation in view.operations for method in operation.methods}

    def door(request: HttpRequest, *_args: Any, **arguments: Any) -> HttpResponse:
        return api.answer(request, by_method, arguments)

    door.csrf_exempt = True  # type: ignore[attr-defined]  # asked for by the front, of whoever comes with a session
    door.linli_operations = by_method  # type: ignore[attr-defined]
    return lambda: door


def _actor(request: HttpRequest, asked: Asked) -> Actor:
    """Return who asks: the token decides where one is shown, else the browser's session."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        asked.bearer = True
        actor = next((one for one in (bearer(token.strip()) for bearer in _bearers) if one is not None), None)
        if actor is None:
            challenge = 'Bearer realm="linli", error="invalid_token"'
            raise ApiProblem(401, "invalid_token", headers={"WWW-Authenticate": challenge})
        return actor
    actor = request.actor  # type: ignore[attr-defined]
    return actor if actor.is_signed_in else ANONYMOUS


def _check_permission(asked: Asked, declared: tuple[Permission, ...] | str | None) -> None:
    if isinstance(declared, str):
        return
    if not asked.actor.is_signed_in:
        raise ApiProblem(401, "unauthorized", headers={"WWW-Authenticate": 'Bearer realm="linli"'})
    if any(asked.actor.may(permission) for permission in declared or ()):
        return
    if asked.actor.kind == "client":
        scope = " ".join(permission.code for permission in declared or ())
        challenge = f'Bearer realm="linli", error="insufficient_scope", scope="{scope}"'
        raise ApiProblem(403, "insufficient_scope", headers={"WWW-Authenticate": challenge}, scope=scope)
    raise ApiProblem(403, "forbidden")


def _fault(told: dict[str, Any]) -> dict[str, Any]:
    """Say where a fault stands: in the body as a pointer, elsewhere by the parameter's name."""
    source, *place = [str(part) for part in told.get("loc", ())] or [""]
    if source == "body":
        return {"detail": told["msg"], "pointer": "".join(f"/{part}" for part in place[1:] or place), "parameter": None}
    return {"detail": told["msg"], "pointer": None, "parameter": ".".join(place) or source or None}


def fields_of(operation: Operation) -> tuple[str, ...]:
    """Return the names that `?fields=` may pick from an operation's answer."""
    schema = answer_schema(operation)
    return tuple(schema.model_fields) if schema and operation.methods == ["GET"] else ()


def answer_schema(operation: Operation) -> type[BaseModel] | None:
    """Return the schema of what is answered, of a page that of its items."""
    model = next(iter(operation.response_models.values()), None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    schema: Any = model.model_fields["response"].annotation
    items = schema.model_fields.get("items") if isinstance(schema, type) and issubclass(schema, BaseModel) else None
    if items is not None and get_origin(items.annotation) is list:
        schema = get_args(items.annotation)[0]
    return schema if isinstance(schema, type) and issubclass(schema, BaseModel) else None


def _only(data: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    if "items" in data and "next" in data:
        return {**data, "items": [{name: item[name] for name in fields} for item in data["items"]]}
    return {name: data[name] for name in fields}


@cache
def _document(api: LinliAPI, language: str, base_url: str) -> dict[str, Any]:
    return document_of(api, prefix=PREFIX, base_url=base_url)


@cache
def house() -> LinliAPI:
    """Return the interface with every room's operations: a room's `api.py` is read because it is there."""
    api = LinliAPI()
    for config in apps.get_app_configs():
        if config.name.startswith("linli.") and config.name != "linli.core.api" and find_spec(f"{config.name}.api"):
            module = import_module(f"{config.name}.api")
            for room in getattr(module, "rooms", (module.room,)):
                api.take_in(room)
    return api


def openapi(request: HttpRequest) -> HttpResponse:
    """The document that describes all operations, OpenAPI 3.1."""
    api = house()
    response = HttpResponse(
        api.renderer.render(request, api.document(), response_status=200),
        content_type="application/vnd.oai.openapi+json;version=3.1; charset=utf-8",
    )
    response["Cache-Control"] = "public, max-age=300"
    return response


openapi.linli_open = "the description of the interface says nothing about anybody"  # type: ignore[attr-defined]


def urls() -> tuple[list[Any], str, str]:
    """Return the addresses below PREFIX, for the house's urls."""
    patterns, app_name, namespace = house().urls
    return [path("openapi.json", openapi, name="openapi"), *patterns], app_name, namespace


INTRODUCTION = _(
    "邻里的程序接口：门户和工作台能办的，这里都能办，规则和权限也一样。"
    "程序用令牌（OAuth 2.0 client credentials）来，网页用登录后的会话来。"
)
