"""Figures are read from the copy that follows the database, where there is one; what somebody has just done she sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import OperationalError, connections, router
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.core.replica import reading, reading_a_copy
from linli.services.casework.models import Case
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import Road
from linli.services.casework.tests.test_figures import CODE, district, signed_in

pytestmark = [pytest.mark.django_db(databases=["default", reading.COPY]), pytest.mark.any_database]
MODELS = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


@pytest.fixture(scope="module", autouse=True)
def second_database(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """A database in a file of its own, with every table, whatever the first one is."""
    before = connections.settings
    place = str(tmp_path_factory.mktemp("copy") / "copy.sqlite3")
    connections.settings = {
        **before,
        reading.COPY: {**before["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": place, "OPTIONS": {}},
    }
    there = connections[reading.COPY]
    try:
        with django_db_blocker.unblock(), there.constraint_checks_disabled(), there.schema_editor() as tables:
            for model in MODELS:
                tables.create_model(model)
        yield
    finally:
        with django_db_blocker.unblock():
            there.close()
        del connections[reading.COPY]
        connections.settings = before


@pytest.fixture
def copy(second_database: None, town) -> str:
    """The copy has heard of one case."""
    factories.catalogue(CODE)
    Road(town)
    district(town)
    for model in MODELS:
        model._base_manager.using(reading.COPY).bulk_create(list(model._base_manager.all()))
    return reading.COPY


def received(client) -> int:
    return int(client.get(reverse("casework:figures")).context["tiles"][0]["value"])


def test_figures_are_those_of_the_copy_but_not_for_whoever_has_just_written(copy, town, client):
    Road(town)  # the copy has not heard of it yet
    me = signed_in(client, district(town))

    assert received(me) == 1
    me.cookies[reading.WROTE] = "1"
    assert received(me) == 2
    assert len(me.get(reverse("casework:all")).context["cases"]) == 2, "lists of work are those of the main database"


def test_a_copy_that_is_away_is_done_without(copy, town, client, monkeypatch):
    def away() -> None:
        raise OperationalError

    Road(town)
    monkeypatch.setattr(connections[copy], "ensure_connection", away)

    assert received(signed_in(client, district(town))) == 2


def test_writing_goes_to_the_main_database_whatever_is_read(copy):
    with reading_a_copy():
        case = Case.everywhere.get()

        assert case._state.db == copy
        assert router.db_for_write(Case, instance=case) == "default"
        assert Entry.objects.select_for_update().db == "default"
        assert router.db_for_read(apps.get_model("sessions.Session")) == "default"
    assert router.db_for_read(Case, instance=case) == "default"
