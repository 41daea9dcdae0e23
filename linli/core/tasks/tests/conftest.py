import pytest

from linli.core.tasks import schedule as registry


@pytest.fixture
def on_schedule(monkeypatch):
    """Only what the test puts on the schedule is on it."""
    monkeypatch.setattr(registry, "_periodic", {})
    return registry.periodic
