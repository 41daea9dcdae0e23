"""A community that has grown moves from SQLite to PostgreSQL with nothing lost (R20a: taking over is whole or not at all)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections

from linli.core.access import system_actor
from linli.core.audit import triggers
from linli.core.audit.models import Entry
from linli.core.audit.verification import verify
from linli.core.calendar import now
from linli.core.http.models import IdempotencyKey
from linli.core.ids import new_id
from linli.core.keeping import refusals
from linli.core.keeping.manifest import chain_heads
from linli.core.keeping.move import _models, in_order, move
from linli.core.keeping.snapshots import sqlite_settings
from linli.core.keeping.tables import MADE_BY_MIGRATING, another, standing_in, with_data
from linli.services.casework.models import Case
from tests.world import create_database, drop_database, fresh_name

pytestmark = [
    pytest.mark.skipif(
        "not os.environ.get('LINLI_DATABASE_URL', '').startswith('postgres')", reason="needs both databases"
    ),
]
BY = system_actor("测试")


def make_tables() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    triggers.refuse_changes(connections["default"])


@pytest.fixture
def small(world: str, django_db_blocker, tmp_path: Path) -> Iterator[object]:
    """The city as a SQLite installation, row by row as it stands in PostgreSQL."""
    with django_db_blocker.unblock(), another(sqlite_settings(tmp_path / "city.sqlite3"), alias="small") as sqlite:
        with standing_in(sqlite):
            make_tables()
        for model in in_order(_models()):
            if model._meta.db_table in MADE_BY_MIGRATING:
                model._base_manager.using("small").all().delete()
            rows = list(model._base_manager.using("default"))
            with sqlite.constraint_checks_disabled():
                model._base_manager.using("small").bulk_create(rows, batch_size=200)
        yield sqlite


@pytest.fixture
def grown(small: object) -> Iterator[str]:
    """An empty PostgreSQL database with its tables; its URL."""
    name = fresh_name()
    create_database(name)
    with another({"NAME": name}, alias="grown") as postgresql, standing_in(postgresql):
        make_tables()
    yield urlsplit(os.environ["LINLI_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    drop_database(name)


def test_a_city_moves_whole_or_not_at_all(small, grown: str):
    heads, cases = chain_heads(), Case.everywhere.count()
    there = {"NAME": urlsplit(grown).path[1:]}
    with standing_in(small):
        assert (chain_heads(), Case.everywhere.count()) == (heads, cases)
        too_long = IdempotencyKey.objects.create(
            id=new_id(), owner="o", operation="t", key="k", result="x" * 200, created_at=now()
        )  # SQLite does not look at lengths

        with pytest.raises(refusals.DoesNotFit, match="core_http_idempotencykey"):
            move(grown, by=BY)

        with another(there, alias="grown") as target:
            assert with_data(target) == []
        too_long.delete()
        moved = move(grown, by=BY)

        with pytest.raises(refusals.HoldsData):
            move(grown, by=BY)
    with another(there, alias="grown") as target, standing_in(target):
        assert Case.everywhere.count() == cases > 0
        assert moved.entries == Entry.objects.count() - 1
        last = Entry.objects.filter(chain="house").latest("seq")
        assert (last.action, last.seq) == ("keeping.moved", heads["house"][0] + 1)
        assert verify().is_whole
        last_type = ContentType.objects.latest("pk").pk
        assert ContentType.objects.create(app_label="after", model="themove").pk == last_type + 1
