"""Tables as people lay them out: rows and columns in print order, and nothing where a cell is not printed."""

from __future__ import annotations

import csv
import io

import polars as pl

from firm_table import computed, study_of
from firmtrade.statistics.tables import frame, table_csv

FIRMS = """
    firm | nace | employees | trade
    a    | 15   | 5         | export FR
    b    | 15   | 6         |
    c    | 45   | 20        | export US, import FR
    d    | 52   | 5         | import US
"""


def laid_out(identifier: str) -> tuple[pl.DataFrame, list[list[str]]]:
    """A table of the study of 2008 on four firms: as a frame, and as the lines of its CSV."""
    result, study = computed(identifier, FIRMS), study_of(identifier)
    (spec,) = result.chapter.specs
    text = table_csv(spec, result.cells, study).decode()
    return frame(spec, result.cells, study), list(csv.reader(io.StringIO(text)))


def test_a_table_has_its_rows_and_columns_in_print_order() -> None:
    shown, lines = laid_out("4")
    assert shown.columns == ["rows", "size_lt10", "size_10_49", "size_50_99", "size_100_250"]
    assert shown["size_lt10"].to_list() == [0, 0, 50, 0, 2]
    assert lines == [
        ["population", "row", "size_lt10", "size_10_49", "size_50_99", "size_100_250", "data"],
        ["manufacturing", "intra_eu_import", "0", "100", "", "", "unreleased"],
        ["manufacturing", "extra_eu_import", "0", "0", "", "", "unreleased"],
        ["manufacturing", "intra_eu_export", "50", "0", "", "", "unreleased"],
        ["manufacturing", "extra_eu_export", "0", "100", "", "", "unreleased"],
        ["manufacturing", "n", "2", "1", "0", "0", "unreleased"],
    ]


def test_only_divisions_with_firms_are_rows_and_a_cell_that_is_not_printed_is_empty() -> None:
    shown, lines = laid_out("3")
    assert [line[:2] for line in lines[1:]] == [
        ["manufacturing", row] for row in ("nace_15", "nace_45", "total", "core_nace_15_37")
    ]
    code = lines[0].index("nace_code")
    assert [line[code] for line in lines[1:]] == ["15", "45", "", ""]
    assert shown["nace_code"].to_list() == [15, 45, None, None]


def test_a_code_is_printed_without_decimals_and_a_share_with_those_of_the_table() -> None:
    cells = computed("3", FIRMS, decimals=1).cells.values()
    assert {cell.key.column: cell.decimals for cell in cells} == {
        "nace_code": 0, "n": 0, "export_share": 1, "import_share": 1,
    }  # fmt: skip


def test_rows_of_one_population_stand_in_the_rows_of_that_population_alone() -> None:
    _, lines = laid_out("fig16")
    assert {line[0] for line in lines[1:]} == {"manufacturing"}
    assert [line[1] for line in lines[1:]] == [
        "no_internationalization", "import_and_export", "import_only", "export_only",
    ]  # fmt: skip


def test_where_a_table_has_several_populations_each_row_says_which() -> None:
    result = computed("fig16", FIRMS, population=["manufacturing", "services"])
    study = study_of("fig16", population=["manufacturing", "services"])
    (spec,) = result.chapter.specs
    shown = frame(spec, result.cells, study)
    assert shown.columns == ["population", "rows", "share"]
    assert shown["population"].to_list() == ["manufacturing"] * 4 + ["services"] * 4
    assert shown["share"].round(1).to_list() == [33.3, 33.3, 0, 33.3, 0, 0, 100, 0]
    lines = list(csv.reader(io.StringIO(table_csv(spec, result.cells, study).decode())))
    assert [line[0] for line in lines[1:]] == shown["population"].to_list()
    assert [line[1] for line in lines[1:5]] == [line[1] for line in lines[5:]]


def test_a_column_without_any_cell_is_no_column() -> None:
    result, study = computed("4", FIRMS), study_of("4")
    (spec,) = result.chapter.specs
    assert [column.key for column in spec.columns][-1] == "unknown"
    assert "unknown" not in frame(spec, result.cells, study).columns
