"""Refused rows, written as they stood in the raw file, each with its reason, file and row number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from firmtrade.engines.duck import batches
from firmtrade.outputs.contents import digests
from firmtrade.outputs.csv_file import write_csv
from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.place import FolderKind
from firmtrade.sources.assemble import Assembled
from firmtrade.sources.raw import FILE
from firmtrade.sources.readers import ROW
from firmtrade.sources.refusals import BROKEN, in_english
from firmtrade.sources.rows import REASON, SOURCE

HEAD = ("rejected_because", "rejected_file", "rejected_row")
WHOLE = "broken row"
BATCH = 10_000
LIST = "rejected.json"
"""What says of a folder beside an import that it holds refused rows, and lists its files with their digests."""


def _listed(folder: Path) -> Collection[str] | None:
    try:
        files = read_object(folder / LIST).get("files")
    except (OSError, ValueError):
        return None
    return {LIST, *files} if isinstance(files, dict) else None


REFUSED_ROWS = FolderKind("the refused rows of an import", _listed)
"""The folder in which the rows stand at which an import stopped."""


def list_files(folder: Path) -> None:
    """Write the list of the files of a folder of refused rows."""
    content = {"kind": "refused rows of an import", "note": NOTE, "files": digests(folder, but=(LIST,))}
    (folder / LIST).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_rejected(connection: Any, assembled: Assembled, target: Path, *, most: int | None = None) -> int:
    """Write the refused rows of a table as CSV, at most ``most`` of each raw file; returns how many.

    Raw columns keep their names; a row that could not be split into columns stands whole in ``broken row``. People open
    this file: what would be a formula there has an apostrophe before it.
    """
    columns = list(dict.fromkeys(name for one in assembled.inputs for name in one.raw.columns))
    if any(one.raw.n_broken for one in assembled.inputs):
        columns.append(WHOLE)

    def rows() -> Iterator[list[Any]]:
        for one in assembled.inputs:
            for file, row in one.raw.broken():
                why = f"{in_english(BROKEN)}: {row.reason}"
                yield [why, file, row.row, *[None] * (len(columns) - 1), row.text]
            refused = assembled.refused.filter(assembled.refused[SOURCE] == one.number)
            found = refused.join(one.raw.rows(one.raw.columns), [FILE, ROW]).order_by([FILE, ROW, REASON])
            for batch in batches(connection, found if most is None else found.limit(most), BATCH):
                for values in batch.to_pylist():
                    yield [
                        in_english(values[REASON]),
                        values[FILE],
                        values[ROW],
                        *(values.get(name) for name in columns),
                    ]

    with target.open("w", encoding="utf-8", newline="") as stream:
        return write_csv(stream, [*HEAD, *columns], rows())
