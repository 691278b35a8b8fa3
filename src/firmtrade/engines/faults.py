"""What went wrong inside an engine, in words that name the file and quote no value of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.engines.protocol import ParquetFiles
from firmtrade.errors import InputError, Place
from firmtrade.storage import answering


def fault_of_a_file(read: Sequence[ParquetFiles], *, outside: bool) -> InputError | None:
    """The complaint about a file of those that were read; None where no file is at fault.

    ``outside`` says that a number did not fit into the type of its column.
    """
    damaged = next((file for one in read for file in one.files if not is_readable(file)), None)
    if damaged is None and not (outside and read):
        return None
    return InputError(
        "a file cannot be read to its end: it is damaged"
        if damaged
        else "a column holds values outside its type",
        where=Place(file=str(damaged or read[-1].folder)),
        fix="`firmtrade check` names the column and counts the rows.",
    )


def is_readable(file: Path) -> bool:
    """Whether every row of a Parquet file can be read."""
    try:
        with answering(file), file.open("rb") as stream:
            for _ in pq.ParquetFile(stream).iter_batches():
                pass
    except (OSError, pa.ArrowException):
        return False
    return True
