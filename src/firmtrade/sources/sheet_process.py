"""Reads one sheet of a workbook in a process of its own, and nothing else of the program.

The library takes a rectangle of memory from the first cell to the last; where a file is crafted or damaged that is more
than there is, and the process is aborted. So it is one that holds nothing, with bounded memory and no core dump.

Standard input is a job as JSON, standard output what was found; the cells, all as text, are an Arrow file.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
from typing import Any

import fastexcel
import pyarrow as pa

FIRST_ROWS = 200
"""Rows by which cells are told to be numbers."""


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Read the sheet that a job names, or the first; ``fault`` says what is wrong."""
    try:
        book = fastexcel.read_excel(job["path"])
        sheets = book.sheet_names
    except (fastexcel.FastExcelError, OSError):
        return {"fault": "no workbook"}
    name = job["sheet"] if job["sheet"] is not None else sheets[0]
    if name not in sheets:
        return {"fault": "no sheet", "sheets": sheets}
    head = 0 if job["header"] else None
    try:
        sheet = book.load_sheet(name, header_row=head, skip_rows=job["skip"], dtypes="string")
        cells = sheet.to_arrow()
    except fastexcel.InvalidParametersError:
        return {"fault": "no row"}
    except fastexcel.FastExcelError:
        return {"fault": "no cells", "name": name}
    with pa.OSFile(job["target"], "wb") as stream, pa.ipc.new_file(stream, cells.schema) as writer:
        writer.write_batch(cells)
    return {
        "name": name,
        "sheets": sheets,
        "positions": [column.absolute_index for column in sheet.available_columns()],
        "kinds": _kinds(book, name, job["below"]),
    }


def _kinds(book: fastexcel.ExcelReader, name: str, below: int) -> dict[int, str]:
    """What the first cells below a row are, by the place of their column."""
    try:
        first = book.load_sheet(name, header_row=None, skip_rows=below, n_rows=FIRST_ROWS)
    except fastexcel.FastExcelError:  # there is no row below the header
        return {}
    return {column.index: str(column.dtype) for column in first.available_columns()}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    try:
        answer = read(asked)
    except OSError as error:
        answer = {"errno": error.errno or errno.EIO}
    json.dump(answer, sys.stdout)
