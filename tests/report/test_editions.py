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
from firmtrade.report.editions import PrintedEdition, compare, edition_of, review, review_file
from firmtrade.report.tidy import long_file
from firmtrade.sources.edition import KEYED, parse_text
from report.sample import document

KEY = CellKey("4", "manufacturing", "intra_eu_import", "size_10_49")


def parsed(text: str) -> PrintedEdition:
    return edition_of(parse_text("old.csv", text, KEYED), "old")


def changed(**values: str) -> PrintedEdition:
    text = long_file(document()).decode()
    for old, new in values.items():
        text = text.replace(old, new)
    return parsed(text)


def test_a_release_equals_itself() -> None:
    same = [item.difference for item in compare(document(), changed()) if item.difference is not None]
    assert same
    assert set(same) == {0}


def test_a_difference_is_new_minus_edition() -> None:
    edition = PrintedEdition("old", {KEY: Decimal("17.6")})
    (item,) = [item for item in compare(document(), edition) if item.cell.key == KEY]
    assert (item.now, item.then, item.difference) == (Decimal("18.0"), Decimal("17.6"), Decimal("0.4"))


def test_a_number_is_compared_at_the_precision_of_the_edition() -> None:
    edition = PrintedEdition("old", {KEY: Decimal("18")})
    (item,) = [item for item in compare(document(), edition) if item.cell.key == KEY]
    assert item.difference == 0


def test_the_review_page_says_how_much_is_equal() -> None:
    edition = PrintedEdition("old", {KEY: Decimal("17.6"), CellKey("9", "services", "a", "b"): Decimal(1)})
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
    edition = PrintedEdition("old", {CellKey("9", "services", "a", "b"): Decimal("1.5")})
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
    with pytest.raises(InputError, match=r"old.csv, line 1: the column `value` is missing"):
        parsed("table,population,row,column\n1,a,b,c\n")


@pytest.mark.parametrize(
    "value", ["many", "nano", "Infinity", "1e400", "1e-400", "9" * 19, "9" * 400, "12/13", "0x1F"]
)
def test_a_value_that_is_no_number_is_found_with_its_line_and_not_quoted(value: str) -> None:
    with pytest.raises(
        InputError, match=r"old.csv, line 3, column value: the value is not a number"
    ) as found:
        parsed(f'table,population,row,column,value\n1,a,b,c,2\n1,a,b,d,"{value}"\n')
    assert value not in str(found.value).replace("21814", "")


def test_a_cell_that_an_edition_prints_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"old.csv, line 3: a cell is printed twice, on lines 2 and 3"):
        parsed("table,population,row,column,value\n1,a,b,c,2\n1,a,b,c,3\n")


def test_an_edition_is_read_as_its_office_writes_it(tmp_path: Path) -> None:
    """Semicolons, decimal commas, thousands, marks and signs for what is not shown, in the encoding of its system."""
    file = tmp_path / "bulletin.csv"
    file.write_text(
        'table;population;row;column;value;unit\n4;a;b;c;"1.234";count\n4;a;b;d;58,7 %;percent\n4;a;b;é;: c;percent\n'
        "4;a;b;f;<5;count\n4;a;b;g;15;code\n",
        encoding="latin-1",
    )
    found = load_edition(file).values
    assert {key.column: value for key, value in found.items()} == {
        "c": Decimal(1234), "d": Decimal("58.7"), "é": None, "f": None
    }  # fmt: skip
