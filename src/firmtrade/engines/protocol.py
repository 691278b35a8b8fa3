"""What an engine must do. A new one is a module beside `duck.py` that does just this, and a line in `connect.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

import ibis.expr.schema as sch
import ibis.expr.types as ir
import polars as pl

RAW = "raw_"
"""What the name of a table begins with as it is stored."""


@dataclass(frozen=True, slots=True)
class ParquetFiles:
    """The Parquet files of one table.

    ``files`` are in name order. Their columns may differ, and are matched by name; one that a file lacks is null there.
    ``columns`` are those that are asked for: an engine need not look at others. With ``partitioned`` some columns stand
    in the path (``year=2001/``). ``pattern`` names all files for people to read, relative to ``folder``.
    """

    name: str
    folder: Path
    pattern: str
    files: tuple[Path, ...]
    partitioned: bool = False
    columns: tuple[str, ...] = ()


class Tables(Protocol):
    """Where tables are read, made and found again by name.

    Names are valid for one engine; a table that is registered, read or materialized lives as long as it.
    """

    def read(self, files: ParquetFiles) -> ir.Table:
        """A table as it is stored, every column with its stored type."""
        ...

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        """A small table of the program's own, to join with."""
        ...

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table once and keep it."""
        ...

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        """Compute ``of_years(years)`` once and keep it.

        Its rows of a year follow from rows of this year alone: an engine that keeps tables for a later run may make
        each year apart, so that the later run need not make it again.
        """
        ...

    def table(self, name: str) -> ir.Table:
        """A table that was materialized."""
        ...


@runtime_checkable
class Engine(Tables, Protocol):
    """Tables that are computed. Use it in a ``with`` block: memory and files are given back however the run ends.

    Whatever goes wrong with a file is an :class:`~firmtrade.errors.InputError` that names the file and quotes no value.
    """

    @property
    def version(self) -> str:
        """The engine's name and version."""
        ...

    def save(self, name: str, folder: Path) -> None:
        """Write a table that was materialized as Parquet, into a folder that is not there yet."""
        ...

    def restore(self, name: str, folder: Path, schema: sch.Schema) -> ir.Table:
        """A table that was saved, as if it had been materialized from an expression with this schema."""
        ...

    def collect(self, expression: ir.Table) -> pl.DataFrame:
        """The rows of an expression, in no particular order; sums of whole numbers as 64-bit integers."""
        ...

    def summarize(
        self, rows: ir.Table, by: Sequence[str], totals: Mapping[str, ir.Value], amounts: Sequence[str]
    ) -> ir.Table:
        """Aggregate rows by some columns (none: to one row).

        The answer has the columns ``by``, the aggregates ``totals``, and for each column of ``amounts`` its two largest
        absolute values that are not null, ``<amount>_1`` and ``<amount>_2`` (null where there are fewer).
        """
        ...

    def close(self) -> None:
        """Give back memory and files."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
