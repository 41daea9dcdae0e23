import pytest

from linli.ground.accounts import roles


@pytest.fixture(autouse=True)
def departments(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one line for department staff, whether or not the catalogue has registered its own."""
    monkeypatch.setattr(roles, "_departments", {"civil_affairs": "民政局", **roles.departments()})
