"""Who reads from the copy, and while what."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpRequest

logger = logging.getLogger(__name__)
COPY = "replica"
WROTE = "linli_wrote"
"""The cookie of somebody who has just written; it lives as long as the copy may be behind (LINLI_REPLICA_LAG_SECONDS)."""

reads_from: ContextVar[str] = ContextVar("reads_from", default=DEFAULT_DB_ALIAS)


def reads_a_copy(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a page read from the copy, where there is one. For pages that count, and write nothing but that one looked.

    Stands below `requires`: who somebody is and what she may, the main database says. What the copy breaks off (it has
    to catch up, or goes away meanwhile) is read again from the main database.
    """

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if WROTE in request.COOKIES:
            return view(request, *args, **kwargs)
        try:
            with reading_a_copy():
                return view(request, *args, **kwargs)
        except OperationalError as error:
            if COPY not in connections.settings:
                raise
            logger.warning("replica.broke_off", extra={"error": type(error.__cause__ or error).__name__})
        return view(request, *args, **kwargs)

    return reading


@contextmanager
def reading_a_copy() -> Iterator[None]:
    """Read from the copy inside; from the main database where there is no copy or it does not answer."""
    if not _answers():
        yield
        return
    before = reads_from.set(COPY)
    try:
        yield
    finally:
        reads_from.reset(before)


def _answers() -> bool:
    if COPY not in connections.settings:
        return False
    try:
        # A connection that was kept from an earlier page may be dead.
        connections[COPY].close_if_health_check_failed()
        connections[COPY].ensure_connection()
    except OperationalError:
        logger.warning("replica.away")
        return False
    return True
