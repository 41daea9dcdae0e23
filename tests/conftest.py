import pytest

from linli.core.design import translations
from tests.world import city, settled, world

__all__ = ["city", "settled", "world"]


DATABASES = {"db", "transactional_db", "live_server", "settled", "city", "world"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, or one worker is left alone with it at the end.

    A room's test that has no database is run once, whichever database the others run on.
    """
    for item in items:
        has_database = DATABASES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
        if item.nodeid.startswith("linli/") and not has_database:
            item.add_marker("any_database")
    items.sort(key=lambda item: item.get_closest_marker("takes_minutes") is None)


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too: the catalogues are compiled when they are older than their source."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)
