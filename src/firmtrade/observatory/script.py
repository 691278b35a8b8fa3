"""The statements from the canonical tables to the rows that a number counts, for people to read and to run.

They are drafted from a study and from how its data is stored, without the data: by the same functions that compute
the numbers, on an engine that writes down what it is asked to make. Run with DuckDB in the folder of the data,
they give the rows; what is counted of these, with which filter, stands with the number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from firmtrade.engines.draft import Draft
from firmtrade.engines.statements import sql
from firmtrade.observatory.canonical import StoredTable, described_table, own_columns
from firmtrade.observatory.derived import CANONICAL, COVERAGE, LINKS, DerivedTables
from firmtrade.query.universes import Universe
from firmtrade.study import Study


@dataclass(frozen=True, slots=True)
class Script:
    """Statements in the order in which they run, the tables that they make, and the query of each universe's rows."""

    statements: tuple[str, ...]
    made: tuple[str, ...]
    rows: Mapping[Universe, str]


def script(
    study: Study, stored: Mapping[str, StoredTable], asked: Mapping[Universe, Sequence[str]]
) -> Script:
    """Draft the statements up to the rows of some universes, each with the columns asked for."""
    draft = Draft({name: table.columns for name, table in stored.items()})
    firms, accounts, trade = (
        described_table(draft, name, stored[name], own_columns(study, name)) for name in CANONICAL
    )
    levels = sorted({*study.details} & {*trade.columns})
    links = described_table(draft, LINKS, stored[LINKS]) if LINKS in stored else None
    coverage = described_table(draft, COVERAGE, stored[COVERAGE]) if COVERAGE in stored else None
    derived = DerivedTables(
        draft,
        study,
        firms=firms,
        accounts=accounts,
        trade=trade,
        links=links,
        coverage=coverage,
        years=study.years,
        levels=levels,
        without_zero=stored["firms"].without_zero or (),
    )
    rows = {universe: sql(derived.rows(universe, columns)) for universe, columns in asked.items()}
    return Script(tuple(draft.statements), draft.made, rows)
