"""Files of an edition as offices write them."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest
import xlsxwriter

from firmtrade.errors import InputError, UsageError
from firmtrade.kinds import specify
from firmtrade.linked import Edition, Interval, read_edition
from firmtrade.linked.edition import left_out
from firmtrade.linked.identities import checks
from firmtrade.linked.template import template
from firmtrade.outputs import CellKey
from firmtrade.studies import load_study

HEAD = ["table", "population", "row", "column", "value", "unit", "year", "printed"]
ROWS = [
    ["4", "manufacturing", "n", "size_lt10", "11034", "count", "2002", "11 034"],
    ["4", "manufacturing", "intra_eu_import", "size_lt10", "8.1", "percent", "2002", "8,1"],
    ["4", "manufacturing", "n", "size_10_49", "", "count", "2002", "c"],
    ["4", "manufacturing", "n", "size_50_99", "<5", "count", "2002", ""],
]
N, SHARE = (
    CellKey("4", "manufacturing", "n", "size_lt10"),
    CellKey("4", "manufacturing", "intra_eu_import", "size_lt10"),
)
FEW = CellKey("4", "manufacturing", "n", "size_50_99")


def text(separator: str = ",", rows: list[list[str]] = ROWS) -> str:
    lines = [HEAD, *rows]
    return "".join(
        separator.join(f'"{field}"' if separator in field else field for field in line) + "\n"
        for line in lines
    )


def edition(tmp_path: Path, content: bytes) -> Edition:
    file = tmp_path / "bulletin.csv"
    file.write_bytes(content)
    return read_edition(file, "belgium-2008")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_edition_is_the_same_in_every_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    found = edition(tmp_path, text(separator).replace("11 034", "11\u00a0034").encode(encoding))
    assert (found.by_key[N].value, found.by_key[SHARE].value, found.by_key[SHARE].decimals) == (11034, 8.1, 1)
    assert found.silent == {CellKey("4", "manufacturing", "n", "size_10_49")}


def test_the_head_may_be_in_capitals_where_that_is_no_other_column(tmp_path: Path) -> None:
    head = ",".join(HEAD)
    for written in (head.title(), head.upper(), head.replace("printed", "Printed ")):
        found = edition(tmp_path, text().replace(head, written).encode())
        assert (found.by_key[N].value, found.by_key[SHARE].printed) == (11034, "8,1")
    with pytest.raises(InputError, match="the column `value` stands twice"):
        edition(tmp_path, text().replace(head, head.replace("printed", "Value")).encode())


def test_fewer_than_five_firms_are_none_to_four(tmp_path: Path) -> None:
    found = edition(tmp_path, text().encode()).by_key[FEW]
    assert (found.interval.low, found.interval.high, found.printed) == (0, 4, "<5")


@pytest.mark.parametrize(
    ("column", "unit", "written", "low", "high"),
    [
        ("n", "count", "under 5", 0, 4), ("n", "count", "<=5", 0, 5), ("n", "count", "1-4", 1, 4),
        ("n", "count", "1\u20134 *", 1, 4), ("n", "count", "1.000-4.999", 1000, 4999), ("n", "count", "5+", 5, inf),
        ("n", "count", "over 5", 6, inf), ("export_share", "percent", "5,5-10", 5.5, 10),
        ("export_share", "percent", "95 or more", 95, 100),
    ],
)  # fmt: skip
def test_a_bound_or_a_range_is_all_that_is_known_of_a_cell(
    tmp_path: Path, column: str, unit: str, written: str, low: float, high: float
) -> None:
    rows = [["3", "manufacturing", "nace_20", column, written, unit, "2002", ""]]
    (found,) = edition(tmp_path, text(";", rows).encode()).cells
    assert (found.interval.low, found.interval.high, found.printed) == (low, high, written)


@pytest.mark.parametrize("written", ["4-1", "1-many", "about 5", "1-2-3"])
def test_a_range_that_holds_no_number_is_refused(tmp_path: Path, written: str) -> None:
    rows = [["4", "manufacturing", "n", "size_lt10", written, "count", "2002", ""]]
    with pytest.raises(InputError, match=r"no value lies within these bounds|the value is not a number"):
        edition(tmp_path, text(rows=rows).encode())


def test_a_workbook_is_an_edition(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "bulletin.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["# counts rounded to 5"])
        for at, line in enumerate([HEAD, *ROWS], start=1):
            sheet.write_row(at, 0, line)
        sheet.write_number(2, 4, 11035)
        sheet.write_string(2, 7, "11 035")
    found = read_edition(tmp_path / "bulletin.xlsx", "belgium-2008")
    assert (found.by_key[N].value, found.by_key[SHARE].value) == (11035, 8.1)
    assert found.by_key[N].interval == Interval(11032.5, 11037.5)


def test_a_workbook_may_have_a_merged_title_and_merged_keys(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "bulletin.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, "Trade of firms, 2002")
        for at, line in enumerate([HEAD, *ROWS], start=2):
            sheet.write_row(at, 0, line)
        sheet.merge_range(3, 0, 2 + len(ROWS), 0, "4")
        sheet.merge_range(3, 1, 2 + len(ROWS), 1, "manufacturing")
    found = read_edition(tmp_path / "bulletin.xlsx", "belgium-2008")
    assert (found.by_key[N].value, found.by_key[SHARE].value) == (11034, 8.1)


def test_a_title_above_the_head_is_no_head(tmp_path: Path) -> None:
    found = edition(tmp_path, b"Trade of firms\n\n" + text(";").encode())
    assert found.by_key[N].line == 4
    over = "Key,,,,Number,,,As printed\n"
    assert edition(tmp_path, (over + text()).encode()).by_key[N].line == 3
    with pytest.raises(InputError, match=r"line 1: the column `table` is missing"):
        edition(tmp_path, (over + text().replace("table", "tabel", 1)).encode())


def test_counts_rounded_by_chance_may_stand_differently_in_two_tables(tmp_path: Path) -> None:
    rows = [
        ["5", "services", "export", "n", "7495", "count", "1998-2003", ""],
        ["6", "services", "export", "n", "7490", "count", "1998-2003", ""],
    ]
    rows = [[str(int(table) + 16), *rest] for table, *rest in rows]
    for declaration, failing in (("# counts rounded at random to 5\n", 0), ("# counts rounded to 5\n", 1)):
        found = edition(tmp_path, (declaration + text(rows=rows)).encode())
        assert sum(not check.holds for check in checks(found)) == failing
    found = edition(tmp_path, ("# counts rounded at random to 5\n" + text(rows=rows)).encode())
    cell = found.by_key[CellKey("21", "services", "export", "n")]
    assert (cell.interval.low, cell.interval.high) == (7491, 7499)


def test_counts_are_declared_as_rounded_once_for_an_edition(tmp_path: Path) -> None:
    rounded = [["4", "manufacturing", "n", "size_lt10", "11035", "count", "2002", ""]]
    found = edition(tmp_path, ("# counts rounded to 5\n" + text(rows=rounded)).encode()).by_key[N]
    assert (found.interval.low, found.interval.high, found.half_unit) == (11032.5, 11037.5, 2.5)
    with pytest.raises(InputError, match=r"line 3, column value: .*the count is no multiple of 5"):
        edition(tmp_path, ("# counts rounded to 5\n" + text(rows=ROWS[:1])).encode())
    for unclear in (
        "counts rounded to five",
        "Counts are rounded",
        "counts rounded to 5, percentages to 1 decimal",
    ):
        with pytest.raises(InputError, match=r"line 1: what counts are rounded to is not one whole number"):
            edition(tmp_path, (f"# {unclear}\n" + text()).encode())


@pytest.mark.parametrize(
    ("line", "low", "high"),
    [
        ("# Counts are rounded to the nearest 10", 11035, 11045),
        ("#counts rounded to base 10.", 11035, 11045),
        ("# Random rounding to base 5", 11036, 11044),
        ("# counts randomly rounded to 10", 11031, 11049),
        ("# All counts are rounded at random (base 5)", 11036, 11044),
        ("# counts are not rounded, though 5 would do", 11040, 11040),
        ("# percentages are rounded to 1 decimal", 11040, 11040),
    ],
)
def test_rounding_of_counts_is_declared_in_any_words(tmp_path: Path, line: str, low: int, high: int) -> None:
    rows = [["4", "manufacturing", "n", "size_lt10", "11040", "count", "2002", ""]]
    found = edition(tmp_path, (f"{line}\n" + text(rows=rows)).encode()).by_key[N]
    assert (found.interval.low, found.interval.high) == (low, high)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"line 1: the column `value` stands twice"):
        edition(tmp_path, text().replace("year", "value", 1).encode())


def test_a_share_that_may_be_thousands_is_asked_for(tmp_path: Path) -> None:
    rows = [
        [
            "5",
            "manufacturing",
            "export",
            "labor_productivity_1998",
            "1,094",
            "thousand EUR per FTE",
            "1998",
            "",
        ]
    ]
    with pytest.raises(InputError, match=r"the comma may part thousands or decimals|the unit is"):
        edition(tmp_path, text(";", rows).encode())


def test_a_file_of_another_study_asks_for_it(tmp_path: Path) -> None:
    rows = [["1", "forestry", "export_only", "n", "3", "count", "2002", ""]]
    (tmp_path / "bulletin.csv").write_text(text(rows=rows))
    with pytest.raises(InputError, match="say `--study STUDY`"):
        read_edition(tmp_path / "bulletin.csv")
    (tmp_path / "other.csv").write_text(text(rows=[["X9", *rows[0][1:]]]))
    with pytest.raises(UsageError, match="Say which tables these are: `--study"):
        read_edition(tmp_path / "other.csv")


def test_a_table_of_traders_is_known_by_its_cells_not_by_its_number(tmp_path: Path) -> None:
    rows = [["1", "manufacturing", "entrants", "1999", "120", "count", "1999", ""]]
    (tmp_path / "bulletin.csv").write_text(text(rows=rows))
    assert read_edition(tmp_path / "bulletin.csv").study.name == "belgium-traders"


def test_a_release_is_an_edition_and_so_are_its_cells(tmp_path: Path) -> None:
    head = "table,population,row,column,value,unit,year,status,confidentiality\n"
    body = "4,manufacturing,n,size_lt10,11034,count,2002,A,F\n4,manufacturing,n,size_10_49,,count,2002,Q,N\n"
    more = "premia,manufacturing,export,value_added,0.1,ratio,2002,A,F\n"
    (tmp_path / "cells.csv").write_text(head + body + more)
    folder, file = read_edition(tmp_path), read_edition(tmp_path / "cells.csv")
    assert [cell.value for cell in folder.cells] == [cell.value for cell in file.cells] == [11034]
    assert folder.silent == {CellKey("4", "manufacturing", "n", "size_10_49")}
    assert folder.undeclared == ("premia",)


def test_a_division_whose_share_is_printed_has_firms_though_its_number_is_not() -> None:
    study, whole = load_study("belgium-2008"), read_edition("belgium-2008")
    missing = CellKey("3", "manufacturing", "nace_15", "n")
    printed = [key for key in whole.by_key if key != missing]
    assert missing not in {spec.key for spec in left_out(study, printed, ())}
    assert {spec.key for spec in left_out(study, whole.by_key, ())}


@pytest.mark.parametrize("name", ["belgium-2008", "belgium-traders"])
def test_the_template_of_a_study_is_an_edition_that_says_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.csv").write_text(template(name), encoding="utf-8")
    found = read_edition(tmp_path / "empty.csv", name)
    asked = {cell.key for table in specify(load_study(name)) for cell in table.cells}
    assert not found.numbers
    assert found.silent | {cell.key for cell in found.cells} == asked
