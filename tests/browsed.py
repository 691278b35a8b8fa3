"""Pages as a browser shows them: of a width, with JavaScript, which the questions need and the pages do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def new_page(browser: Any, **options: Any) -> Any:
    """An empty page in a context of its own, which waits as long as a busy machine needs."""
    context = browser.new_context(**options)
    context.set_default_timeout(0)
    return context.new_page()


def with_script(browser: Any, path: Path, width: int, scheme: str = "light") -> Any:
    """A page whose layout can be asked about, on a device that is ``light`` or ``dark``."""
    opened = new_page(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.goto(path.as_uri())
    return opened


def ground(opened: Any) -> str:
    """The colour that a page stands on."""
    return str(opened.evaluate("getComputedStyle(document.body).backgroundColor"))


def barriers(opened: Any) -> list[tuple[str, str]]:
    """The rules that the accessibility checker finds broken on a page, each with its first place.

    It is told to describe nothing else: the places that keep a rule are thousands.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = axe.Axe().run(opened, options=options).response["violations"]
    return [(item["id"], item["nodes"][0]["html"]) for item in found]
