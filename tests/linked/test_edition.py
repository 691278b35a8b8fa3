"""What an edition may say, and the message for everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.linked import Interval, Reading, parse_edition, read_edition
from firmtrade.linked.reading import read
from firmtrade.studies import load_study

HEAD = "table,population,row,column,value,unit,year,printed,reading\n"
GOOD = '1,manufacturing,export_only,n,1700,count,2002,"1,700",\n'


def edition(tmp_path: Path, text: str) -> object:
    file = tmp_path / "bulletin.csv"
    file.write_text(text, encoding="utf-8")
    return read_edition(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "bulletin.csv: the file is empty"),
        (HEAD, "bulletin.csv: there are no cells in this file"),
        ("table,population,row,column,unit\n", "line 1: the column `value` is missing"),
        (
            HEAD + GOOD + GOOD,
            "line 3: a cell is printed twice, on lines 2 and 3",
        ),
        (
            HEAD + GOOD.replace("export_only", "exports_only"),
            "line 2, column row: the study has no row 'exports_only' here",
        ),
        (HEAD + GOOD.replace("1,man", "1,mam"), "Did you mean `manufacturing`"),
        (HEAD + GOOD.replace(",1700,", ",many,"), "line 2, column value: .*the value is not a number"),
        (HEAD + GOOD.replace(",1700,", ",-3,"), "column value: .*the value is no number of firms"),
        (HEAD + GOOD.replace(",count,", ",percent,"), "column unit: .*the unit is another than 'count'"),
        (HEAD + GOOD.replace(",2002,", ",2003,"), "column year: .*the year is another than 2002"),
        (
            HEAD + GOOD.replace('"1,700",', '"1,800",'),
            "column printed: .*`printed` and `value` say different numbers",
        ),
        (
            HEAD + GOOD.replace('"1,700",', '"1,700",guessed'),
            "column reading: .*there is no such reading",
        ),
        (
            HEAD + "2,manufacturing,intra_eu_import,extra_eu_import,162.3,percent,2002,,\n",
            "the value is no share",
        ),
        (
            HEAD + GOOD.replace('"1,700"', "1,700,,"),
            "line 2: this line has more fields than the head of the file",
        ),
        (
            HEAD + "32,manufacturing,nace_15,nace_code,16,code,,16,\n",
            "the code is another than that of its row",
        ),
    ],
)
def test_bad_input_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        edition(tmp_path, text)
    assert caught.value.exit_status == 2


def test_tables_that_no_study_has_ask_for_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no bundled study has all the tables of bulletin\.csv"):
        edition(tmp_path, HEAD + GOOD.replace("1,man", "77,man", 1))


def test_a_file_that_is_not_there_and_one_that_is_no_text_say_so(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"no bundled edition 'belgium-208'(.|\n)*Did you mean `belgium-2008`\?"
    ):
        read_edition("belgium-208")
    with pytest.raises(UsageError, match="there is no file"):
        read_edition(tmp_path / "missing.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as text"):
        read_edition(tmp_path / "binary.csv")


@pytest.mark.parametrize(
    ("reading", "value", "low", "high"),
    [
        ("rounded", 58.7, 58.65, 58.75),
        ("truncated", 58.7, 58.7, 58.8),
        ("truncated", -0.6, -0.7, -0.6),
        ("at_least", 58.7, 58.65, float("inf")),
        ("at_most", 58.7, float("-inf"), 58.75),
        ("exact", 58.7, 58.7, 58.7),
    ],
)
def test_a_reading_says_what_may_stand_behind_the_digits(
    reading: str, value: float, low: float, high: float
) -> None:
    from decimal import Decimal

    found = read(Decimal(str(value)), 1, Reading(reading))
    assert (found.low, found.high) == pytest.approx((low, high))


def test_precision_is_that_of_the_page_and_counts_are_exact() -> None:
    rows = [
        {"table": "4", "population": "manufacturing", "row": "intra_eu_export", "column": "size_lt10",
         "value": "5.0", "unit": "percent", "year": "2002", "printed": "5%"},
        {"table": "4", "population": "manufacturing", "row": "n", "column": "size_lt10",
         "value": "20204", "unit": "count", "year": "2002", "printed": "20,204"},
    ]  # fmt: skip
    share, count = parse_edition(enumerate(rows, start=2), load_study("belgium-2008")).cells
    assert share.interval == Interval(4.5, 5.5)
    assert count.interval == Interval(20204, 20204)


def test_a_cell_without_a_value_is_known_to_be_there_and_says_nothing() -> None:
    row = {
        "table": "3",
        "population": "manufacturing",
        "row": "nace_12",
        "column": "n",
        "value": "",
        "unit": "count",
    }
    found = parse_edition([(2, row)], load_study("belgium-2008"))
    assert not found.cells
    assert found.silent == {("3", "manufacturing", "nace_12", "n")}
    assert ("3", "manufacturing", "nace_12", "n") not in found.empty
    assert not found.empty, "a table that lacks most of its cells says nothing by its silence"


def test_traders_of_several_years_are_no_classes_that_a_population_is_fitted_to() -> None:
    study = load_study(Path(__file__).parents[1] / "statistics" / "studies" / "dynamics.toml")
    row = {
        "table": "D1",
        "population": "industry",
        "row": "traders",
        "column": "2000",
        "value": "12",
        "unit": "count",
    }
    found = parse_edition([(2, row)], study)
    assert [cell.key.table for cell in found.statistics] == ["D1"]
    assert not found.unbound
    assert not found.classed
