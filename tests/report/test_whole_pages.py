"""Every row of every page before the accessibility checker, on a desk and on a telephone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import firmtrade as ft
from browsed import barriers, with_script
from firmtrade.outputs.room import read_room
from firmtrade.report import publish
from report.test_same_text import STUDIES, published

pytestmark = pytest.mark.long

WIDTHS = (1280, 320)


def broken(browser: Any, folder: Path) -> dict[str, list[tuple[str, str]]]:
    """What the checker finds on each page of a folder, and pages that are wider than the screen."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        for width in WIDTHS:
            opened = with_script(browser, path, width)
            rules = barriers(opened)
            if opened.evaluate("document.documentElement.scrollWidth") > width:
                rules.append(("wider-than-the-screen", ""))
            if rules:
                found[f"{path.name} at {width}"] = rules
            opened.context.close()
    return found


@pytest.mark.parametrize("name", STUDIES, ids=lambda name: Path(name).stem)
def test_every_page_of_a_study_is_accessible(browser: Any, name: str, tmp_path: Path) -> None:
    publish(published(name, "de"), tmp_path / "release", formats=("html",))
    assert broken(browser, tmp_path / "release") == {}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_page_of_evidence_and_survey_is_accessible(
    browser: Any, rooms: Path, lang: str, tmp_path: Path
) -> None:
    made = ft.release([read_room(rooms / name) for name in ("evidence", "survey")], lang=lang)
    made.publish(tmp_path / "release", formats=("html",))
    assert broken(browser, tmp_path / "release") == {}
