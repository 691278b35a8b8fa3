"""DuckDB inside the process, reached through Ibis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from glob import escape
from pathlib import Path
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import ibis.expr.types as ir
import polars as pl
import pyarrow as pa

from firmtrade.engines.faults import fault_of_a_file
from firmtrade.engines.frames import as_declared
from firmtrade.engines.protocol import RAW, ParquetFiles
from firmtrade.engines.statements import literal, quoted, sql
from firmtrade.outputs.working import WorkingFolder
from firmtrade.storage import absolute, broke_off, is_stored, system_of

IN_PROCESS = "duckdb://"

DuckDBError = duckdb.Error
"""What the engine raises: its message may quote values of the data."""
TooLargeError = (duckdb.ConversionException, duckdb.OutOfRangeException)
"""What it raises where a number does not fit into the type that it is cast to."""


def is_of_a_driver(error: duckdb.Error) -> bool:
    """Whether the driver of a storage service failed beneath the engine, whose own errors are of narrower kinds."""
    return type(error) is duckdb.Error


def connection(file: Path | None = None, *, spill: Path, **settings: Any) -> Any:
    """An Ibis connection to a database of one's own: in memory, or in ``file``; beyond memory it works in ``spill``."""
    place = ":memory:" if file is None else file
    return ibis.duckdb.connect(
        place, temp_directory=str(spill), autoinstall_known_extensions=False, **settings
    )


def literal_path(path: Path) -> str:
    """A path as the engine reads it: signs of patterns stand for themselves, and so does `~` at the start.

    >>> literal_path(Path("/data[1]/a*b?.parquet"))
    '/data[[]1]/a[*]b[?].parquet'
    """
    return escape(absolute(path))


def read_table(connection: Any, name: str, files: Sequence[Path], *, partitioned: bool) -> ir.Table:
    """Parquet files as one table, their columns matched by name; what stands in a path is text: a code is no number.

    Files of a storage service are read through fsspec. Ibis would load an extension for them from the network.
    """
    for system in {system_of(file) for file in files if is_stored(file)}:
        names = {system.protocol} if isinstance(system.protocol, str) else {*system.protocol}
        if names.isdisjoint(connection.con.list_filesystems()):
            connection.con.register_filesystem(system)
    paths = ", ".join(literal(literal_path(file)) for file in files)
    options = ", hive_partitioning = true, hive_types_autocast = false" if partitioned else ""
    connection.raw_sql(
        f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS "
        f"SELECT * FROM read_parquet([{paths}], union_by_name = true{options})"
    )
    table: ir.Table = connection.table(name)
    return table


def batches(connection: Any, rows: ir.Table, size: int) -> Iterator[pa.RecordBatch]:
    """The rows in batches of ``size``, one in memory at a time; no other query may run meanwhile.

    Ibis 12 has this too, but by way of a function that DuckDB 1.5 calls deprecated.
    """
    answer = connection.raw_sql(sql(rows))
    reader = answer.to_arrow_reader if hasattr(answer, "to_arrow_reader") else answer.fetch_record_batch
    yield from reader(size)


class DuckDB:
    """A connection for one run: an :class:`~firmtrade.engines.Engine`.

    Tables live in it and spill to a folder that goes with it.
    """

    def __init__(self, *, memory_limit: str | None = None, threads: int | None = None) -> None:
        self._spill = WorkingFolder()
        # The order of rows carries no meaning here, and keeping it costs memory.
        settings: dict[str, Any] = {"preserve_insertion_order": False}
        if memory_limit:
            settings["memory_limit"] = memory_limit
        if threads:
            settings["threads"] = threads
        self._connection = connection(spill=self._spill.path, **settings)
        self._read: list[ParquetFiles] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, files: ParquetFiles) -> ir.Table:
        self._read.append(files)
        with self._naming_the_file():
            return read_table(
                self._connection, f"{RAW}{files.name}", files.files, partitioned=files.partitioned
            )

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        """Through a file, which spares loading another library."""
        file = self._spill.path / f"{name}.parquet"
        frame.write_parquet(file)
        table: ir.Table = self._connection.read_parquet(literal_path(file), table_name=name)
        return table

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        with self._naming_the_file():
            columns = ", ".join(_column(name, kind) for name, kind in expression.schema().items())
            self._connection.raw_sql(f"CREATE TEMP TABLE {quoted(name)} ({columns})")
            self._connection.raw_sql(f"INSERT INTO {quoted(name)} {sql(expression)}")
        return ibis.table(expression.schema(), name=name)

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        return self.materialize(name, of_years(years))

    @property
    def version(self) -> str:
        return f"DuckDB {duckdb.__version__}"

    def save(self, name: str, folder: Path) -> None:
        place = literal(str(folder.absolute()))
        with self._naming_the_file():
            self._connection.raw_sql(
                f"COPY {quoted(name)} TO {place} (FORMAT parquet, PER_THREAD_OUTPUT true)"
            )

    def restore(self, name: str, folder: Path, schema: sch.Schema) -> ir.Table:
        saved = self._connection.read_parquet(f"{literal_path(folder)}/*.parquet", table_name=f"saved_{name}")
        return self.materialize(name, saved.cast(schema))

    def table(self, name: str) -> ir.Table:
        table: ir.Table = self._connection.table(name)
        return table

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        return as_declared(self.fetch(sql(expression)), expression.schema())

    def summarize(
        self, rows: ir.Table, by: Sequence[str], totals: Mapping[str, ir.Value], amounts: Sequence[str]
    ) -> ir.Table:
        """In one pass: DuckDB's ``max`` can give more than one."""
        two = {name: _two_largest(rows[name].type())(rows[name].abs(), 2) for name in amounts}
        largest = {f"{name}_{place + 1}": found[place] for name, found in two.items() for place in range(2)}
        return rows.aggregate(by=list(by), **totals, **largest)

    def fetch(self, query: str) -> pl.DataFrame:
        """The rows of a query in DuckDB's own words."""
        with self._naming_the_file():
            frame = pl.from_arrow(self._connection.raw_sql(query).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    @contextmanager
    def _naming_the_file(self) -> Iterator[None]:
        """Turn the engine's complaint about a file into one that names it and quotes no value of it."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            raise  # where memory is lacking, no file can be read to its end
        except duckdb.Error as error:
            stored = [files.folder for files in self._read if is_stored(files.folder)]
            if stored and is_of_a_driver(error):
                raise broke_off(stored[-1]) from error
            outside = isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException)
            found = fault_of_a_file(self._read, outside=outside)
            if found is None:
                raise
            raise found from None

    def close(self) -> None:
        self._connection.disconnect()
        self._spill.close()


@cache
def _column(name: str, kind: dt.DataType) -> str:
    """A column as a statement declares it; the same few stand in most tables."""
    (column,) = sch.Schema({name: kind}).to_sqlglot_column_defs("duckdb")
    return str(column.sql(dialect="duckdb"))


@cache
def _two_largest(kind: dt.DataType) -> Any:
    """DuckDB's ``max(value, n)`` for values of a type: a list, largest first, without nulls."""

    def largest(value: Any, number: int) -> Any:
        """The ``number`` largest values."""

    return ibis.udf.agg.builtin(largest, name="max", signature=((kind, dt.int64), dt.Array(kind)))
