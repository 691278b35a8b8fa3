"""A room is written whole and read back without loss, and nothing else is taken for one."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.messages import message
from firmtrade.outputs import (
    Cell,
    CellKey,
    Confidentiality,
    Contribution,
    Curve,
    CurvePoint,
    Estimate,
    ObsStatus,
    Statements,
)
from firmtrade.outputs.manifest import MANIFEST
from firmtrade.outputs.room import find_cell, plain, read_room, write_room
from results_folder import about, edited

BEHIND = Contribution("fte_start", 3, 2, Decimal("12.5"), Decimal("10.25"), Decimal("2.25"))
CELLS = (
    Cell(CellKey("6", "manufacturing", "export", "n"), 3.0, "count", "1998-2003", 0, numerator=3, n_firms=3),
    Cell(
        CellKey("6", "manufacturing", "export", "employment_cagr"), 100 / 3, "percent_per_year", "1998-2003",
        numerator=Decimal("12.5"), denominator=Decimal("10"), n_firms=3, contributions=(BEHIND,),
    ),
    Cell(
        CellKey("6", "manufacturing", "no_export", "employment_cagr"), None, "percent_per_year", "1998-2003",
        status=ObsStatus.UNDEFINED, reason=message("reasons.undefined_group"),
    ),
)  # fmt: skip
ESTIMATE = Estimate(
    "premia", "pooled", "wage", "exporter", 0.5, 0.1, n_obs=70, n_firms=7, unit="log", contributions=(BEHIND,)
)
CURVE = Curve("survival", "all", "exit", "exporter", (CurvePoint(1.0, 0.9),), contributions=(BEHIND,))
STATED = Statements(CELLS, (ESTIMATE,), (CURVE,))
FILES = {"tables/6.csv": b"population,row,n\n"}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return write_room(tmp_path / "room", STATED, "[study]\n", about(), FILES)


def test_every_cell_comes_back_with_its_numbers_status_reason_and_contributions(room: Path) -> None:
    there = read_room(room)
    assert there.statements == STATED
    assert there.study == "[study]\n"
    assert there.manifest.study.name == "small"


def test_cells_csv_begins_with_the_columns_of_an_edition_and_leaves_the_undefined_empty(room: Path) -> None:
    lines = (room / "cells.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "table,population,row,column,value,unit,year,status,confidentiality,numerator,denominator,n_firms,"
        "data"
    )
    assert lines[1] == "6,manufacturing,export,n,3,count,1998-2003,A,N,3,,3,unreleased"
    assert lines[2].startswith("6,manufacturing,export,employment_cagr,33.333333333333336,percent_per_year")
    assert (
        lines[3] == "6,manufacturing,no_export,employment_cagr,,percent_per_year,1998-2003,M,N,,,,unreleased"
    )


def test_the_manifest_lists_every_other_file_with_its_digest(room: Path) -> None:
    files = json.loads((room / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert sorted(files) == [
        "cells.csv",
        "cells.parquet",
        "contributions.parquet",
        "curves.csv",
        "estimates.csv",
        "sections.json",
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


def change(fault: str, room: Path) -> None:
    match fault:
        case "was altered":
            (room / "cells.csv").write_bytes((room / "cells.csv").read_bytes().replace(b"33.3", b"44.4"))
        case "is missing":
            (room / "cells.csv").unlink()
        case "was added":
            (room / "cells.csv~").write_bytes(b"")
        case "is no file":
            (room / "cells.csv").rename(room.parent / "elsewhere.csv")
            (room / "cells.csv").symlink_to(room.parent / "elsewhere.csv")
        case "manifest":
            text = (room / MANIFEST).read_text(encoding="utf-8")
            (room / MANIFEST).write_text(text.replace('"kind": "real"', '"kind": "some"'), encoding="utf-8")
        case "twice":
            text = (room / MANIFEST).read_text(encoding="utf-8")
            (room / MANIFEST).write_text(text.replace("{", '{"kind": "room",', 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("was altered", "cells.csv: the room is not as it was written: cells.csv was altered"),
        ("is missing", "cells.csv: .* cells.csv is missing"),
        ("was added", "cells.csv~: .* cells.csv~ was added"),
        ("is no file", "cells.csv: .* cells.csv is no file"),
        ("manifest", "manifest.json, key data.kind: the manifest was altered"),
        ("twice", "manifest.json: the manifest was altered: a key stands twice"),
    ],
)
def test_a_room_that_was_edited_is_refused_by_the_file(room: Path, fault: str, says: str) -> None:
    change(fault, room)
    with pytest.raises(DataError, match=says) as refused:
        read_room(room)
    assert refused.value.exit_status == 1


def test_a_pipe_in_a_room_is_refused_without_being_opened(room: Path) -> None:
    os.mkfifo(room / "tables" / "7.csv")
    (room / "empty").mkdir()
    with pytest.raises(DataError, match="empty is no file"):
        read_room(room)
    (room / "empty").rmdir()
    with pytest.raises(DataError, match=r"tables/7\.csv is no file"):
        read_room(room)


def test_a_room_of_another_version_is_told_from_a_damaged_one(room: Path) -> None:
    text = (room / MANIFEST).read_text(encoding="utf-8")
    (room / MANIFEST).write_text(text.replace("firmtrade room 2", "firmtrade room 1"), encoding="utf-8")
    with pytest.raises(InputError, match="another version of the program wrote this room"):
        read_room(room)


def test_real_numbers_under_a_manifest_of_synthetic_data_are_refused(tmp_path: Path, room: Path) -> None:
    text = (room / MANIFEST).read_text(encoding="utf-8")
    (room / MANIFEST).write_text(text.replace('"kind": "real"', '"kind": "synthetic"'), encoding="utf-8")
    with pytest.raises(
        DataError, match="says synthetic data, and the statement 6/manufacturing/export/n says"
    ):
        read_room(room)
    claimed = write_room(tmp_path / "claimed", STATED.stamped(synthetic=True), "", about(kind="real"))
    with pytest.raises(DataError, match="the manifest says real data"):
        read_room(claimed)
    freed = STATED.changed(lambda one: replace(one, confidentiality=Confidentiality.FREE))
    with pytest.raises(DataError, match="the manifest says real data"):
        read_room(write_room(tmp_path / "freed", freed, "", about(kind="real")))


def test_a_hidden_cell_may_have_no_value(room: Path) -> None:
    def hide(content: bytes) -> bytes:
        frame, out = pl.read_parquet(io.BytesIO(content)), io.BytesIO()
        frame.with_columns(pl.lit("Q").alias("status")).write_parquet(out)
        return out.getvalue()

    with pytest.raises(DataError, match="has a value and a status that says it has none"):
        read_room(edited(room, "cells.parquet", hide))


@pytest.mark.parametrize("status", ["Z", ""])
def test_a_status_that_is_none_of_the_code_list_is_refused(room: Path, status: str) -> None:
    def damage(content: bytes) -> bytes:
        out = io.BytesIO()
        pl.read_parquet(io.BytesIO(content)).with_columns(pl.lit(status).alias("status")).write_parquet(out)
        return out.getvalue()

    with pytest.raises(DataError, match="a status that is none of SDMX"):
        read_room(edited(room, "cells.parquet", damage))


@pytest.mark.parametrize("name", ["cells.parquet", "contributions.parquet"])
def test_a_file_that_is_no_parquet_is_named_although_its_digest_fits(room: Path, name: str) -> None:
    with pytest.raises(DataError, match=f"{name}: a file of the room is not as the program writes it"):
        read_room(edited(room, name, lambda _: b"PAR1"))


def test_a_room_takes_the_place_of_an_earlier_one_but_of_nothing_else(tmp_path: Path, room: Path) -> None:
    write_room(room, Statements(CELLS[:1]), "[study]\n", about())
    assert len(read_room(room).cells) == 1
    assert not (room / "tables" / "6.csv").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(
        UsageError, match=r"holds files that are not of a room of tables; nothing was written"
    ):
        write_room(tmp_path / "mine", STATED, "", about())
    with pytest.raises(UsageError, match=r"is a file\.\n  Give the name of a folder"):
        write_room(tmp_path / "mine" / "thesis.txt", STATED, "", about())
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_room_that_cannot_be_finished_leaves_the_earlier_one_as_it_was(room: Path) -> None:
    with pytest.raises(
        UsageError, match=r"could not be written.*\n  Make room or give another folder; what was there"
    ):
        write_room(room, STATED, "", about(), {"cells.csv/no.csv": b""})
    assert read_room(room).statements == STATED
    assert [path.name for path in room.parent.iterdir()] == ["room"]
