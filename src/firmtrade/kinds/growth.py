"""``growth``: annual growth of employment, value added and labor productivity (Tables 6-16 and 22-31)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, close, column_line
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of
from firmtrade.kinds.keys import OfPanel
from firmtrade.kinds.layout import Layout
from firmtrade.kinds.window import (
    N,
    n_spec,
    panel_layout,
    row_terms,
    status_identities,
    status_rows,
    statuses_behind,
    totals_spec,
    window_label,
)
from firmtrade.messages import message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, TableSpec
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.study import Study

EMPLOYMENT = "employment_cagr"
VALUE_ADDED = "value_added_cagr"
PRODUCTIVITY = "labor_productivity_cagr"

COLUMNS: dict[str, tuple[Formula, tuple[str, ...]]] = {
    EMPLOYMENT: (Formula.CAGR, (FTE_START, FTE_END)),
    VALUE_ADDED: (Formula.CAGR, (VALUE_ADDED_START, VALUE_ADDED_END)),
    PRODUCTIVITY: (Formula.PRODUCTIVITY_CAGR, (VALUE_ADDED_START, VALUE_ADDED_END, FTE_START, FTE_END)),
}


class GrowthTable(OfPanel):
    """Rows are trade statuses over the window, or ventures."""

    kind: Literal["growth"]


def specify(table: GrowthTable, study: Study) -> TableSpec:
    """Compound annual growth of group totals from the first to the last year of the window."""
    cells: list[CellSpec] = []
    for population, row, universe, where in row_terms(table, study):
        if table.n:
            cells.append(n_spec(table, study, population, row, universe, where))
        cells += [
            totals_spec(
                CellKey(table.id, population, row, column),
                formula,
                measures,
                universe,
                where,
                unit="percent_per_year",
                year=window_label(study),
                decimals=table.decimals,
                years=study.last_year - study.first_year,
            )
            for column, (formula, measures) in COLUMNS.items()
        ]
    growth = tuple(column_line(column, "percent_per_year") for column in COLUMNS)
    columns = (*([column_line(N, "count")] * table.n), *growth)
    return TableSpec(table.id, status_rows(table), columns, tuple(cells))


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Traders are constant or new; productivity growth is value-added growth over employment growth."""
    yield from status_identities(spec, cells)
    for cell in cells.values():
        if cell.key.table == spec.id and cell.key.column == PRODUCTIVITY and cell.value is not None:
            employment = cells[cell.key._replace(column=EMPLOYMENT)]
            value_added = cells[cell.key._replace(column=VALUE_ADDED)]
            if employment.value is None or value_added.value is None:
                continue
            holds = close((1 + cell.value / 100) * (1 + employment.value / 100), 1 + value_added.value / 100)
            keys = (employment.key, value_added.key, cell.key)
            yield Identity(
                "productivity growth is value-added growth over employment growth", keys, bool(holds)
            )


def layout(table: GrowthTable, study: Study, spec: TableSpec) -> Layout:
    """After the levels, in the section of the firms that its rows are about."""
    over = {column: message("report.stubs.cagr") for column in COLUMNS}
    return panel_layout(table, study, spec, place=1, signed=frozenset(COLUMNS), spanners=over)


def findings(table: GrowthTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """Employment and value added of exporters (the first row) and the others (the last row), with signs."""
    if table.cohort or table.where or table.rows != "export_status" or not printed.rows:
        return
    one, other = printed.rows[0], printed.rows[-1]
    cells = {
        f"{measure}_{side}": printed.cell(row.key, f"{measure}_cagr")
        for measure in ("employment", "value_added")
        for side, row in (("a", one), ("b", other))
    }
    yield from finding_of("growth", cells, signed=True, a_label=one.label, b_label=other.label)


def rests_on(table: GrowthTable, cell: CellSpec) -> Iterator[CellKey]:
    """Growth of productivity on that of value added and employment, these on the number of firms."""
    behind = {PRODUCTIVITY: (VALUE_ADDED, EMPLOYMENT), EMPLOYMENT: (N,), VALUE_ADDED: (N,)}
    yield from (cell.key._replace(column=column) for column in behind.get(cell.key.column, ()))
    yield from statuses_behind(cell)


KIND = Kind(
    GrowthTable,
    specify,
    identities,
    layout,
    findings,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.CAGR, Formula.PRODUCTIVITY_CAGR}),
)
