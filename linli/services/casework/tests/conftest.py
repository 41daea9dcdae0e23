"""What the room's tests share: a town, and the promise that a refusal leaves nothing behind."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.cache import cache
from django_tasks_db.models import DBTaskResult

from linli.core.access import Actor
from linli.core.audit.models import Entry
from linli.core.calendar import at
from linli.core.design import translations
from linli.core.files.models import StoredFile
from linli.core.messages.models import Message
from linli.ground.registry.models import Person
from linli.services.casework.models import Case
from linli.services.casework.tests import factories

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)


@pytest.fixture
def town(db: None) -> factories.Town:
    cache.clear()
    return factories.Town()


@pytest.fixture
def mother(town: factories.Town) -> Person:
    return factories.person(town)


@pytest.fixture
def daughter(town: factories.Town) -> Person:
    return factories.person(town, name="柳青禾", born=dt.date(1974, 8, 23), community=town.other)


@pytest.fixture
def clerk(town: factories.Town) -> Actor:
    return town.staff("window_clerk", town.other, name="文竹")


@pytest.fixture
def clock() -> Iterator[Callable[[str], None]]:
    """Set the house's clock: clock("2026-03-02 09:00") in China's time, until the next call."""
    with contextlib.ExitStack() as stack:

        def set_to(moment: str) -> None:
            stack.enter_context(at(dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA)))

        yield set_to


def everything() -> dict[str, Any]:
    """Return what a refusal must leave as it was: rows of the room, audit entries, events, messages, files."""
    found: dict[str, Any] = {}
    for model in apps.get_app_config("casework").get_models():
        found[model.__name__] = model._base_manager.count()
    for other in (Entry, DBTaskResult, Message, StoredFile):
        found[other.__name__] = other._base_manager.count()
    found["cases"] = sorted(Case.everywhere.values_list("pk", "version", "status", "step", "due_on", "community_id"))
    return found


@pytest.fixture
def refused() -> Callable[[type[BaseException]], contextlib.AbstractContextManager[Any]]:
    """`with refused(SomeRefusal):` raises it, and nothing is left behind."""

    @contextlib.contextmanager
    def check(kind: type[BaseException]) -> Iterator[Any]:
        before = everything()
        with pytest.raises(kind) as caught:
            yield caught
        assert everything() == before

    return check
