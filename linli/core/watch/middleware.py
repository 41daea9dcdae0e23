"""Every request is counted and, where traces are on, told of: by the name of its view, never by its address."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.http import HttpRequest, HttpResponse

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class WatchMiddleware:
    """Stands before all others, so that what they answer is counted too. Not there at all where nothing is watched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not (settings.METRICS_BIND or settings.TRACES_URL):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = Asked()
        started = time.perf_counter()
        with ExitStack() as stack:
            span = None
            if settings.TRACES_URL:
                from linli.core.watch.tracing import finish, request_span

                span = stack.enter_context(request_span(request))
            for alias in connections:
                stack.enter_context(connections[alias].execute_wrapper(asked))
            response = self.get_response(request)
            if span is not None:
                finish(span, request, response, view_of(request), asked)
        if settings.METRICS_BIND:
            _count(request, response, asked, time.perf_counter() - started)
        return response


class Asked:
    """What a request asked of each database: how many queries, and how long they took in seconds."""

    def __init__(self) -> None:
        self.queries: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        alias = context["connection"].alias
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries[alias] += 1
            self.seconds[alias] += time.perf_counter() - started


def view_of(request: HttpRequest) -> str:
    """Return the name of the view that answered: "static" for files, "unmatched" where there is none."""
    if match := request.resolver_match:
        return match.view_name or f"/{match.route}"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"


def _count(request: HttpRequest, response: HttpResponse, asked: Asked, seconds: float) -> None:
    from linli.core.watch import counting

    view = view_of(request)
    method = request.method if request.method in METHODS else "other"
    counting.REQUESTS.labels(view, method, str(response.status_code)).inc()
    counting.REQUEST_SECONDS.labels(view).observe(seconds)
    for alias, count in asked.queries.items():
        counting.QUERIES.labels(alias, view).inc(count)
        counting.QUERY_SECONDS.labels(alias, view).inc(asked.seconds[alias])
