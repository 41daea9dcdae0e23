"""Helpers of the pages: one URL answers page or fragment; refusals stand beside their field."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from linli.core.http.refusals import Refused


class ShowsRefusals(Protocol):
    """A form of Django or one made from a schema (core.forms)."""

    @property
    def fields(self) -> Container[Any]: ...

    def add_error(self, field: str | None, error: Any, /) -> None: ...


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Render the page, or its fragment when htmx asks for it (never for a history restore or a boosted link)."""
    htmx = getattr(request, "htmx", None)
    partial = bool(fragment and htmx and not htmx.boosted and not htmx.history_restore_request)
    response = render(request, fragment if partial else template, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


@contextmanager
def refusals_shown_on(form: ShowsRefusals) -> Iterator[None]:
    """Turn a Refused raised inside into an error on its field, or above the form."""
    try:
        yield
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal))
