"""A demonstration that was stopped half-way goes on where it was, and ends as one that nobody stopped."""

import pytest
from django.db import connection

from linli.config import serve
from linli.core.audit import verification
from linli.core.calendar import today
from linli.ground.registry.models import Person
from linli.services.casework.models import OPEN, Case, CaseAction
from linli.services.catalogue.models import ItemVersion
from linli.web import demonstration
from linli.web.demonstration import progress, strides
from linli.web.models import Demonstration
from tests.world import connected_to, copy_database, drop_database, fresh_name

SAY_NOTHING = {"echo": lambda _line: None}


@pytest.fixture
def begun(settled: str, django_db_blocker, settings, tmp_path, monkeypatch):
    """A demonstration of which the base is there, in a database of its own."""
    settings.VAR = tmp_path
    monkeypatch.setattr(strides, "STRIDE", 0.05)
    name = fresh_name()
    with django_db_blocker.unblock():
        copy_database(settled, name)
        with connected_to(name):
            demonstration.begin(cases=14, residents=25, days=10, **SAY_NOTHING)
            yield
        drop_database(name)


def test_loaded_by_hand_it_finds_items_that_were_in_force_before_today(settled, django_db_blocker, settings, tmp_path):
    """`linli demo load` into an empty database: its applications are months old."""
    settings.VAR, settings.KEYS = tmp_path, ""
    name = fresh_name()
    with django_db_blocker.unblock():
        copy_database(settled, name)
        with connected_to(name):
            ItemVersion.objects.all().delete()
            serve.set_up(demo=False, room_for_demo=True)
            first = ItemVersion.objects.earliest("valid_from").valid_from
        drop_database(name)

    assert first == today() - serve.SINCE


def _power_fails_at(count: int, monkeypatch) -> None:
    tell = progress.tell

    def tell_or_fail(made: int, of: int) -> None:
        if made >= count:
            raise KeyboardInterrupt
        tell(made, of)

    monkeypatch.setattr(progress, "tell", tell_or_fail)


def test_people_can_sign_in_before_there_is_a_case(begun):
    from linli.ground.accounts.models import Account

    assert Account.objects.get(username="baizhi").check_password("linli-demo-2026")
    assert Person.everywhere.count() == 3
    assert progress.progress() == progress.Progress(0, 14)
    assert not demonstration.is_whole()


def test_stopped_half_way_it_goes_on_and_becomes_whole(begun, monkeypatch):
    with monkeypatch.context() as patched:
        _power_fails_at(6, patched)
        with pytest.raises(KeyboardInterrupt):
            demonstration.go_on(**SAY_NOTHING)
    reached, before = Demonstration.objects.get().reached_at, set(Case.everywhere.values_list("number", flat=True))
    assert 0 < len(before) < 14

    demonstration.go_on(**SAY_NOTHING)

    mark = Demonstration.objects.get()
    assert demonstration.is_whole()
    assert progress.progress() is None
    assert Person.everywhere.count() == 25
    assert Case.everywhere.count() == 14
    assert before < set(Case.everywhere.values_list("number", flat=True))
    assert mark.reached_at is not None
    assert mark.reached_at > reached
    assert (
        CaseAction.objects.filter(case__number__in=before, at__gte=reached).exists()
        or not Case.everywhere.filter(number__in=before, status__in=OPEN).exists()
    )
    assert verification.verify().is_whole


def test_whoever_loads_again_changes_nothing(begun):
    demonstration.go_on(**SAY_NOTHING)
    before = Case.everywhere.count(), Person.everywhere.count()

    demonstration.load(cases=50, residents=50, days=5, **SAY_NOTHING)

    assert (Case.everywhere.count(), Person.everywhere.count()) == before
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
