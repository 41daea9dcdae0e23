"""What rises to the top: refusals become pages with a sentence; a lost database becomes a 503."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from linli.core.http.refusals import Refused

logger = logging.getLogger(__name__)


def is_away(exception: BaseException) -> bool:
    """Tell whether a cache or a store of files on another machine does not answer: their packages need not be there."""
    return type(exception).__module__.startswith(("redis.exceptions", "botocore.", "boto3."))


def is_unavailable(exception: BaseException | None) -> bool:
    """Tell whether what was raised means that the database, or another machine that we rest on, is away or busy."""
    return isinstance(exception, OperationalError | InterfaceError) or (exception is not None and is_away(exception))


class RefusalMiddleware:
    """Show a Refused that no page has caught with its own sentence and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "design/refused.html", {"sentence": str(exception)}, status=exception.status)
        if is_unavailable(exception):
            logger.error("http.unavailable", exc_info=exception)  # it may be a fault in our own SQL
            response = render(request, "design/busy.html", status=503)
            response["Retry-After"] = "10"
            return response
        return None
