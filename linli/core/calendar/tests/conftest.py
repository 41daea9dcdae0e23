import pytest

from linli.core.calendar import queries


@pytest.fixture(autouse=True)
def _fresh_calendars():
    """Tables that a test has loaded are rolled back; what the process kept of them goes too."""
    queries.forget_calendars()
    queries._warned.clear()
    yield
    queries.forget_calendars()
