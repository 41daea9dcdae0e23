"""What a room writes down: its operations, each with what it takes beyond its body and what it may answer."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from ninja import Router
from ninja.operation import Operation

from linli.core.access import declared_permission
from linli.core.api.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Retiring:
    """An operation that will go: since when nobody should begin with it, when it ends, and where to read on."""

    since: dt.datetime
    ends: dt.datetime | None = None
    link: str = ""


@dataclass(frozen=True)
class Ways:
    """How an operation is asked, beyond its parameters."""

    creates: bool = False
    """It makes something new: an Idempotency-Key is asked for."""
    versioned: bool = False
    """It changes a row that has a version: If-Match is asked for."""
    uploads: bool = False
    gives: str = ""
    """The media type of a file that it answers with."""
    refuses: tuple[int, ...] = ()
    """Statuses that its refusals bear beside those of all."""


PLAIN = Ways()


class Room(Router):
    """The operations of one room, under one heading of the reference.

    Each operation is a function under `@room.get(…)` (post, put, patch, delete) and `@requires(…)` or
    `@open_to_all(…)`; its name is the operation's id, its first docstring line the description.
    """

    def __init__(self, name: str, label: str | _StrPromise) -> None:
        super().__init__(tags=[name])
        self.name = name
        self.label = label

    def operation(
        self,
        method: str,
        path: str,
        *,
        summary: str | _StrPromise,
        response: Any = None,
        status: int = 200,
        name: str = "",
        **ways: Any,
    ) -> Callable[[F], F]:
        """Take a function in as an operation. response: the schema of its answer; ways: see Ways."""
        how = Ways(**ways)

        def decorate(function: F) -> F:
            if not declared_permission(function):
                raise ValueError(f"{function.__name__} says not who may: put @requires(…) or @open_to_all(…) below")
            told: dict[Any, Any] = {status: response}
            extra = _file_answer(status, how.gives) if how.gives else None
            function.linli_ways = how  # type: ignore[attr-defined]
            function.__signature__ = _signature(function)  # type: ignore[attr-defined]
            self.add_api_operation(
                path, [method], function, response=told, operation_id=name or function.__name__,
                summary=summary, openapi_extra=extra,  # type: ignore[arg-type]
            )  # fmt: skip
            return function

        return decorate

    def get(self, path: str, **how: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.operation("GET", path, **how)

    def post(self, path: str, **how: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.operation("POST", path, **{"status": 201 if how.get("creates") else 200, **how})

    def put(self, path: str, **how: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.operation("PUT", path, **how)

    def delete(self, path: str, **how: Any) -> Callable[[F], F]:  # type: ignore[override]
        return self.operation("DELETE", path, **{"status": 204, **how})


def _file_answer(status: int, media_type: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {status: {"description": "The file", "content": content}}}


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature with its types, read where the function was written and not where it was guarded."""
    inner = inspect.unwrap(function)
    hints = get_type_hints(inner, include_extras=True)
    plain = inspect.signature(inner)
    parameters = [one.replace(annotation=hints.get(name, one.annotation)) for name, one in plain.parameters.items()]
    return plain.replace(parameters=parameters)


def ways_of(operation: Operation) -> Ways:
    return getattr(_innermost(operation.view_func, "linli_ways"), "linli_ways", PLAIN)


def retiring(operation: Operation) -> Retiring | None:
    return getattr(_innermost(operation.view_func, "linli_retiring"), "linli_retiring", None)


def _innermost(function: Any, name: str) -> Any:
    while not hasattr(function, name) and hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def deprecated(since: dt.datetime, *, ends: dt.datetime | None = None, link: str = "") -> Callable[[F], F]:
    """Say that an operation will go: in the document, and in the headers of each answer (RFC 9745, RFC 8594)."""

    def decorate(function: F) -> F:
        function.linli_retiring = Retiring(since, ends, link)  # type: ignore[attr-defined]
        return function

    return decorate


def statuses_of(operation: Operation) -> list[int]:
    """Return the statuses of problems that an operation may answer, as the document names them."""
    how = ways_of(operation)
    found = {400, 429, 500, 503}
    sources = {model.__ninja_param_source__ for model in operation.models}
    if isinstance(declared_permission(operation.view_func), tuple):
        found |= {401, 403}
    if "path" in sources:
        found.add(404)
    found |= {422}
    if operation.methods != ["GET"]:
        found |= {403, 404, 409, 413}
    if sources & {"body", "form", "file"}:
        found |= {413, 415}
    if how.versioned:
        found |= {412, 428}
    return sorted(found | set(how.refuses))


__all__ = ["MEDIA_TYPE", "PLAIN", "Retiring", "Room", "Ways", "deprecated", "retiring", "statuses_of", "ways_of"]
