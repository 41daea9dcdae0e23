import os

import pytest

from linli.core.design import translations


@pytest.fixture(autouse=True, scope="session")
def compiled() -> None:
    """English is there in tests too: the catalogues are compiled when they are older than their source."""
    from linli.core.design.cli import ROOT

    translations.compile_all(ROOT)


@pytest.fixture(scope="module")
def chromium():
    """One Chromium a module."""
    playwright_api = pytest.importorskip("playwright.sync_api")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
