"""Spans by OpenTelemetry, one for each request. Imported only where LINLI_TRACES_URL is set.

Our own and not the instrumentation of Django: that writes down addresses, and ours hold numbers of cases and persons. A span
is called by method and view, and says route, status, time, and what was asked of the databases; of an exception its kind,
never its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

    from linli.core.watch.middleware import Asked

NAME = "linli"


@cache
def provider() -> TracerProvider:
    """Return the provider that sends to LINLI_TRACES_URL. Raises ImproperlyConfigured without the packages."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ImproperlyConfigured("LINLI_TRACES_URL is set: install the extra `traces` (linli[traces])") from error
    made = TracerProvider(resource=Resource({"service.name": NAME}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.TRACES_URL)))
    return made


@contextmanager
def request_span(request: HttpRequest) -> Iterator[Span]:
    """Open the span of a request; the caller's own trace goes on where it sends `traceparent`."""
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    told = {"traceparent": request.headers.get("traceparent", "")}
    context = TraceContextTextMapPropagator().extract(told)
    tracer = provider().get_tracer(NAME)
    with tracer.start_as_current_span(
        str(request.method), context, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def finish(span: Span, request: HttpRequest, response: HttpResponse, view: str, asked: Asked) -> None:
    """Say in the span what became of the request."""
    from opentelemetry.trace import Status, StatusCode

    span.update_name(f"{request.method} {view}")
    span.set_attribute("http.request.method", str(request.method))
    span.set_attribute("http.response.status_code", response.status_code)
    if request.resolver_match:
        span.set_attribute("http.route", f"/{request.resolver_match.route}")
    for alias, count in asked.queries.items():
        span.set_attribute(f"linli.database.{alias}.queries", count)
        span.set_attribute(f"linli.database.{alias}.seconds", round(asked.seconds[alias], 6))
    if response.status_code >= 500:
        span.set_status(Status(StatusCode.ERROR))
