"""One browser and one published release for all tests of this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmtrade.report import publish
from firmtrade.report.editions import parse_edition
from firmtrade.report.tidy import long_file
from report.sample import document


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample publication in every format, in English, an edition beside it."""
    edition = parse_edition(long_file(document()).decode().replace("18.0,", "17.6,"), "edition 2001")
    return publish(document(), tmp_path_factory.mktemp("release") / "sample", against=edition)


@pytest.fixture(scope="session")
def short_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page alone, its long table cut: what the accessibility checker walks through node by node."""
    return publish(document(rows=4), tmp_path_factory.mktemp("page") / "sample", formats=("html",))


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
