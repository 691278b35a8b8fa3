"""CSV files: one long file that joins with an edition, one file per table, each with its metadata."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from firmtrade.outputs import CELL_COLUMNS
from firmtrade.report.tidy import long_file
from report.sample import document


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_long_file_begins_with_the_columns_of_a_published_edition(release: Path) -> None:
    found = rows(release / "cells.csv")
    assert tuple(found[0]) == (*CELL_COLUMNS, "data")
    assert CELL_COLUMNS[:7] == ("table", "population", "row", "column", "value", "unit", "year")


def test_every_cell_stands_in_the_long_file_once(release: Path) -> None:
    keys = [tuple(row[name] for name in CELL_COLUMNS[:4]) for row in rows(release / "cells.csv")]
    assert len(set(keys)) == len(keys) == sum(len(table.cells) for table in document().tables())


def test_a_hidden_value_is_empty_and_its_status_says_why(release: Path) -> None:
    hidden = next(
        row
        for row in rows(release / "tables" / "table-4.csv")
        if (row["row"], row["column"]) == ("extra_eu_import", "size_100_250")
    )
    assert (hidden["value"], hidden["status"], hidden["mark"]) == ("", "Q", "[c]")


def test_values_stand_at_printed_precision(release: Path) -> None:
    found = {(row["table"], row["row"], row["column"]): row["value"] for row in rows(release / "cells.csv")}
    assert found["1", "no_internationalization", "n"] == "20451"
    assert found["4", "intra_eu_import", "size_10_49"] == "18.0"


def test_polars_reads_the_values_as_numbers(release: Path) -> None:
    frame = pl.read_csv(release / "cells.csv", infer_schema_length=None)
    assert frame.schema["value"] == pl.Float64


@pytest.mark.parametrize("name", ["cells.csv", "tables/table-4.csv", "tables/figure-15.csv"])
def test_the_metadata_describes_the_columns_in_their_order(release: Path, name: str) -> None:
    facts = json.loads((release / f"{name}-metadata.json").read_text(encoding="utf-8"))
    header = (release / name).read_text(encoding="utf-8").splitlines()[0].split(",")
    assert [column["titles"] for column in facts["tableSchema"]["columns"]] == header
    assert facts["url"] == Path(name).name
    assert facts["@context"][0] == "http://www.w3.org/ns/csvw"
    assert set(facts["tableSchema"]["primaryKey"]) <= set(header)
    assert "SYNTHETIC DATA" in facts["rdfs:comment"]


def test_the_long_file_does_not_depend_on_the_language() -> None:
    assert long_file(document("en", rows=3)) == long_file(document("fr", rows=3))
