"""A room is written whole and read back without loss, and nothing else is taken for one."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.outputs import Cell, CellKey, Confidentiality, Contribution, ObsStatus
from firmtrade.outputs.room import find_cell, is_room, plain, read_room, write_room

BEHIND = Contribution("fte_start", 3, 2, Decimal("12.5"), Decimal("10.25"), Decimal("2.25"))
CELLS = (
    Cell(CellKey("6", "manufacturing", "export", "n"), 3.0, "count", "1998-2003", 0, numerator=3, n_firms=3),
    Cell(
        CellKey("6", "manufacturing", "export", "employment_cagr"), 100 / 3, "percent_per_year", "1998-2003",
        numerator=Decimal("12.5"), denominator=Decimal("10"), n_firms=3, contributions=(BEHIND,),
    ),
    Cell(
        CellKey("6", "manufacturing", "no_export", "employment_cagr"), None, "percent_per_year", "1998-2003",
        status=ObsStatus.UNDEFINED, confidentiality=Confidentiality.FREE, reason="undefined: no firms",
    ),
)  # fmt: skip
ABOUT: dict[str, Any] = {"study": {"name": "small"}}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return write_room(tmp_path / "room", CELLS, "[study]\n", {"6.csv": b"population,row,n\n"}, ABOUT)


def test_every_cell_comes_back_with_its_numbers_status_reason_and_contributions(room: Path) -> None:
    there = read_room(room)
    assert there.cells == CELLS
    assert there.study == "[study]\n"
    assert there.manifest["study"] == {"name": "small"}


def test_cells_csv_begins_with_the_columns_of_an_edition_and_leaves_the_undefined_empty(room: Path) -> None:
    lines = (room / "cells.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "table,population,row,column,value,unit,year,status,confidentiality,numerator,denominator,n_firms"
    )
    assert lines[1] == "6,manufacturing,export,n,3,count,1998-2003,A,N,3,,3"
    assert lines[2].startswith("6,manufacturing,export,employment_cagr,33.333333333333336,percent_per_year")
    assert lines[3] == "6,manufacturing,no_export,employment_cagr,,percent_per_year,1998-2003,M,F,,,"


def test_the_manifest_lists_every_other_file_with_its_digest(room: Path) -> None:
    files = json.loads((room / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert sorted(files) == [
        "cells.csv",
        "cells.parquet",
        "contributions.parquet",
        "study.toml",
        "tables/6.csv",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (3.0, "3"), (-0.1, "-0.1"), (1e16, "1e+16"), (Decimal("0.00"), "0"), (Decimal("1200.50"), "1200.5"),
     (Decimal("1E+3"), "1000"), (7, "7")],
)  # fmt: skip
def test_a_number_is_written_as_the_shortest_text_that_reads_back_the_same(value: Any, text: str) -> None:
    assert plain(value) == text


def test_a_cell_is_found_by_its_key_and_a_wrong_key_leads_to_the_nearest(room: Path) -> None:
    cells = read_room(room).cells
    assert find_cell(cells, "6/manufacturing/export/n").value == 3
    says = r"no cell '6/manufacturing/exports/n'\n  A key is .*\. Did you mean `6/manufacturing/export/n`\?"
    with pytest.raises(UsageError, match=says):
        find_cell(cells, "6/manufacturing/exports/n")


def test_what_is_not_a_room_is_refused(tmp_path: Path, room: Path) -> None:
    with pytest.raises(
        UsageError, match=r"there is no such folder\n  Give the folder that `firmtrade run` wrote"
    ):
        read_room(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="this is no room: it has no manifest of one"):
        read_room(tmp_path / "empty")
    (room / "cells.parquet").write_bytes(b"PAR1")
    assert is_room(room)
    with pytest.raises(InputError, match=r"a file of the room is missing or damaged\n  Run the study again"):
        read_room(room)


def test_a_room_takes_the_place_of_an_earlier_one_but_of_nothing_else(tmp_path: Path, room: Path) -> None:
    write_room(room, CELLS[:1], "[study]\n", {}, ABOUT)
    assert len(read_room(room).cells) == 1
    assert not (room / "tables" / "6.csv").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"holds files that are not of a room; nothing was written"):
        write_room(tmp_path / "mine", CELLS, "", {}, ABOUT)
    with pytest.raises(UsageError, match=r"is a file\.\n  Give the name of a folder"):
        write_room(tmp_path / "mine" / "thesis.txt", CELLS, "", {}, ABOUT)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_room_that_cannot_be_finished_leaves_the_earlier_one_as_it_was(room: Path) -> None:
    with pytest.raises(
        UsageError, match=r"could not be written.*\n  Make room or give another folder; what was there"
    ):
        write_room(room, CELLS, "", {"no/such/folder.csv": b""}, ABOUT)
    assert read_room(room).cells == CELLS
    assert [path.name for path in room.parent.iterdir()] == ["room"]
