from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from linli.core.design.translations import compile_all
from linli.services.catalogue import protection

ROOT = Path(__file__).parents[4]
compile_all(ROOT)  # before the first page loads English


@pytest.fixture
def protected(db):
    """The triggers of the migration, also where tables were made without migrations."""
    with connection.cursor() as cursor:
        for statement in (*protection.BACKWARD[connection.vendor], *protection.FORWARD[connection.vendor]):
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in protection.BACKWARD[connection.vendor]:
            cursor.execute(statement)


@pytest.fixture
def audit_log(db):
    """The actions written since the test began."""
    from linli.core.audit.models import Entry

    class Log:
        def __call__(self) -> list[str]:
            return list(Entry.objects.order_by("chain", "seq").values_list("action", flat=True))

    return Log()


@pytest.fixture
def heard(db):
    """What a subscriber will be told after the commit: names of events and what they carry."""
    from django_tasks_db.models import DBTaskResult

    from linli.core.events import bus
    from linli.services.catalogue.events import ItemPublished, ItemRetired

    def listener(event: object) -> None:
        raise AssertionError("only stored in these tests, never delivered")

    kinds = (ItemPublished, ItemRetired)
    for kind in kinds:
        bus.subscribe(kind)(listener)
    name = f"{listener.__module__}.{listener.__qualname__}"

    def stored() -> list[tuple[str, dict[str, object]]]:
        rows = DBTaskResult.objects.order_by("enqueued_at")
        told = [row.args_kwargs["args"] for row in rows]
        return [(event, payload) for event, payload, subscriber in told if subscriber == name]

    yield stored
    for kind in kinds:
        bus.unsubscribe(kind, listener)


@pytest.fixture
def queries_of(django_assert_max_num_queries, client):
    """How many queries a page takes."""
    from django.test.utils import CaptureQueriesContext

    def count(url: str, **kwargs: object) -> int:
        client.get(url, **kwargs)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, **kwargs).status_code == 200
        return len(captured)

    return count
