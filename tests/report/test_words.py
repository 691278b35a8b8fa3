"""Numbers and words read as each language wants them, and no language lacks a word."""

from __future__ import annotations

import pytest

from firmtrade.messages import language_of
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.report.words import cell_text

ENGLISH = language_of("en")
KEY = CellKey("4", "services", "export", "n")


@pytest.mark.parametrize(
    ("status", "mark"),
    [(ObsStatus.SUPPRESSED, "[c]"), (ObsStatus.UNDEFINED, "[z]"), (ObsStatus.NOT_COMPUTED, "[x]")],
)
def test_a_value_that_is_not_there_prints_its_mark_and_never_a_zero(status: ObsStatus, mark: str) -> None:
    assert cell_text(Cell(KEY, None, "percent", "2002", status=status), ENGLISH) == mark


def test_a_hidden_value_prints_its_mark_even_if_the_cell_still_holds_it() -> None:
    assert cell_text(Cell(KEY, 12.0, "count", "2002", status=ObsStatus.SUPPRESSED), ENGLISH) == "[c]"


def test_a_code_keeps_its_leading_zero() -> None:
    assert cell_text(Cell(KEY, 5.0, "code", "2002", 0), ENGLISH) == "05"
