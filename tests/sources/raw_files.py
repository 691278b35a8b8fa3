"""Raw files and mappings for tests, written where a test wants them."""

from __future__ import annotations

import csv
import datetime
import sqlite3
from pathlib import Path
from typing import Any

import xlsxwriter

from firmtrade.sources.importer import ImportReport
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW

STAMP = """
[stamp]
kind = "synthetic"
title = "Made up for a test"
source = "tests"
country = "BE"
"""


def bring(folder: Path, mapping: str, files: dict[str, str | bytes] | None = None) -> Path:
    """Write raw files and a mapping (its stamp is added) into a folder; returns the mapping's path."""
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    target = folder / "mapping.toml"
    target.write_text(STAMP + mapping, encoding="utf-8")
    return target


def rejected(report: ImportReport, table: str) -> list[dict[str, str]]:
    """The refused rows of a table, as they were written."""
    with (report.out / "rejected" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rows_of(connection: Any, raw: Raw, *more: str) -> list[tuple[Any, ...]]:
    """The rows of a raw table in file order, as tuples of its columns and of ``more``."""
    names = [*raw.columns, *more]
    table = connection.to_pyarrow(raw.rows(raw.columns).order_by([FILE, ROW]).select(*names))
    return [tuple(row[name] for name in names) for row in table.to_pylist()]


def sqlite_file(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE firms (id TEXT, staff REAL, n INTEGER, born DATE)")
        base.executemany(
            "INSERT INTO firms VALUES (?, ?, ?, ?)", [("01", 12.5, 1, "1960-08-09"), ("NA", None, None, None)]
        )
    base.close()


def workbook_file(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write(0, 0, "Nothing here")
        sheet = book.add_worksheet("Accounts")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, ["Number", 9087, "Closed on", "Value", "9087"])
        sheet.write_row(1, 0, ["0123", 12.5, None, 1234567.89, 1])
        sheet.write_datetime(1, 2, datetime.datetime(2002, 12, 31), day)
        sheet.write_row(3, 0, ["NA", None, "31.12.2002", 0.1, True])
        book.add_worksheet("Empty")
