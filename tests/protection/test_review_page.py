"""The custodian decides on the review page, and takes exceptions from it to the profile."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from browsed import new_page
from firmtrade.outputs import CellKey
from firmtrade.protection.custody.page import review_page
from firmtrade.protection.log import Hidden, losses
from firmtrade.protection.profile import Waiver

HIDDEN = tuple(
    Hidden(CellKey("3", "manufacturing", row, "n"), "cell", ("minimum_units",))
    for row in ("nace_11", "nace_23")
)


def test_an_exception_with_reason_and_name_is_a_waiver_of_the_profile(browser: Any, tmp_path: Path) -> None:
    page = tmp_path / "review.html"
    page.write_text(
        review_page("office", HIDDEN, losses([each.key for each in HIDDEN], HIDDEN)), encoding="utf-8"
    )
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
