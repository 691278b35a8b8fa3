"""Every list says where it comes from, and is read as text."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from firmtrade.classifications.provenance import DATA, provenance, provenances, table
from firmtrade.errors import StudyError


def test_every_file_has_a_provenance_and_every_provenance_a_file() -> None:
    files = {entry.name.removesuffix(".csv") for entry in DATA.iterdir() if entry.name.endswith(".csv")}
    assert files == {entry.file for entry in provenances().values()}
    assert files <= set(provenances())


@pytest.mark.parametrize("name", provenances())
def test_a_provenance_names_title_source_and_a_period_that_runs_forward(name: str) -> None:
    entry = provenance(name)
    assert entry.title
    assert len(entry.source) > 10
    assert entry.valid_to is None or entry.valid_from < entry.valid_to


@pytest.mark.parametrize("name", provenances())
def test_every_row_fills_exactly_the_columns_of_its_header(name: str) -> None:
    rows = table(name)
    assert rows
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert all(cell == cell.strip() for cell in row.values())


def test_na_is_namibia_and_not_a_missing_value() -> None:
    assert [row["en"] for row in table("countries") if row["code"] == "NA"] == ["Namibia"]


def test_an_unknown_list_is_answered_with_the_nearest() -> None:
    with pytest.raises(StudyError, match="Did you mean `countries`"):
        provenance("contries")


def test_the_room_needs_no_frames_and_no_engine_to_start() -> None:
    script = "import sys, firmtrade.classifications; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert not {"polars", "pandas", "numpy", "ibis", "pydantic"} & {*done.stdout.split()}
