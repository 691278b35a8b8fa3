"""Workbooks: xlsx, xls, xlsb and ods. One sheet is one raw file; every cell is read as text."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from firmtrade.errors import InputError, Place, suggest_found
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.formulas import formulas_without_values
from firmtrade.sources.readers.reading import (
    ROW,
    BrokenRow,
    Reading,
    none_left,
    renamed_names,
    repeated_names,
    staging,
    unique_names,
)

MIDNIGHT = " 00:00:00"
FIRST_ROWS = 200
"""Rows by which cells are told to be numbers."""


def read_excel(source: Path, declared: RawFile, target: Path) -> Reading:
    """Read one sheet of a workbook.

    Raises
    ------
    InputError
        The file is not a workbook, or the sheet is not there, is empty, or ends above the header.
    """
    try:
        book = fastexcel.read_excel(source)
    except fastexcel.FastExcelError as error:
        raise InputError(
            "this is not a readable workbook", where=Place(file=source.name), fix="Save it again as xlsx."
        ) from error
    if declared.sheet is not None and declared.sheet not in book.sheet_names:
        raise InputError(
            f"there is no sheet `{declared.sheet}`",
            where=Place(file=source.name),
            fix=suggest_found(declared.sheet, book.sheet_names, "sheets"),
        )
    name = declared.sheet or book.sheet_names[0]
    try:
        sheet = book.load_sheet(name, header_row=None, skip_rows=declared.skip_lines, dtypes="string")
        cells = sheet.to_polars()
    except fastexcel.InvalidParametersError as error:
        raise none_left(source, declared) from error
    except fastexcel.FastExcelError as error:
        raise InputError(
            f"the sheet `{name}` cannot be read", where=Place(file=source.name), fix="Save it again as xlsx."
        ) from error
    if cells.is_empty() and declared.skip_lines:
        raise none_left(source, declared)
    if cells.is_empty():
        raise InputError(
            f"the sheet `{name}` is empty",
            where=Place(file=source.name),
            fix=f"Say another `sheet`. {suggest_found(name, book.sheet_names, 'sheets')}",
        )
    width = cells.width
    given = cells.row(0) if declared.header else (declared.names or (None,) * width)
    if len(given) != width:
        raise InputError(
            f"its first row has {width} cells, and the mapping names {len(given)} columns",
            where=Place(file=source.name),
            fix="Name every column in `names`.",
        )
    above = 1 if declared.header else 0
    names = unique_names(given)
    rows = (
        cells.rename(dict(zip(cells.columns, names, strict=True)))
        .with_row_index(ROW, offset=declared.skip_lines + 1)
        .slice(above)
        .with_columns(pl.exclude(ROW).str.strip_suffix(MIDNIGHT), pl.col(ROW).cast(pl.Int64))
    )
    rows, notes = _without_notes(rows)
    with staging(target, rows.to_arrow().schema) as writer:
        writer.write_table(rows.to_arrow())
    columns = dict(zip((column.absolute_index for column in sheet.available_columns()), names, strict=True))
    formulas = formulas_without_values(source, name).items()
    return Reading(
        broken=notes,
        n_broken=len(notes),
        repeated=repeated_names(given),
        renamed=renamed_names(given),
        numbers=_numbers(book, name, declared.skip_lines + above, names),
        formulas={columns[position]: cells for position, cells in formulas if position in columns},
    )


def _without_notes(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[BrokenRow, ...]]:
    """The rows of the table, and the texts below it (sources, footnotes), which are refused.

    A text below a table fills less than half of its columns, and stands below a blank row or is a phrase alone in
    its row. A row in which every cell is empty is neither.
    """
    filled = rows.select(pl.sum_horizontal(pl.exclude(ROW).is_not_null())).to_series()
    wide = (filled >= max(2, (rows.width - 1) / 2)).arg_true()
    end = int(wide[-1]) + 1 if len(wide) else 0
    notes: list[int] = []
    below_blank = False
    for position in range(end, rows.height) if end else ():
        below_blank = below_blank or filled[position] == 0
        phrase = filled[position] == 1 and any(" " in (cell or "") for cell in rows.row(position)[1:])
        if filled[position] and (below_blank or phrase):
            notes.append(position)
            below_blank = True
    broken = tuple(
        BrokenRow(row[0], "a text below the table", "; ".join(cell for cell in row[1:] if cell))
        for row in (rows.row(position) for position in notes)
    )
    kept = pl.Series((filled > 0).to_list()) & ~pl.int_range(rows.height, eager=True).is_in(notes)
    return rows.filter(kept), broken


def _numbers(book: fastexcel.ExcelReader, sheet: str, above: int, names: list[str]) -> frozenset[str]:
    """Columns whose first cells are numbers: how they are written is no matter of decimal marks."""
    try:
        first = book.load_sheet(sheet, header_row=None, skip_rows=above, n_rows=FIRST_ROWS)
    except fastexcel.FastExcelError:  # there is no row below the header
        return frozenset()
    kinds = {column.index: column.dtype for column in first.available_columns()}
    return frozenset(name for index, name in enumerate(names) if kinds.get(index) in ("float", "int"))
