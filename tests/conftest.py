import pytest

from linli.core.design import translations
from tests.world import city, settled, world

__all__ = ["city", "settled", "world"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, or one worker is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("takes_minutes") is None)


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too: the catalogues are compiled when they are older than their source."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)
