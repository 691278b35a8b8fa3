"""A sheet of a workbook (xlsx, xls, xlsb, ods) as texts, read in a process of its own: see ``sheet_process.py``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from firmtrade.errors import InputError, Place, suggest_found
from firmtrade.outputs.working import WorkingFolder
from firmtrade.sources.apart import answer_apart

LEAST_MEMORY = 4 << 30
"""What reading one sheet may take in any case; more where half of the machine is more."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    ``cells`` are its cells as texts, a column each, missing where empty; ``positions`` are the columns' places in the
    workbook, from 0; ``numbers`` are the places in ``cells`` of columns whose first cells below the header are numbers.
    """

    name: str
    sheets: tuple[str, ...]
    cells: pl.DataFrame
    positions: tuple[int, ...]
    numbers: frozenset[int]


def read_sheet(
    path: Path, sheet: str | None = None, *, header: bool = False, skip: int = 0, below: int = 1
) -> Sheet | None:
    """Read a sheet, the first where none is named; None where no row is left below ``skip`` rows.

    Parameters
    ----------
    header
        Whether the first row holds the names of the columns.
    below
        Rows above those by which numbers are told.

    Raises
    ------
    InputError
        The file is no workbook, has no such sheet, or cannot be read within the memory that there is.
    """
    where = Place(file=path.name)
    with WorkingFolder() as room:
        target = room / "cells.arrow"
        found = answer_apart(
            "sheet_process.py",
            {
                "path": str(path), "sheet": sheet, "header": header, "skip": skip, "below": below,
                "target": str(target), "memory": max(LEAST_MEMORY, _memory() // 2),
            },
        )  # fmt: skip
        match found.get("fault"):
            case None:
                kinds = {int(place): kind for place, kind in found["kinds"].items()}
                return Sheet(
                    found["name"],
                    tuple(found["sheets"]),
                    pl.read_ipc(target.read_bytes()),
                    tuple(found["positions"]),
                    frozenset(place for place, kind in kinds.items() if kind in ("float", "int")),
                )
            case "no row":
                return None
            case "no sheet":
                raise InputError(
                    f"there is no sheet `{sheet}`",
                    where=where,
                    fix=suggest_found(sheet or "", found["sheets"], "sheets"),
                )
            case "no cells":
                raise InputError("the sheet cannot be read", where=where, fix="Save it again as xlsx.")
            case "no workbook":
                raise InputError("this is not a readable workbook", where=where, fix="Save it again as xlsx.")
            case _:
                raise InputError(
                    "this workbook cannot be read: it is damaged, or holds cells too far apart or too many",
                    where=where,
                    fix="Copy the table into a new workbook, or save the sheet as CSV.",
                )


def _memory() -> int:
    """The memory of the machine, in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
