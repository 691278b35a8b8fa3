"""The custodian decides on the review page, and takes exceptions from it to the profile."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from browsed import barriers, new_page, with_script
from firmtrade.outputs import CellKey
from firmtrade.protection.custody.page import review_page
from firmtrade.protection.log import Hidden, losses
from firmtrade.protection.profile import Waiver

HIDDEN = tuple(
    Hidden(CellKey("3", "manufacturing", row, "n"), "cell", ("minimum_units",))
    for row in ("nace_11", "nace_23")
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    written = tmp_path / "review.html"
    written.write_text(
        review_page("office", HIDDEN, losses([each.key for each in HIDDEN], HIDDEN)), encoding="utf-8"
    )
    return written


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_accessible_and_no_wider_than_the_screen(browser: Any, page: Path, width: int) -> None:
    opened = with_script(browser, page, width)
    assert barriers(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.context.close()


def test_an_exception_with_reason_and_name_is_a_waiver_of_the_profile(browser: Any, page: Path) -> None:
    opened = new_page(browser)
    opened.goto(page.as_uri())
    opened.select_option("[name=decision-0]", "exception")
    assert opened.input_value("#waivers") == "", "without a reason and a name there is no exception"
    opened.fill("[name=reason-0]", 'both agreed, "in writing"')
    opened.fill("[name=name-0]", "the custodian")
    written = tomllib.loads(opened.input_value("#waivers"))
    opened.close()
    (waiver,) = (Waiver(**each) for each in written["waivers"])
    assert (waiver.cell, waiver.by) == ("3/manufacturing/nace_11/n", "the custodian")
    assert waiver.reason == 'both agreed, "in writing"'
