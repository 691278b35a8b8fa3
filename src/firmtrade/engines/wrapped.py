"""An engine around another, which does all the work: what is built on it adds to some of its methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import ibis.expr.schema as sch
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Engine, ParquetFiles


class Wrapped:
    """Everything as the other engine does it: see :class:`~firmtrade.engines.Engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def version(self) -> str:
        return self._engine.version

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, files: ParquetFiles) -> ir.Table:
        return self._engine.read(files)

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        return self._engine.register(name, frame)

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        return self._engine.materialize(name, expression)

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        return self.materialize(name, of_years(years))

    def save(self, name: str, folder: Path) -> None:
        self._engine.save(name, folder)

    def restore(self, name: str, folder: Path, schema: sch.Schema) -> ir.Table:
        return self._engine.restore(name, folder, schema)

    def table(self, name: str) -> ir.Table:
        return self._engine.table(name)

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        return self._engine.collect(expression)

    def summarize(
        self, rows: ir.Table, by: Sequence[str], totals: Mapping[str, ir.Value], amounts: Sequence[str]
    ) -> ir.Table:
        return self._engine.summarize(rows, by, totals, amounts)

    def close(self) -> None:
        self._engine.close()
