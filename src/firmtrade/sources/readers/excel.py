"""Workbooks: xlsx, xls, xlsb and ods. One sheet is one raw file; every cell is read as text."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import polars as pl

from firmtrade.errors import InputError, Place, suggest
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import ROW, Reading, none_left, repeated_names, staging, unique_names

MIDNIGHT = " 00:00:00"


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
            fix=suggest(declared.sheet, book.sheet_names),
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
            fix=f"Say another `sheet`. Known: {', '.join(book.sheet_names)}.",
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
    rows = (
        cells.rename(dict(zip(cells.columns, unique_names(given), strict=True)))
        .with_row_index(ROW, offset=declared.skip_lines + 1)
        .slice(above)
        .filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
        .with_columns(pl.exclude(ROW).str.strip_suffix(MIDNIGHT), pl.col(ROW).cast(pl.Int64))
    )
    with staging(target, rows.to_arrow().schema) as writer:
        writer.write_table(rows.to_arrow())
    return Reading(repeated=repeated_names(given))
