"""Whose portal this is: the name under the mark. The room that knows where a reader lives says so, once, at start."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

_known_by: list[Callable[[HttpRequest], str]] = []


def register(function: Callable[[HttpRequest], str]) -> None:
    """Let `function` name the reader's place, "" where it knows none."""
    _known_by.append(function)


def place_of(request: HttpRequest) -> str:
    """Return the name of the community whose pages the reader sees, "" when nobody knows one."""
    return next((name for function in _known_by if (name := function(request))), "")
