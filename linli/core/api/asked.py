"""What the front has found out about a request before its operation runs: it stands on `request.api`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from linli.core.access import ANONYMOUS, Actor

if TYPE_CHECKING:
    from ninja.operation import Operation


@dataclass
class Asked:
    """One request: its id, its operation, and what its headers and its address ask of every operation alike.

    version: what If-Match names, None for `*`. key: the Idempotency-Key. fields: of the answer, empty for all.
    """

    request_id: str
    operation: Operation | None = None
    actor: Actor = ANONYMOUS
    bearer: bool = False
    version: int | None = None
    matched: bool = False
    """The request says which version it changes: one that is stale fails its precondition (412)."""
    key: str = ""
    replayed: bool = False
    fields: tuple[str, ...] = ()
    limits: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's id."""
        return (self.operation and self.operation.operation_id) or ""


class ApiRequest(HttpRequest):
    """A request as operations get it. A type only: the front fills these in."""

    actor: Actor
    api: Asked


def asked_of(request: HttpRequest) -> Asked:
    return cast("ApiRequest", request).api
