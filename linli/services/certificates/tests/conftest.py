import pytest


@pytest.fixture(autouse=True)
def alone(settings) -> None:
    """One person does it all; test_two_people wants two."""
    settings.FOUR_EYES = []
