from __future__ import annotations

from types import SimpleNamespace

import pytest

from linli.core.audit.models import Entry
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
