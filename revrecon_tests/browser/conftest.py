import shutil

import pytest
from playwright.sync_api import Error, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="package")
def chromium():
    """A headless Chromium: the machine's own, or the one that `playwright install chromium` put there.

    It ends with this package: Playwright keeps an event loop running in its thread, where Dagster
    could not start one of its own.
    """
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as missing:
            pytest.skip(f"no Chromium on this machine: {str(missing).splitlines()[0]}")
        yield browser
        browser.close()
