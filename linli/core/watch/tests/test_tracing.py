"""A request gives one span, by the name of its view, and nothing in it tells about whom the request was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from linli.core.watch import tracing
from linli.core.watch.middleware import WatchMiddleware

NUMBER = "5104022026000017X"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def spans(settings, monkeypatch):
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    memory = InMemorySpanExporter()
    made = TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(memory))
    monkeypatch.setattr(tracing, "provider", lambda: made)
    settings.TRACES_URL = "http://127.0.0.1:4318/v1/traces"
    return memory.get_finished_spans


def test_a_span_has_the_views_name_and_the_route_and_no_number(spans, client, db):
    client.get(
        f"/verify/{NUMBER}/?name=柳桂枝",
        headers={"user-agent": "Grandmother's phone", "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"},
    )

    (span,) = spans()
    assert span.name == "GET certificates:by_code"
    assert span.attributes["http.route"] == "/verify/<str:token>/"
    assert span.attributes["http.response.status_code"] in (200, 404)
    assert span.attributes["linli.database.default.queries"] >= 1
    assert format(span.context.trace_id, "032x") == TRACE
    for secret in (NUMBER, "柳桂枝", "Grandmother", "testserver"):
        assert secret not in span.to_json(indent=None).encode().decode("unicode_escape")


@pytest.mark.any_database
def test_of_an_exception_its_kind_is_told_and_not_its_text(spans, rf):
    def broken(request):
        raise ValueError("柳桂枝 has no telephone")

    with pytest.raises(ValueError, match="no telephone"):
        WatchMiddleware(broken)(rf.get("/"))

    (span,) = spans()
    assert span.attributes["error.type"] == "ValueError"
    assert span.events == ()
    assert span.status.description is None


@pytest.mark.any_database
def test_nothing_of_it_is_loaded_where_it_is_off():
    """Nor is prometheus_client where nothing is counted."""
    told = (
        "import django; django.setup()\n"
        "from linli.config.wsgi import application\n"
        "import sys; print([n for n in sys.modules if n.split('.')[0] in ('opentelemetry', 'prometheus_client', 'boto3', 'redis')])"
    )
    said = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
