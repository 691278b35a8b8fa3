"""The statements from the canonical tables to the rows that a number counts, for people to read and to run.

They are drafted from a study and from how its data is stored, without the data: by the same functions that compute
the numbers, on an engine that writes down what it is asked to keep. Run with DuckDB in the folder of the data,
they give the rows; what is counted of these, with which filter, stands with the number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.observatory.engine import RAW, Engine, canonical
from firmtrade.observatory.observe import Observation
from firmtrade.query.universes import Universe
from firmtrade.sources.canonical import TABLES
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.study import Study

USED = ("firms", "accounts", "trade")
"""The canonical tables that numbers are made of; others only tell what they stand for."""

_TYPES = {pl.String: "VARCHAR", pl.Int32: "INTEGER", pl.Int8: "TINYINT"}


@dataclass(frozen=True, slots=True)
class Stored:
    """How a canonical table is stored: its path in the data folder (a pattern), and the type of each column."""

    path: str
    partitioned: bool
    columns: Mapping[str, str]


def stored(folder: CanonicalFolder, engine: Engine) -> dict[str, Stored]:
    """How the tables are stored that the numbers of a run are made of."""
    found = {}
    for name in USED:
        files = folder.tables[name]
        inside = files.root.relative_to(folder.path).as_posix()
        path = f"{inside}/**/*.parquet" if files.root.is_dir() else inside
        found[name] = Stored(path, bool(files.partitions), engine.types[name])
    return found


class Draft(Engine):
    """An engine that runs nothing: what it should keep becomes a statement."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def take(self, name: str, table: Stored) -> ir.Table:
        """A canonical table as it is stored, with its canonical types."""
        quoted = table.path.replace("'", "''")
        options = ", union_by_name = true" if "*" in table.path else ""
        options += ", hive_partitioning = true" if table.partitioned else ""
        self.statements.append(f"CREATE VIEW {RAW}{name} AS\nSELECT * FROM read_parquet('{quoted}'{options})")
        return canonical(ibis.table(dict(table.columns), name=f"{RAW}{name}"), TABLES[name])

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        self.statements.append(f'CREATE TEMP TABLE "{name}" AS\n{self.sql(expression)}')
        return ibis.table(expression.schema(), name=name)

    def lend(self, name: str, frame: pl.DataFrame) -> ir.Table:
        columns = ", ".join(
            f'CAST("{column}" AS {_TYPES[type(kind)]}) AS "{column}"' for column, kind in frame.schema.items()
        )
        rows = ",\n".join(f"  ({', '.join(map(_literal, row))})" for row in frame.rows())
        names = ", ".join(f'"{column}"' for column in frame.columns)
        self.statements.append(
            f'CREATE TEMP TABLE "{name}" AS\nSELECT {columns} FROM (VALUES\n{rows}\n) AS listed({names})'
        )
        return ibis.table(ibis.schema({c: str(k).lower() for c, k in frame.schema.items()}), name=name)


class _Drafted(Observation):
    """A study on tables that are not opened."""

    def __init__(self, study: Study, tables: Mapping[str, Stored]) -> None:
        self.study, self.years, self.models = study, study.years, False
        self.engine = self.draft = Draft()
        self._say = lambda _: None
        self._traders = {}
        self._firms, self._accounts, self.trade = (self.draft.take(name, tables[name]) for name in USED)
        self.levels = sorted({*study.details} & {*self.trade.columns})


@dataclass(frozen=True, slots=True)
class Script:
    """Statements in the order in which they run, and the query of the rows of each universe."""

    statements: tuple[str, ...]
    rows: Mapping[Universe, str]


def script(study: Study, tables: Mapping[str, Stored], asked: Mapping[Universe, Sequence[str]]) -> Script:
    """Draft the statements up to the rows of some universes, each with the columns asked for."""
    drafted = _Drafted(study, tables)
    rows = {
        universe: drafted.engine.sql(drafted.rows(universe, columns)) for universe, columns in asked.items()
    }
    return Script(tuple(drafted.draft.statements), rows)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
