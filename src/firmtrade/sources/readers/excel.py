"""Workbooks: xlsx, xls, xlsb and ods. One sheet is one raw file; every cell is read as text."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from firmtrade.errors import InputError, Place, suggest_found
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import (
    MIDNIGHT,
    ROW,
    BrokenRow,
    FileReading,
    check_width,
    none_left,
    renamed_names,
    repeated_names,
    staging,
    unique_names,
)
from firmtrade.sources.readers.stored_cells import stored_cells
from firmtrade.sources.workbook import read_sheet


def read_excel(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read one sheet of a workbook.

    Raises
    ------
    InputError
        The file is not a workbook, or the sheet is not there, is empty, or ends above the header.
    """
    above = 1 if declared.header else 0
    sheet = read_sheet(source, declared.sheet, skip=declared.skip_lines, below=declared.skip_lines + above)
    if sheet is None or (sheet.cells.is_empty() and declared.skip_lines):
        raise none_left(source, declared)
    cells = sheet.cells
    if cells.is_empty():
        raise InputError(
            f"the sheet `{declared.sheet}` is empty" if declared.sheet else "the first sheet is empty",
            where=Place(file=source.name),
            fix=f"Say another `sheet`. {suggest_found('', sheet.sheets, 'sheets')}",
        )
    width = cells.width
    check_width(width, source, declared)
    given = cells.row(0) if declared.header else (declared.names or (None,) * width)
    if len(given) != width:
        raise InputError(
            f"its first row has {width} cells, and the mapping names {len(given)} columns",
            where=Place(file=source.name),
            fix="Name every column in `names`.",
        )
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
    columns = dict(zip(sheet.positions, names, strict=True))
    stored = stored_cells(source, sheet.name)
    return FileReading(
        broken=notes,
        n_broken=len(notes),
        repeated=repeated_names(given),
        renamed=renamed_names(given),
        numbers=frozenset(names[place] for place in sheet.numbers if place < len(names)),
        long_numbers=frozenset(columns[place] for place in stored.long_numbers if place in columns),
        formulas={
            columns[position]: cells for position, cells in stored.formulas.items() if position in columns
        },
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
