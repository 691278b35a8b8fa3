"""What the tests of every folder share: one browser, drawn examples that no clock judges, and a process's ways."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# Several processes share the cores: threads of linear algebra that wait for work by spinning would take them.
for library in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among the modules: expressions are many small objects that live shortly."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def one_engine_draws() -> Iterator[None]:
    """A second process that draws would take a processor from the tests beside it."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("firmtrade.report.drawing_engines.WORTH", sys.maxsize)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, headless. Where it must be there, its absence is a failure and not a skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("FIRMTRADE_REQUIRE_BROWSER"):
            pytest.fail("no Chromium on this machine, and FIRMTRADE_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()
