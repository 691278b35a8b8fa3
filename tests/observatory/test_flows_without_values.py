"""Declarations that say yes or no: a row without a value column means that the firm has the flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from canonical_data import Tables, write
from firm_table import Computed, canonical, declared, in_words, observing, run
from firmtrade.errors import DataError
from firmtrade.observatory.export import lines_frame, panel_frame
from firmtrade.observatory.fit import missing_values
from firmtrade.sources.check import check_tables
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import import_records
from firmtrade.study import Study
from sources.raw_files import bring

TRADE = """
    firm | turnover | trade
    a    | 100      | export FR, export US, import FR
    b    | 100      | export FR 5 1999
    c    | 100      |
"""


def yes_or_no(study: Study) -> Tables:
    tables = canonical(study, TRADE)
    tables["trade"] = [
        {name: cell for name, cell in row.items() if name != "value"} for row in tables["trade"]
    ]
    return tables


@pytest.mark.parametrize("threshold", [0, 0.5, 1000])
def test_a_row_says_that_the_firm_has_the_flow(threshold: float) -> None:
    study = declared({"kind": "mode"}, trade_threshold=threshold)
    cells = Computed(run(study, yes_or_no(study))).cells
    assert {key.row: cell.value for key, cell in cells.items() if key.column == "n"} == {
        "no_internationalization": 2, "import_and_export": 1, "import_only": 0, "export_only": 0,
    }  # fmt: skip
    with observing(study, yes_or_no(study)) as data:
        assert any("hold no values" in str(note) for note in data.notes)


@pytest.mark.parametrize("threshold", ["declared", "constant"])
def test_what_asks_for_values_is_not_computed_and_says_so(threshold: str) -> None:
    table: dict[str, Any] = {"kind": "dynamics", "flow": "export", "years": [1999, 2001]}
    study = declared(table, threshold=threshold)
    result = Computed(run(study, yes_or_no(study)))
    assert in_words(result.chapter.switched_off)["X/entrant_value_share"] == "the column `value` of trade"
    assert result.cell("X/firms/entrants/2000").value == 1
    assert result.cell("X/firms/exiters/2000").value == 1


def test_models_get_no_values_of_such_flows() -> None:
    study = declared({"kind": "mode"})
    with observing(study, yes_or_no(study)) as data:
        assert not {"export_value", "import_value"} & {*panel_frame(data).columns}
        assert lines_frame(data) is None


def test_a_file_without_values_beside_one_that_has_them_has_declarations_without_a_value(
    tmp_path: Path,
) -> None:
    study = declared({"kind": "mode"})
    folder = write(tmp_path / "data", canonical(study, TRADE))
    rows = pl.read_parquet(folder / "trade.parquet")
    (folder / "trade.parquet").unlink()
    (folder / "trade").mkdir()
    rows.head(1).drop("value").write_parquet(folder / "trade" / "a.parquet")
    rows.tail(-1).write_parquet(folder / "trade" / "b.parquet")
    (note,) = missing_values(CanonicalFolder(folder))
    assert str(note).startswith(f"Declarations without a value: 1 of {rows.height}")
    assert [one.count for one in check_tables(folder).of("missing_key", "trade", "value")] == [1]


def test_a_row_without_its_value_is_refused_where_values_are_read(tmp_path: Path) -> None:
    mapping = """
[files.answers]
path = "x.csv"
[trade]
file = "answers"
columns = { firm_id = "id", year = { constant = "2000" }, flow = { constant = "export" }, value = "value" }
"""
    raw = bring(tmp_path, mapping, {"x.csv": "id,value\na,5\nb,\n"})
    with pytest.raises(DataError, match=r"value is missing \(1\)"):
        import_records(raw, tmp_path / "out")


def test_such_declarations_are_imported_and_checked(tmp_path: Path) -> None:
    mapping = """
[files.answers]
path = "x.csv"
[trade]
file = "answers"
where = { exports = "yes" }
columns = { firm_id = "id", year = { constant = "2000" }, flow = { constant = "export" } }
"""
    report = import_records(
        bring(tmp_path, mapping, {"x.csv": "id,exports\na,yes\nb,no\n"}), tmp_path / "out"
    )
    assert report.rows == {"trade": 1}
    assert not [one for one in check_tables(report.out).findings if one.table == "trade"]
