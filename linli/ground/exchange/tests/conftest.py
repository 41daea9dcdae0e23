import pytest

from linli.services.casework.tests.factories import Town


@pytest.fixture
def town(db: None) -> Town:
    return Town()
