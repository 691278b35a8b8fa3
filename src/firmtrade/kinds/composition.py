"""``composition``: the modes as shares of all firms (Figures 16 and 23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count, share_spec
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of
from firmtrade.kinds.layout import Chart, Layout, heading
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import Formula, Line, TableSpec
from firmtrade.query.conditions import MODES, restriction
from firmtrade.query.universes import Universe
from firmtrade.study import Study, TableDeclaration, vocabulary

SHARE = "share"


class CompositionTable(TableDeclaration):
    """Rows are the modes."""

    kind: Literal["composition"]


def specify(table: CompositionTable, study: Study) -> TableSpec:
    """Each mode's firms in percent of the population."""
    words = vocabulary().mode
    cells = tuple(
        share_spec(
            CellKey(table.id, population, mode, SHARE),
            Universe(population, "reference"),
            has_mode,
            restriction(table.where),
            year=str(study.reference_year),
            decimals=table.decimals,
        )
        for population in table.populations
        for mode, has_mode in MODES.items()
    )
    rows = tuple(
        Line(mode, words[mode].label, population=name) for name in table.populations for mode in MODES
    )
    return TableSpec(table.id, rows, (column_line(SHARE, "percent"),), cells)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The modes add up to all firms."""
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        keys = tuple(CellKey(spec.id, population, mode, SHARE) for mode in MODES)
        numbers = [count(cells, key) for key in keys]
        if None not in numbers:
            holds = sum(number for number in numbers if number is not None) == cells[keys[0]].denominator
            yield Identity("the modes add up to all firms", keys, holds)


def layout(table: CompositionTable, study: Study, spec: TableSpec) -> Layout:
    """The parts of one whole, first in the section of modes."""
    return Layout("mode", spec.rows, spec.columns, 0, heading(study, "mode"), chart=Chart.STACKED_BAR)


def findings(table: CompositionTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """How firms split over the modes."""
    if not table.where:
        slots = {"no": "no_internationalization", "both": "import_and_export"}
        slots |= {"import_only": "import_only", "export_only": "export_only"}
        yield from finding_of("composition", {slot: printed.cell(row, SHARE) for slot, row in slots.items()})


KIND = Kind(CompositionTable, specify, identities, layout, findings, binds=frozenset({Formula.SHARE}))
