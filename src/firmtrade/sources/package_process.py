"""Reads a file of a statistical package in a process of its own, and nothing else of the program.

The library is native code that a damaged file may abort. Standard input is a job as JSON, standard output what the file
says of its variables; the rows are Arrow files, one for each piece, numbered from 0.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyreadstat


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Read a file with a ``reader`` of the library in pieces of ``rows`` rows; ``fault`` where it cannot be read."""
    reader, folder = getattr(pyreadstat, job["reader"]), Path(job["folder"])
    pieces = 0
    try:
        while True:
            piece, about = reader(
                job["path"],
                output_format="polars",
                row_offset=pieces * job["rows"],
                row_limit=job["rows"],
                **job["how"],
            )
            _write(_of_one_type(piece).to_arrow(), folder / f"{pieces}.arrow")
            pieces += 1
            if piece.height < job["rows"]:
                return {"pieces": pieces, **_described(about)}
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError, TypeError):
        # A TypeError is a value that is not of the type which the file declares for its column.
        return {"fault": "unreadable"}


def _of_one_type(piece: pl.DataFrame) -> pl.DataFrame:
    """Numbers and letters (Stata's extended missing values) in one column as texts."""
    mixed = [name for name, dtype in piece.schema.items() if dtype == pl.Object]
    return piece.with_columns(
        pl.Series(name, [None if value is None else str(value) for value in piece[name]], pl.String)
        for name in mixed
    )


def _write(rows: pa.Table, target: Path) -> None:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with (
        pa.OSFile(str(target), "wb") as stream,
        pa.ipc.new_file(stream, rows.schema, options=options) as writer,
    ):
        writer.write_table(rows)


def _described(about: Any) -> dict[str, Any]:
    """What the file says of its variables; codes keep their types, so that they stand in pairs and not as names."""
    missing = {
        name: [(each["lo"], each["hi"]) for each in ranges]
        for name, ranges in (about.missing_ranges or {}).items()
    }
    for name, letters in (about.missing_user_values or {}).items():
        missing[name] = [*missing.get(name, []), *((letter, letter) for letter in letters)]
    return {
        "stored": about.readstat_variable_types,
        "written": about.original_variable_types,
        "labels": about.column_names_to_labels,
        "value_labels": {name: list(labels.items()) for name, labels in about.variable_value_labels.items()},
        "missing": missing,
    }


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(asked)
    except OSError as error:
        answer = {"errno": error.errno or errno.EIO}
    json.dump(answer, sys.stdout)
