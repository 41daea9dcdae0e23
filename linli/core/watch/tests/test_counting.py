"""Requests, queries, tasks and events are counted by the names that the program has for them."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from linli.core.calendar import now
from linli.core.events import Event, publish
from linli.core.watch import telling
from linli.core.watch.counting import OURS
from linli.core.watch.middleware import WatchMiddleware


@pytest.fixture
def watched(settings):
    settings.METRICS_BIND = "127.0.0.1:9464"


def count(name: str, **labels: str) -> float:
    return OURS.get_sample_value(name, labels) or 0.0


@pytest.mark.any_database
def test_the_middleware_is_not_there_where_nothing_is_watched():
    with pytest.raises(MiddlewareNotUsed):
        WatchMiddleware(lambda request: HttpResponse())


def test_a_request_is_counted_under_the_name_of_its_view_with_its_queries(watched, db):
    def answer(request):
        request.resolver_match = resolve(request.path)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse(status=404)

    address = "/verify/Zm9vYmFyYmF6cXV4/"
    view = resolve(address).view_name
    labels = {"view": view, "method": "GET", "status": "404"}
    before = count("linli_http_requests_total", **labels)
    queries = count("linli_database_queries_total", database="default", view=view)

    WatchMiddleware(answer)(RequestFactory().get(address))

    assert count("linli_http_requests_total", **labels) == before + 1
    assert count("linli_http_request_seconds_count", view=view) >= 1
    assert count("linli_database_queries_total", database="default", view=view) == queries + 1
    assert count("linli_database_seconds_total", database="default", view=view) > 0


@pytest.mark.any_database
@pytest.mark.parametrize(("path", "view"), [("/static/a.css", "static"), ("/wp-login/510402199001011234", "unmatched")])
def test_what_no_view_answers_is_one_of_two_names_whatever_was_asked(watched, path, view):
    before = count("linli_http_requests_total", view=view, method="other", status="200")

    WatchMiddleware(lambda request: HttpResponse())(RequestFactory().generic("BREW", path))

    assert count("linli_http_requests_total", view=view, method="other", status="200") == before + 1


@dataclasses.dataclass(frozen=True)
class KettleBoiled(Event):
    counted_by: ClassVar[str] = "how"
    how: str


@pytest.mark.django_db(transaction=True)
def test_an_event_counts_when_it_is_committed_and_not_before(watched):
    labels = {"event": "watch.KettleBoiled", "what": "loudly"}
    before = count("linli_events_total", **labels)

    with transaction.atomic():
        publish(KettleBoiled(how="loudly"))
        assert count("linli_events_total", **labels) == before
    with transaction.atomic():
        publish(KettleBoiled(how="loudly"))
        transaction.set_rollback(True)

    assert count("linli_events_total", **labels) == before + 1


def test_a_task_counts_with_its_outcome(db, watched):
    from django_tasks.signals import task_finished

    from linli.core.tasks.tasks import prune
    from linli.core.tasks.testing import run_one, waiting_tasks

    labels = {"task": "core.tasks.tasks.prune", "outcome": "successful"}
    before = count("linli_tasks_total", **labels)
    telling.listen_to_tasks()
    try:
        prune.enqueue()
        row = waiting_tasks()[0]
        row.started_at = now()
        run_one(row)
        task_finished.send(sender=type(row.task.get_backend()), task_result=row.task_result)  # as the worker does
    finally:
        task_finished.disconnect(dispatch_uid="linli.core.watch")

    assert count("linli_tasks_total", **labels) == before + 1
