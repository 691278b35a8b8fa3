"""An engine that tells what it did: seconds, rows and bytes of every table it reads or keeps, and of every answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.datatypes as dt
import ibis.expr.schema as sch
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Engine, ParquetFiles
from firmtrade.engines.wrapped import Wrapped
from firmtrade.storage import footer_of


@dataclass(frozen=True, slots=True)
class EngineStep:
    """One thing that an engine was asked: ``read``, ``keep``, ``restore`` or ``answer``, which has no name of its own.

    ``rows`` and ``bytes`` are those of the files read, of the table kept (where the engine tells them), and of the
    rows handed over.
    """

    what: str
    name: str
    seconds: float
    rows: int
    bytes: int


class Measured(Wrapped):
    """Another engine that adds to ``steps`` what it does: see :class:`~firmtrade.engines.Engine`."""

    def __init__(self, engine: Engine, steps: list[EngineStep]) -> None:
        super().__init__(engine)
        self.steps = steps

    def read(self, files: ParquetFiles) -> ir.Table:
        start = time.perf_counter()
        table = self._engine.read(files)
        seconds = time.perf_counter() - start
        rows = sum(footer_of(file).num_rows for file in files.files)
        size = sum(file.stat().st_size for file in files.files)
        self.steps.append(EngineStep("read", files.name, seconds, rows, size))
        return table

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        start = time.perf_counter()
        table = self._engine.materialize(name, expression)
        self._kept("keep", name, table, time.perf_counter() - start)
        return table

    def restore(self, name: str, folder: Path, schema: sch.Schema) -> ir.Table:
        start = time.perf_counter()
        table = self._engine.restore(name, folder, schema)
        self._kept("restore", name, table, time.perf_counter() - start)
        return table

    def _kept(self, what: str, name: str, table: ir.Table, seconds: float) -> None:
        texts = [column for column, kind in table.schema().items() if kind.is_string()]
        wide = sum(_width(table.schema()[column]) for column in table.columns if column not in texts)
        counted = self._engine.collect(
            table.aggregate(rows=table.count(), **{text: table[text].length().sum() for text in texts})
        ).row(0)
        size = counted[0] * wide + sum(length or 0 for length in counted[1:])
        self.steps.append(EngineStep(what, name, seconds, counted[0], size))

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        start = time.perf_counter()
        frame = self._engine.collect(expression)
        seconds = time.perf_counter() - start
        self.steps.append(EngineStep("answer", "", seconds, frame.height, int(frame.estimated_size())))
        return frame


def _width(kind: dt.DataType) -> int:
    """Bytes of a value that is no text: decimals up to 18 digits take eight, a flag one and a day four."""
    if kind.is_decimal():
        return 8 if (kind.precision or 38) <= 18 else 16
    return 1 if kind.is_boolean() else int(getattr(kind, "nbytes", 4))
