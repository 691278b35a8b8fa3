"""A Parquet file as a frame, read by Arrow: what is damaged is an error there, and ends other readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def parquet_file(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """The rows of one file, of all columns or of some; its name and folders say nothing of its content.

    Raises
    ------
    OSError
        It is not there, or may not be read.
    ValueError
        It is no Parquet file, is damaged, lacks a column, or has one of a type that no frame can hold.
    """
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as stream:
            found = pl.from_arrow(pq.ParquetFile(stream).read(columns))
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        KeyError,
        TypeError,
    ) as error:
        raise ValueError("no readable Parquet file") from error
    if not isinstance(found, pl.DataFrame) or (columns is not None and set(columns) - set(found.columns)):
        raise ValueError("no readable Parquet file")
    return found
