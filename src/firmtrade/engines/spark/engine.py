"""Spark as an engine: Ibis writes the statements, Spark computes them, Arrow brings the rows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.faults import fault_of_a_file
from firmtrade.engines.frames import as_declared
from firmtrade.engines.protocol import RAW, ParquetFiles
from firmtrade.engines.spark.address import Address, read_address
from firmtrade.engines.spark.files import Alike, alike, common_types, spark_path
from firmtrade.engines.spark.session import started
from firmtrade.errors import InputError, Place, UsageError
from firmtrade.outputs.working import WorkingFolder

OUTSIDE = ("OVERFLOW", "OUT_OF_RANGE", "CAST_INVALID_INPUT")
"""Parts of the conditions under which a value does not fit into its type."""


class Spark:
    """A session for one run: an :class:`~firmtrade.engines.Engine`.

    Kept tables lie with the workers (in memory, else on their disks) and are made again from their origin where a
    worker is lost; in the process, and where the address names a folder that every worker reaches, they are files.

    Raises
    ------
    UsageError
        There is no Spark at the address, or it does not take up work.
    """

    def __init__(self, url: str) -> None:
        self._address: Address = read_address(url)
        self._spill = WorkingFolder()
        try:
            self._session, self._ours = started(self._address, self._spill.path)
        except BaseException:
            self._spill.close()
            raise
        self._words = ibis.pyspark.connect(self._session)
        self._made: dict[str, ir.Table] = {}
        self._read: list[ParquetFiles] = []
        self._kept: list[Any] = []
        self._written: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, files: ParquetFiles) -> ir.Table:
        self._read.append(files)
        groups = alike(files)
        types = common_types(groups)
        with self._naming_the_file():
            first, *others = (self._read_alike(group, files, types) for group in groups)
            for other in others:
                first = first.unionAll(other)
            return self._named(f"{RAW}{files.name}", first, types)

    def _read_alike(self, group: Alike, files: ParquetFiles, types: Mapping[str, str]) -> Any:
        reader = self._session.read.schema(group.schema)
        if group.in_path:
            root = files.folder / files.pattern.partition("/**")[0]
            reader = reader.option("basePath", spark_path(root))
        rows = reader.parquet(*map(spark_path, group.files))
        present = {*group.types, *group.in_path}
        return rows.selectExpr(
            *(
                f"CAST({f'`{name}`' if name in present else 'NULL'} AS {kind}) AS `{name}`"
                for name, kind in types.items()
            )
        )

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        rows = self._session.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        return self._named(name, rows, dict(rows.dtypes))

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        with self._naming_the_file():
            rows = self._session.sql(self._words.compile(expression))
            rows = _as_declared(rows, expression.schema())
            self._made[name] = self._named(name, self._keep(name, rows), dict(rows.dtypes))
        return self._made[name]

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        return self.materialize(name, of_years(years))

    def _keep(self, name: str, rows: Any) -> Any:
        """Compute rows once. Files end what a statement has to go back to; without a place for them, memory does."""
        folder = self._address.work or (str(self._spill.path) if self._address.is_local else None)
        if folder is None:
            kept = rows.persist()
            kept.count()
            self._kept.append(kept)
            return kept
        place = f"{folder.rstrip('/')}/{self._spill.path.name}-{name}.parquet"
        self._written.append(place)
        rows.write.parquet(place)
        return self._session.read.schema(rows.schema).parquet(place)

    @property
    def version(self) -> str:
        return f"Spark {self._session.version}"

    def save(self, name: str, folder: Path) -> None:
        with self._naming_the_file():
            self._session.table(name).write.parquet(f"file:{folder.absolute()}")
        if not any(folder.glob("part-*")):
            raise UsageError(
                f"the workers of the Spark at {self._address.shown} do not reach {folder}",
                fix="Give a folder for finished stages that every worker reaches, or none.",
            )

    def restore(self, name: str, folder: Path, schema: sch.Schema) -> ir.Table:
        with self._naming_the_file():
            rows = _as_declared(self._session.read.parquet(spark_path(folder)), schema)
            self._made[name] = self._named(name, rows, dict(rows.dtypes))
        return self._made[name]

    def table(self, name: str) -> ir.Table:
        return self._made[name]

    def _named(self, name: str, rows: Any, types: Mapping[str, str]) -> ir.Table:
        rows.createOrReplaceTempView(name)
        return ibis.table({column: _ibis_type(kind) for column, kind in types.items()}, name=name)

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        with self._naming_the_file():
            frame = pl.from_arrow(self._session.sql(self._words.compile(expression)).toArrow())
        assert isinstance(frame, pl.DataFrame)
        return as_declared(frame, expression.schema())

    def summarize(
        self, rows: ir.Table, by: Sequence[str], totals: Mapping[str, ir.Value], amounts: Sequence[str]
    ) -> ir.Table:
        """In one pass: Spark's ``max_by`` can give more than one."""
        two = {
            name: _two_largest(rows[name].type())(rows[name].abs(), rows[name].abs(), 2) for name in amounts
        }
        largest = {
            f"{name}_{place + 1}": _at(rows[name].type())(found, place)
            for name, found in two.items()
            for place in range(2)
        }
        return rows.aggregate(by=list(by), **totals, **largest)

    @contextmanager
    def _naming_the_file(self) -> Iterator[None]:
        """Turn Spark's complaint into one that names the file and quotes no value of it."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            yield
        except (PySparkException, Py4JError) as error:
            outside = any(part in str(error) for part in (*OUTSIDE, "ArithmeticException"))
            raise fault_of_a_file(self._read, outside=outside) or self._gave_up() from None

    def _gave_up(self) -> InputError:
        return InputError(
            "Spark gave the work up",
            where=Place(file=self._address.shown),
            fix="Its workers may have lost the files, or lack memory or disk: their logs tell. "
            "More memory: `?spark.executor.memory=8g` behind the address (`?spark.driver.memory=8g` in the process).",
        )

    def close(self) -> None:
        for kept in self._kept:
            kept.unpersist()
        for place in self._written:
            self._remove(place)
        if self._ours:
            self._session.stop()
        self._spill.close()

    def _remove(self, place: str) -> None:
        """Remove a kept table, which holds rows of firms; behind Spark Connect, from folders of this machine alone."""
        if "://" not in place:
            shutil.rmtree(place.removeprefix("file:"), ignore_errors=True)
        elif not self._address.is_connect:
            path = self._session._jvm.org.apache.hadoop.fs.Path(place)
            path.getFileSystem(self._session._jsc.hadoopConfiguration()).delete(path, True)


@cache
def _two_largest(kind: dt.DataType) -> Any:
    """Spark's ``max_by(value, order, n)`` for values of a type: a list, largest first, without nulls."""

    def largest(value: Any, order: Any, number: int) -> Any:
        """The ``number`` values of largest ``order``."""

    # In quotes: the name alone is known to sqlglot, which lets it have two arguments only.
    return ibis.udf.agg.builtin(largest, name="`max_by`", signature=((kind, kind, dt.int64), dt.Array(kind)))


