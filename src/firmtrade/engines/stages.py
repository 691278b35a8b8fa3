"""An engine that takes up where a run that was killed has left off.

Every kept table that took long is also written to a folder, under a digest of everything that it follows from: the
statement that makes it, the tables that the statement names, down to the bytes of the files that were read, and the
versions of program and engine. A table whose digest is there already is read and not made.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import RAW, Engine, ParquetFiles
from firmtrade.engines.statements import sql
from firmtrade.engines.wrapped import Wrapped
from firmtrade.engines.years import by_year
from firmtrade.outputs.place import OWN_FILE, OWN_FOLDER
from firmtrade.outputs.stages import STAGE
from firmtrade.version import __version__

WORTH = 1.0
"""Seconds that a table must have taken to be written: others are made again sooner than read."""
UNFINISHED = ".unfinished"
"""What the name of a table ends with while it is written."""


class Resumed(Wrapped):
    """Another engine whose kept tables outlive it: see :class:`~firmtrade.engines.Engine`.

    Parameters
    ----------
    folder
        Where tables are found and written, each in a folder of its own; they are confidential. It is made where it is
        not there.
    digests
        SHA-256 of the bytes of every file that may be read, by its path relative to the folder of the data.
    unchanged
        Whether the files are still those that were found when the run began: of others nothing is written.
    """

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        digests: Callable[[], Mapping[str, str]],
        unchanged: Callable[[], bool],
    ) -> None:
        super().__init__(engine)
        self._folder = folder
        self._file_digests = digests
        self._unchanged = unchanged
        self._follows_from: dict[str, Callable[[], str]] = {}
        self._read: dict[str, ParquetFiles] = {}
        self._used: set[str] = set()
        folder.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
        there = {path.name for path in folder.iterdir() if STAGE.fullmatch(path.name)}
        self._found = {name for name in there if not name.endswith(UNFINISHED)}
        for name in there - self._found:
            shutil.rmtree(folder / name)

    def read(self, files: ParquetFiles) -> ir.Table:
        def digest() -> str:
            found = self._file_digests()
            names = [file.relative_to(files.folder).as_posix() for file in files.files]
            return _digest([*files.columns, *names, *(found[name] for name in names)])

        self._follows_from[f"{RAW}{files.name}"] = cache(digest)
        self._read[f"{RAW}{files.name}"] = files
        return self._engine.read(files)

    def register(self, name: str, frame: pl.DataFrame) -> ir.Table:
        self._follows_from[name] = cache(lambda: _digest([str(frame.schema), frame.write_csv()]))
        return self._engine.register(name, frame)

    def materialize(self, name: str, expression: ir.Table) -> ir.Table:
        return self._materialize(name, expression, WORTH)

    def materialize_by_year(
        self, name: str, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> ir.Table:
        """Year by year where each file of a large table holds one: each is written if all together are worth it."""
        whole = of_years(years)
        parts = self._parts(whole, of_years, years)
        if not parts:
            return self.materialize(name, whole)
        worth = WORTH / len(parts)
        made = [self._materialize(f"{name}_{year}", part, worth) for year, part in parts.items()]
        return self.materialize(name, ibis.union(*made) if len(made) > 1 else made[0])

    def _parts(
        self, whole: ir.Table, of_years: Callable[[Sequence[int]], ir.Table], years: Sequence[int]
    ) -> dict[int, ir.Table]:
        """The rows of each year from the files of this year alone; nothing where the whole is to be made at once."""
        read = [table for table in whole.op().find(ops.PhysicalTable) if table.name in self._read]
        if len(read) != 1:
            return {}
        files = {year: each for year, each in by_year(self._read[read[0].name]).items() if year in years}
        tables = {year: self.read(each) for year, each in files.items()}
        if any(table.schema() != read[0].schema for table in tables.values()):
            return {}
        return {
            year: of_years((year,)).op().replace({read[0]: table.op()}).to_expr()
            for year, table in tables.items()
        }

    def _materialize(self, name: str, expression: ir.Table, worth: float) -> ir.Table:
        digest = self._follows_from[name] = cache(lambda: self._digest_of(expression))
        if self._found and digest() in self._found:
            self._used.add(digest())
            return self._engine.restore(name, self._folder / digest(), expression.schema())
        start = time.perf_counter()
        table = self._engine.materialize(name, expression)
        if time.perf_counter() - start >= worth and self._unchanged():
            self._save(name, self._folder / digest())
        return table

    def _digest_of(self, expression: ir.Table) -> str:
        named = {table.name for table in expression.op().find(ops.PhysicalTable)}
        tables = [text for name in sorted(named) for text in (name, self._follows_from[name]())]
        return _digest([__version__, self._engine.version, sql(expression), *tables])

    def _save(self, name: str, place: Path) -> None:
        """Write a table beside its place first: a folder that stands in its place is whole."""
        fresh = place.with_name(place.name + UNFINISHED)
        self._engine.save(name, fresh)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(OWN_FOLDER if path.is_dir() else OWN_FILE)
        fresh.rename(place)
        self._used.add(place.name)

    def forget_others(self) -> None:
        """Remove the tables that this run has neither found nor written: their inputs are no longer there."""
        for name in self._found - self._used:
            shutil.rmtree(self._folder / name)


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()
