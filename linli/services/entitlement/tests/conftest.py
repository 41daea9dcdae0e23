"""A town, as casework's tests have it."""

from linli.services.casework.tests.conftest import compiled, town  # noqa: F401
