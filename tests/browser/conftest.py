"""One Chromium a module, and a real server on the city's own database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def chromium(world: str) -> Iterator:
    """A browser, once the city stands: while Playwright's loop runs here, nothing else of asyncio can."""
    playwright_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's Chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def server(world: str) -> Iterator[str]:
    """The address of a server on this module's copy of the city."""
    from pytest_django.live_server_helper import LiveServer

    running = LiveServer("localhost")
    before, settings.BASE_URL = settings.BASE_URL, running.url
    yield running.url
    settings.BASE_URL = before
    running.stop()


@pytest.fixture(scope="session")
def axe() -> str:
    return (Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
