import pytest

from linli.core.design import translations
from tests.world import city, settled, world

__all__ = ["city", "settled", "world"]


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too: the catalogues are compiled when they are older than their source."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)
