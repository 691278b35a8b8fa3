"""An engine that runs nothing: what it is asked to read and to make becomes a statement, for people to read and to run.

Run with DuckDB in the folder of the data, the statements make the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import RAW, ParquetFiles
from firmtrade.engines.statements import literal, quoted, sql

_TYPES = {pl.String: "VARCHAR", pl.Int32: "INTEGER", pl.Int8: "TINYINT"}


class Draft:
    """Tables that are only described: see :class:`~firmtrade.engines.Tables`.

    ``stored`` gives for each table that may be read the type in which each of its columns is stored.
    """

    def __init__(self, stored: Mapping[str, Mapping[str, str]]) -> None:
        self._stored = stored
        self._made: dict[str, ir.Table] = {}
        self.statements: list[str] = []
        """In the order in which they run."""

    def read(self, files: ParquetFiles) -> ir.Table:
        options = ", union_by_name = true" if "*" in files.pattern else ""
        options += ", hive_partitioning = true, hive_types_autocast = false" if files.partitioned else ""
        self.statements.append(
            f"CREATE VIEW {RAW}{files.name} AS\nSELECT * FROM read_parquet({literal(files.pattern)}{options})"
        )
        return ibis.table(dict(self._stored[files.name]), name=f"{RAW}{files.name}")

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        columns = ", ".join(
            f"CAST({quoted(column)} AS {_TYPES[type(kind)]}) AS {quoted(column)}"
            for column, kind in frame.schema.items()
        )
        rows = ",\n".join(f"  ({', '.join(map(literal, row))})" for row in frame.rows())
        names = ", ".join(map(quoted, frame.columns))
        self.statements.append(
            f"CREATE TEMP TABLE {quoted(name)} AS\nSELECT {columns} FROM (VALUES\n{rows}\n) AS listed({names})"
        )
        return ibis.table(ibis.schema({c: str(k).lower() for c, k in frame.schema.items()}), name=name)

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        self.statements.append(f"CREATE TEMP TABLE {quoted(name)} AS\n{sql(expression)}")
        self._made[name] = ibis.table(expression.schema(), name=name)
        return self._made[name]

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        return self.materialize(name, of_years(years))

    @property
    def made(self) -> tuple[str, ...]:
        """Names of the tables that are kept, in the order in which they are made."""
        return tuple(self._made)

    def table(self, name: str) -> ir.Table:
        return self._made[name]
