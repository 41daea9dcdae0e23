"""Pages by key: where the page before ended, in the address."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from linli.core.http import Request


def cursor(request: Request, *kinds: Callable[[Any], Any]) -> list[Any] | None:
    """Return where the page before ended, each part read as its kind; None for the first page or for nonsense."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(request.GET.get("after", "").encode()))
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, TypeError, AttributeError):
        return None


def cursor_for(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode()