@cache
def _at(kind: dt.DataType) -> Any:
    """Spark's ``get(list, place)``: null past the end of the list."""

    def element(values: Any, place: int) -> Any:
        """The element at a place, from 0."""

    return ibis.udf.scalar.builtin(element, name="get", signature=((dt.Array(kind), dt.int32), kind))


_TYPES = {
    "string": "string", "boolean": "boolean", "tinyint": "int8", "smallint": "int16", "int": "int32",
    "bigint": "int64", "float": "float32", "double": "float64", "date": "date",
}  # fmt: skip
_BACK = {name: kind for kind, name in _TYPES.items()}


def _as_declared(rows: Any, schema: sch.Schema) -> Any:
    """Rows with the types that an expression says of their columns; as they are where it leaves them open."""
    types = {name: _declared(schema[name]) or kind for name, kind in rows.dtypes}
    return rows.selectExpr(*(f"CAST(`{name}` AS {kind}) AS `{name}`" for name, kind in types.items()))


def _ibis_type(kind: str) -> str:
    lower = kind.lower()
    return _TYPES.get(lower, lower)


def _declared(kind: ibis.DataType) -> str | None:
    """The type that an expression says of a column; None where it leaves it open."""
    if kind.is_decimal():
        return None if kind.precision is None else f"decimal({kind.precision},{kind.scale})"
    return _BACK.get(str(kind))
