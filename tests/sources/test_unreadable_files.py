"""What cannot be read is said with its file and what to do."""

# ruff: noqa: E501  -- one unreadable file, one line

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firmtrade.errors import FirmtradeError, InputError, StudyError
from firmtrade.sources.raw import Raw
from sources.raw_files import sqlite_file, workbook_file


def _spoil(path: Path) -> None:
    path.write_bytes(b"neither this nor that")


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _no_archive_member(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("enterprise.txt.bak", "x")


UNREADABLE: list[tuple[dict[str, Any], Callable[[Path], None], type[FirmtradeError], str]] = [
    ({"path": "x.csv"}, _nothing, InputError, r"^x\.csv: this file is empty"),
    ({"path": "x.csv"}, lambda p: p.write_bytes("é".encode("latin-1")) and None, InputError, r"^x\.csv: this file is not in the encoding utf-8\n  Say its `encoding`"),
    ({"path": "x.csv"}, lambda p: p.write_bytes(b"a,b\n" + b"x,y\n" * 5 + "é,1\n".encode("latin-1")) and None, InputError, r"^x\.csv: this file is not in the encoding utf-8"),
    ({"path": "x.csv", "header": False, "names": ["a"]}, lambda p: p.write_bytes(b"1,2\n") and None, InputError, "its first row has 2 fields, and the mapping names 1 columns"),
    ({"path": "x.dta"}, _spoil, InputError, r"^x\.dta: this is not a readable Stata file"),
    ({"path": "x.dta"}, _nothing, InputError, r"^x\.dta: this is not a readable Stata file"),
    ({"path": "x.sav"}, _spoil, InputError, r"^x\.sav: this is not a readable SPSS file"),
    ({"path": "x.sas7bdat"}, _spoil, InputError, r"^x\.sas7bdat: this is not a readable SAS file"),
    ({"path": "x.parquet"}, _spoil, InputError, r"x\.parquet: this is not a readable Parquet file"),
    ({"path": "x.xlsx"}, _spoil, InputError, r"^x\.xlsx: this is not a readable workbook"),
    ({"path": "x.xlsx", "sheet": "Acounts"}, workbook_file, InputError, r"^x\.xlsx: there is no sheet `Acounts`\n  Did you mean `Accounts`\?"),
    ({"path": "x.xlsx", "sheet": "Empty"}, workbook_file, InputError, r"^x\.xlsx: the sheet `Empty` is empty\n  Say another `sheet`"),
    ({"path": "x.xlsx", "sheet": "Accounts", "skip_lines": 9}, workbook_file, InputError, r"^x\.xlsx: no line is left below `skip_lines = 9`\n  Count the lines above the header again\."),
    ({"path": "x.xlsx", "sheet": "Accounts", "skip_lines": 4}, workbook_file, InputError, r"^x\.xlsx: no line is left below `skip_lines = 4`"),
    ({"path": "x.xlsx", "sheet": "Empty", "skip_lines": 1}, workbook_file, InputError, r"^x\.xlsx: no line is left below `skip_lines = 1`"),
    ({"path": "x.csv", "skip_lines": 3}, lambda p: p.write_bytes(b"a,b\n1,2\n") and None, InputError, r"^x\.csv: no line is left below `skip_lines = 3`"),
    ({"path": "x.csv.gz"}, _spoil, InputError, r"^x\.csv\.gz: this archive cannot be unpacked"),
    ({"path": "x.csv.gz"}, lambda p: p.write_bytes(gzip.compress(b"id\n" + b"1\n" * 99)[:-9]) and None, InputError, r"^x\.csv\.gz: this archive cannot be unpacked"),
    ({"path": "x.zip"}, _spoil, InputError, r"^x\.zip: this archive cannot be unpacked"),
    ({"path": "x.zip", "inside": "*.csv"}, _no_archive_member, InputError, r"^x\.zip: the archive holds no `\*\.csv`"),
    ({"path": "x.xyz"}, _spoil, InputError, r"^x\.xyz: the ending `\.xyz` is that of no known format\n  Say its `format`"),
    ({"path": "x.csv", "format": "exel"}, _spoil, StudyError, r"there is no format `exel`\n  Did you mean `excel`\?"),
    ({"path": "y.csv"}, lambda p: (p / "../x.csv").resolve().write_text("a") and None, InputError, r"there is no file `y\.csv`\n  Did you mean `x\.csv`\?"),
    ({"path": "x_*.csv"}, lambda p: None, InputError, r"there is no file `x_\*\.csv`\n  `path` is relative to the mapping"),
    ({"url": "sqlite://x.db", "table": "firms"}, lambda p: None, InputError, r"^sqlite://x\.db: this database file is not there"),
    ({"url": "sqlite://x.db", "table": "firm"}, sqlite_file, InputError, r"there is no table `firm`\n  Did you mean `firms`\?"),
    ({"url": "sqlite://x.db", "query": "SELECT nothing"}, sqlite_file, InputError, r"the database does not accept the query: .*nothing"),
    ({"url_variable": "NOT_SET_ANYWHERE", "table": "x"}, lambda p: None, StudyError, "the environment variable `NOT_SET_ANYWHERE` is not set"),
    ({"url": "nosuch://somewhere/x", "table": "x"}, lambda p: None, InputError, r"^nosuch://somewhere/x: this is not the address of a database"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "make", "kind", "says"), UNREADABLE, ids=[case[3][:60] for case in UNREADABLE]
)
def test_what_cannot_be_read_is_said_with_the_file_and_the_way_out(
    read: Callable[..., Raw],
    tmp_path: Path,
    declared: dict[str, Any],
    make: Callable[[Path], None],
    kind: type[FirmtradeError],
    says: str,
) -> None:
    make(tmp_path / Path(declared.get("path") or declared.get("url", "").partition("://")[2] or "x").name)
    with pytest.raises(kind, match=says):
        read(**declared)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
@pytest.mark.parametrize("name", ["x.csv", "x.csv.gz", "x.zip", "x.parquet", "x.xlsx", "x.dta", "x.sav"])
def test_a_file_without_the_right_to_read_it_is_called_so(
    read: Callable[..., Raw], tmp_path: Path, name: str
) -> None:
    """Neither a damaged file nor an output that cannot be written."""
    (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    (tmp_path / name).chmod(0)
    with pytest.raises(InputError, match=rf"^{name}: this file may not be read\n  Ask its owner"):
        read(path=name)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read every file")
def test_a_folder_without_the_right_to_open_it_is_called_so(read: Callable[..., Raw], tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(InputError, match=r"the folder of `closed/x\.csv` may not be opened\n  Ask its owner"):
        read(path="closed/x.csv")
