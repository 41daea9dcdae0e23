"""Schemas of requests and answers, pages of a list, and creating something once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from ninja import Query
from ninja.errors import ValidationError
from pydantic import BaseModel, ConfigDict, Field

from linli.core.api.asked import asked_of
from linli.core.api.problems import ApiProblem
from linli.core.api.words import Limit
from linli.core.http import Refused, answered, once

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

SALT = "linli.api.cursor"
PAGE = 20


class In(BaseModel):
    """What is sent: what the schema does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What is answered."""


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(None, description="Hand it over as `after` to get the next page; null at the end")


class Asking(BaseModel):
    """Which page of a list."""

    limit: Limit = PAGE
    after: str = Field("", max_length=2000, description="`next` of the page before; nothing for the first")


Paging = Annotated[Asking, Query(...)]


def keyset(
    request: HttpRequest, rows: QuerySet[M], order: Sequence[str], paging: Asking, show: Callable[[M], T]
) -> Page[T]:
    """Return one page of rows ordered by columns or annotations (`-` for falling), the last of them unique.

    The cursor is signed and holds the last row's values: nobody asks for a place that no page has named.
    """
    names = [column.removeprefix("-") for column in order]
    if seen := _opened(request, paging.after, len(names)):
        beyond = Q(pk__in=[])
        for at, column in enumerate(order):
            equal = {name: seen[before] for before, name in enumerate(names[:at])}
            beyond |= Q(**equal, **{f"{names[at]}__{'lt' if column.startswith('-') else 'gt'}": seen[at]})
        rows = rows.filter(beyond)
    found = list(rows.order_by(*order)[: paging.limit + 1])
    more = None
    if len(found) > paging.limit:
        last = found[paging.limit - 1]
        more = signing.dumps([_plain(getattr(last, name)) for name in names], salt=_salt(request))
    return Page(items=[show(row) for row in found[: paging.limit]], next=more)


def listed(request: HttpRequest, rows: Sequence[R], paging: Asking, show: Callable[[R], T]) -> Page[T]:
    """Return one page of a list that is short by nature and whole in memory."""
    start = int((_opened(request, paging.after, 1) or [0])[0])
    end = start + paging.limit
    more = signing.dumps([end], salt=_salt(request)) if len(rows) > end else None
    return Page(items=[show(row) for row in rows[start:end]], next=more)


def marked(request: HttpRequest, after: str) -> str:
    """Return a mark that a query of the house has given out, out of its signed cursor; "" for the first page."""
    return str((_opened(request, after, 1) or [""])[0])


def page_with(request: HttpRequest, items: Iterable[T], more: str) -> Page[T]:
    """Return a page whose next one a query of the house has marked by itself."""
    return Page(items=list(items), next=signing.dumps([more], salt=_salt(request)) if more else None)


def remembered(request: HttpRequest, make: Callable[[], Any], *, first: Callable[[], None] | None = None) -> str:
    """Carry out a creating request once: repeated under its Idempotency-Key, it returns the id that was made first.

    `make` returns the id, in a transaction. first: runs before that transaction begins, for what takes long and may run
    twice; what it refuses counts only while the key is new. The same key with another content is refused.
    """
    asked = asked_of(request)
    told = hashlib.sha256(f"{request.method} {request.path}\n".encode() + _sent(request)).hexdigest()[:16]
    operation = f"api.{asked.name}"[:80]
    if first is not None:
        try:
            first()
        except (Refused, ObjectDoesNotExist):
            if answered(asked.actor, operation, asked.key) is None:
                raise
    result, fresh = once(asked.actor, operation, asked.key, lambda: f"{told} {make()}")
    before, _, made = result.partition(" ")
    if before != told:
        raise ApiProblem(422, "idempotency_key_reused")
    asked.replayed = not fresh
    return made


def _sent(request: HttpRequest) -> bytes:
    """Return what was sent, to know it again: of a form its words, and the size and name of its files."""
    if request.content_type != "multipart/form-data":
        return request.body
    files = [(name, file.name, file.size) for name, file in sorted(request.FILES.items())]  # type: ignore[union-attr]
    return repr((sorted(request.POST.lists()), files)).encode()


def _salt(request: HttpRequest) -> str:
    return f"{SALT}.{asked_of(request).name}"


def _opened(request: HttpRequest, cursor: str, parts: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        seen = signing.loads(cursor, salt=_salt(request))
    except (signing.BadSignature, ValueError):
        seen = None
    if not isinstance(seen, list) or len(seen) != parts:
        raise ValidationError([{"type": "cursor", "loc": ("query", "after"), "msg": "no page has named this place"}])
    return seen


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat() if hasattr(value, "isoformat") else str(value)
