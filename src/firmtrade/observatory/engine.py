"""The engine: DuckDB inside the process, reached through Ibis."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.sources.canonical import Column, Table
from firmtrade.sources.folder import CanonicalFolder, TableFiles

MONEY = dt.Decimal(18, 2)
QUANTITY = dt.Decimal(18, 6)
IN_PROCESS = "duckdb://"
RAW = "raw_"
"""What the name of a table begins with as it is stored."""

_TYPES: dict[str, dt.DataType] = {
    "text": dt.string,
    "year": dt.int32,
    "integer": dt.int32,
    "flag": dt.boolean,
    "date": dt.date,
    "money": MONEY,
    "quantity": QUANTITY,
}


class Engine:
    """A connection for one run. Temporary tables live in it and spill to a folder that goes with it.

    Use it in a ``with`` block: memory and files are given back however the run ends.

    ``url`` is ``duckdb://`` (in process, the default); other engines are not available yet.
    """

    def __init__(
        self, url: str | None = None, *, memory_limit: str | None = None, threads: int | None = None
    ) -> None:
        if url not in (None, IN_PROCESS):
            raise UsageError(
                f"the engine {url!r} is not available", fix=f"Use `{IN_PROCESS}`, or leave the option out."
            )
        self._spill = tempfile.TemporaryDirectory(prefix="firmtrade-")
        # The order of rows carries no meaning here, and keeping it costs memory.
        settings: dict[str, Any] = {"temp_directory": self._spill.name, "preserve_insertion_order": False}
        if memory_limit:
            settings["memory_limit"] = memory_limit
        if threads:
            settings["threads"] = threads
        self.connection = ibis.duckdb.connect(**settings)
        self._folder: Path | None = None
        self._opened: list[TableFiles] = []
        self.types: dict[str, dict[str, str]] = {}
        """By table that was opened: its declared columns, and the type that each is stored in."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, folder: CanonicalFolder, name: str) -> ir.Table | None:
        """A canonical table with its canonical types; None where the folder lacks it.

        Only declared columns are kept. NaN is missing, as null is.
        """
        files = folder.tables.get(name)
        self._folder = folder.path
        self._opened += [files] if files else []
        return None if files is None else self._read(files)

    def _read(self, files: TableFiles) -> ir.Table:
        options = {"hive_partitioning": True} if files.partitions else {}
        raw = self.connection.read_parquet(
            [str(file) for file in files.files],
            table_name=f"{RAW}{files.name}",
            union_by_name=True,
            **options,
        )
        table = canonical(raw, files.table)
        self.types[files.name] = {name: str(raw[name].type()) for name in table.columns}
        return table

    def lend(self, name: str, frame: pl.DataFrame) -> ir.Table:
        """A small table of the program's own, to join with: through a file, which spares loading another library."""
        file = Path(self._spill.name) / f"{name}.parquet"
        frame.write_parquet(file)
        return self.connection.read_parquet(str(file), table_name=name)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table once and keep it for this run."""
        with self._reading():
            return self.connection.create_table(name, expression, temp=True)

    def kept(self, name: str) -> ir.Table:
        """A table that was kept."""
        return self.connection.table(name)

    def look(self, expression: ir.Table) -> pl.DataFrame:
        """The rows of an expression on tables as they were opened."""
        return self.fetch(self.sql(expression))

    def sql(self, expression: ir.Table) -> str:
        """The query behind an expression, for people to read and for :meth:`fetch` to run."""
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def fetch(self, query: str) -> pl.DataFrame:
        """Run a query on kept tables. Compiling an expression costs more than a small query: compile it once."""
        with self._reading():
            frame = pl.from_arrow(self.connection.raw_sql(query).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn the engine's complaint about a file into one that names it and quotes no value of it."""
        try:
            yield
        except duckdb.Error as error:
            files = [file for table in self._opened for file in table.files]
            damaged = next((file for file in files if not _readable(file)), None)
            outside = isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException)
            if damaged is None and not outside:
                raise
            raise InputError(
                "a file cannot be read to its end: it is damaged"
                if damaged
                else "a column holds values outside its type",
                where=Place(file=str(damaged or self._folder)),
                fix="`firmtrade check` names the column and counts the rows.",
            ) from error

    def close(self) -> None:
        """Give back memory and files."""
        self.connection.disconnect()
        self._spill.cleanup()


def _readable(file: Path) -> bool:
    """Whether every row of a Parquet file can be read."""
    try:
        for _ in pq.ParquetFile(file).iter_batches():
            pass
    except (OSError, pa.ArrowException):
        return False
    return True


def canonical(raw: ir.Table, table: Table) -> ir.Table:
    """The declared columns of a table as it is stored, with their canonical types."""
    present = [column for column in table.columns if column.name in raw.columns]
    return raw.select(**{column.name: _canonical(raw[column.name], column) for column in present})


def _canonical(value: ir.Value, column: Column) -> ir.Value:
    if value.type().is_floating():
        value = value.isnan().ifelse(ibis.null(), value)
    wanted = _TYPES[column.kind]
    return value if value.type() == wanted else value.cast(wanted)
