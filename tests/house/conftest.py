import logging
from collections.abc import Iterator
from typing import Any

import pytest

from linli.ground.accounts import roles


@pytest.fixture(autouse=True)
def departments(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one line for department staff, whether or not the catalogue has registered its own."""
    monkeypatch.setattr(roles, "_departments", {"civil_affairs": "民政局", **roles.departments()})


@pytest.fixture(autouse=True)
def no_tales_of_refusals() -> Iterator[None]:
    """The walks are refused thousands of times: nobody reads what Django would say about each."""
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    """The walks knock thousands of times within a minute."""
    settings.API_REQUESTS_PER_MINUTE = settings.API_REQUESTS_PER_MINUTE_OF_ANYBODY = 10_000_000
