"""``mode``: how many firms export, import, do both or neither, and where to or from (Tables 1 and 17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count_spec, sums
from firmtrade.kinds.layout import Layout, heading
from firmtrade.messages import message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import MODES, SCOPES, restriction
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.universes import Universe
from firmtrade.study import Study, TableDeclaration, vocabulary

NONE = "no_internationalization"
N = "n"


class ModeTable(TableDeclaration):
    """Rows are the modes, columns the scopes."""

    kind: Literal["mode"]


def specify(table: ModeTable, study: Study) -> TableSpec:
    """Counts by mode, and by scope within each mode. A scope left open by a flow of unknown zone is ``unknown``."""
    words = vocabulary()
    among = restriction(table.where)
    year = str(study.reference_year)
    cells = []
    for population in table.populations:
        universe = Universe(population, "reference")
        for mode, has_mode in MODES.items():
            everyone = Term(universe, among & has_mode)
            cells.append(count_spec(CellKey(table.id, population, mode, "n"), everyone, year))
            if mode == NONE:
                continue
            for scope, has_scope in SCOPES.items():
                term = Term(universe, everyone.where & has_scope)
                key = CellKey(table.id, population, mode, scope)
                cells.append(count_spec(key, term, year, optional=scope == UNKNOWN))
    rows = tuple(
        Line(mode, words.mode[mode].label, population=population)
        for population in table.populations
        for mode in MODES
    )
    columns = (
        column_line("n", "count"),
        *(Line(scope, entry.label, "count") for scope, entry in words.scope.items()),
    )
    return TableSpec(table.id, rows, columns, tuple(cells))


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The scopes of a mode add up to the mode."""
    for row in spec.rows:
        if row.key != NONE:
            keys = {column: CellKey(spec.id, row.population, row.key, column) for column in ("n", *SCOPES)}
            yield from sums(
                "the scopes of a mode add up to its firms",
                cells,
                keys["n"],
                [keys[scope] for scope in SCOPES],
            )


def layout(table: ModeTable, study: Study, spec: TableSpec) -> Layout:
    """Modes down, scopes across, in the section of modes."""
    scopes = {column.key: message("report.stubs.scope") for column in spec.columns if column.key != N}
    return Layout("mode", spec.rows, spec.columns, 1, heading(study, "mode"), spanners=scopes)


def rests_on(table: ModeTable, cell: CellSpec) -> Iterator[CellKey]:
    """A mode on its scopes."""
    if cell.key.column == N:
        yield from (cell.key._replace(column=scope) for scope in SCOPES)


KIND = Kind(
    ModeTable,
    specify,
    identities,
    layout,
    rests_on=rests_on,
    defined=lambda _: vocabulary().scope,
    binds=frozenset({Formula.COUNT}),
    leaves_out_empty=True,
)
