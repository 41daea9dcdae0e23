"""What the room's tests share: a town, a clock, and the promise that a refusal leaves nothing behind."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django_tasks_db.models import DBTaskResult

from linli.core.access import Actor
from linli.core.audit.models import Entry
from linli.core.calendar import at
from linli.core.design import translations
from linli.core.messages.models import Message
from linli.ground.accounts.models import Account
from linli.services.casework.tests.factories import Town

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)


@pytest.fixture
def town(db: None) -> Town:
    cache.clear()
    return Town()


@pytest.fixture
def clock() -> Iterator[Callable[[str], None]]:
    """Set the house's clock: clock("2026-11-23 09:00") in China's time, until the next call."""
    with contextlib.ExitStack() as stack:

        def set_to(moment: str) -> None:
            stack.enter_context(at(dt.datetime.fromisoformat(moment).replace(tzinfo=CHINA)))

        yield set_to


@pytest.fixture
def monday(clock: Callable[[str], None]) -> None:
    """An ordinary Monday morning: 23 November 2026, 9 o'clock."""
    clock("2026-11-23 09:00")


@pytest.fixture
def signed_in() -> Callable[[Actor], Client]:
    def sign_in(actor: Actor) -> Client:
        client = Client()
        client.force_login(Account.objects.get(pk=actor.account_id))
        return client

    return sign_in


def everything() -> dict[str, Any]:
    """Return what a refusal must leave as it was."""
    found: dict[str, Any] = {}
    for model in (*apps.get_app_config("facilities").get_models(), Entry, DBTaskResult, Message):
        found[model.__name__] = sorted(map(str, model._base_manager.values_list()))
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
