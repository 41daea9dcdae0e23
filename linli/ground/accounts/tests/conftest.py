from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from linli.core.audit.models import Entry
from linli.core.messages import queries as messages
from linli.ground.accounts import roles
from linli.ground.accounts.tests.factories import make_city


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    return make_city()


@pytest.fixture(autouse=True)
def departments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "_departments", {"civil_affairs": "民政局", "health": "卫生健康局"})


@pytest.fixture
def audited(db: None):
    """Return what has been written to the audit log since the fixture was taken: (action, facts) pairs."""
    before = set(Entry.objects.values_list("pk", flat=True))
    return lambda: [(e.action, e.facts) for e in Entry.objects.order_by("at", "seq") if e.pk not in before]


class Outbox:
    """What the gateway was handed, oldest first, as (telephone shown, code)."""

    def __len__(self) -> int:
        return len(messages.outbox(1000))

    def __getitem__(self, index: int) -> tuple[str, str]:
        line = list(reversed(messages.outbox(1000)))[index]
        return line.phone, re.findall(r"[0-9]{6}", line.text)[0]


@pytest.fixture
def sent(db: None) -> Outbox:
    return Outbox()


@pytest.fixture(autouse=True)
def alone(settings) -> None:
    """One person does it all; test_two_people wants two."""
    settings.FOUR_EYES = []
