"""A CSV file that people open holds no formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from firmtrade.errors import DataError
from firmtrade.outputs.formulas import NOTE, defused
from firmtrade.sources.importer import import_records
from sources.raw_files import bring

EVIL = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|x",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "=",
    "-",
    "+a",
    "\x00=1",
]
HARMLESS = ["", "5", "-5", "+5", "-1.5", "-1,5", "+12 %", "a=b", "3-4", "Flanders", "'x", "(=1)"]


@pytest.mark.parametrize("text", EVIL)
def test_what_would_be_a_formula_has_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert defused(defused(text)) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


MAPPING = """
[files.customs]
path = "customs.csv"
[trade]
file = "customs"
[trade.columns]
firm_id = "firm"
year = "year"
flow = "flow"
value = "=value"
"""


def test_refused_rows_are_texts_and_say_so(tmp_path: Path) -> None:
    rows = 'firm,year,flow,=value\n"=HYPERLINK(""x"")",2001,@x,1\n+cmd|y,2001,export,-5x\n=broken\n'
    mapping = bring(tmp_path, MAPPING, {"customs.csv": rows})
    with pytest.raises(DataError):
        import_records(mapping, tmp_path / "out")
    with (tmp_path / "out-rejected" / "trade.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.reader(stream))
    assert any(cell == '\'=HYPERLINK("x")' for row in found for cell in row)
    assert not [cell for row in found for cell in row if defused(cell) != cell]
    assert NOTE in (tmp_path / "out-rejected" / "rejected.json").read_text(encoding="utf-8")
