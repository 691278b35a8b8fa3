"""An edition beside a release: what is equal, what differs, and by how much, at printed precision."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.outputs import CellKey
from firmtrade.report import load_edition
from firmtrade.report.editions import Edition, compare, parse_edition, review, review_file
from firmtrade.report.tidy import long_file
from report.sample import document

KEY = CellKey("4", "manufacturing", "intra_eu_import", "size_10_49")


def edition_of(**values: str) -> Edition:
    text = long_file(document()).decode()
    for old, new in values.items():
        text = text.replace(old, new)
    return parse_edition(text, "edition")


def test_a_release_equals_itself() -> None:
    same = [item.difference for item in compare(document(), edition_of()) if item.difference is not None]
    assert same
    assert set(same) == {0}


def test_a_difference_is_new_minus_edition() -> None:
    edition = Edition("old", {KEY: Decimal("17.6")})
    (item,) = [item for item in compare(document(), edition) if item.cell.key == KEY]
    assert (item.now, item.then, item.difference) == (Decimal("18.0"), Decimal("17.6"), Decimal("0.4"))


def test_a_number_is_compared_at_the_precision_of_the_edition() -> None:
    edition = Edition("old", {KEY: Decimal("18")})
    (item,) = [item for item in compare(document(), edition) if item.cell.key == KEY]
    assert item.difference == 0


def test_the_review_page_says_how_much_is_equal() -> None:
    edition = Edition("old", {KEY: Decimal("17.6"), CellKey("9", "services", "a", "b"): Decimal(1)})
    made = review(document(), edition)
    cells = sum(len(table.cells) for table in document().tables())
    assert (
        f"0 of 1 compared numbers are equal; {cells} are in only one of the two"
        in made.sections[0].paragraphs[0]
    )
    (table,) = list(made.tables())
    assert [column.label for column in table.columns[:3]] == ["Now", "Edition", "Difference"]
    assert table.cells["intra_eu_import", "size_10_49/difference"].value == pytest.approx(0.4)


def test_the_review_file_has_every_cell_of_both(release: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((release / "review.csv").read_text(encoding="utf-8"))))
    changed = [row for row in rows if row["equal"] == "no"]
    assert {(row["now"], row["edition"], row["difference"]) for row in changed} == {("18.0", "17.6", "0.4")}
    hidden = next(row for row in rows if row["row"] == "extra_eu_import" and row["column"] == "size_100_250")
    assert (hidden["now"], hidden["edition"], hidden["equal"]) == ("", "", "")


def test_cells_that_only_the_edition_has_come_last() -> None:
    edition = Edition("old", {CellKey("9", "services", "a", "b"): Decimal("1.5")})
    assert review_file(document(), edition).decode().splitlines()[-1] == "9,services,a,b,,,1.5,,"


def test_an_edition_is_read_from_a_file_and_from_an_earlier_release(release: Path) -> None:
    from_folder = load_edition(release)
    from_file = load_edition(release / "cells.csv")
    assert from_folder.values == from_file.values
    assert from_folder.name == "sample"


def test_an_unknown_edition_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no edition `belgium-1999`"):
        load_edition("belgium-1999")


def test_an_edition_without_values_is_refused() -> None:
    with pytest.raises(InputError, match=r"old.csv, line 1: The edition lacks the column `value`"):
        parse_edition("table,population,row,column\n1,a,b,c\n", "old.csv")


def test_a_value_that_is_no_number_is_found_with_its_line() -> None:
    with pytest.raises(
        InputError, match=r"old.csv, line 3, column value: The value of a cell is not a number"
    ):
        parse_edition("table,population,row,column,value\n1,a,b,c,2\n1,a,b,d,12%\n", "old.csv")
