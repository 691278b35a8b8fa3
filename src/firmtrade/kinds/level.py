"""``level``: labor productivity of a group in the first and last year, and its change (Tables 5 and 21)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, close, column_line
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of, number
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
from firmtrade.messages import Number, Slot, message
from firmtrade.messages import unit as unit_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.study import Study, Text, vocabulary

LEVEL = "labor_productivity"
CHANGE = "labor_productivity_delta"


class LevelTable(OfPanel):
    """Rows are trade statuses over the window, or ventures."""

    kind: Literal["level"]


def specify(table: LevelTable, study: Study) -> TableSpec:
    """Total value added over total employment: of a group, never the mean of ratios."""
    first, last = str(study.first_year), str(study.last_year)
    unit, decimals = study.productivity_unit, table.decimals
    dates = ((first, (VALUE_ADDED_START, FTE_START)), (last, (VALUE_ADDED_END, FTE_END)))
    cells: list[CellSpec] = []
    for population, row, universe, where in row_terms(table, study):
        if table.n:
            cells.append(n_spec(table, study, population, row, universe, where))
        for year, measures in dates:
            key = CellKey(table.id, population, row, f"{LEVEL}_{year}")
            cells.append(
                totals_spec(
                    key, Formula.LEVEL, measures, universe, where, unit=unit, year=year, decimals=decimals
                )
            )
        cells.append(
            totals_spec(
                CellKey(table.id, population, row, CHANGE),
                Formula.LEVEL_CHANGE,
                (VALUE_ADDED_START, VALUE_ADDED_END, FTE_START, FTE_END),
                universe,
                where,
                unit="percent",
                year=window_label(study),
                decimals=decimals,
            )
        )
    labels = vocabulary().column[LEVEL].label
    levels = tuple(
        Line(
            f"{LEVEL}_{year}",
            Text({language: f"{text} {year}" for language, text in labels.root.items()}),
            unit,
        )
        for year in (first, last)
    )
    columns = (*([column_line(N, "count")] * table.n), *levels, column_line(CHANGE, "percent"))
    return TableSpec(table.id, status_rows(table), columns, tuple(cells))


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Traders are constant or new; the change is what lies between the two levels."""
    yield from status_identities(spec, cells)
    levels = [
        column.key for column in spec.columns if column.key.startswith(f"{LEVEL}_") and column.key != CHANGE
    ]
    for cell in cells.values():
        if cell.key.table == spec.id and cell.key.column == CHANGE and cell.value is not None:
            start, end = (cells[cell.key._replace(column=column)] for column in levels)
            if start.value is None or end.value is None:
                continue
            holds = close(100 * (end.value / start.value - 1), cell.value)
            yield Identity(
                "the change lies between the two levels", (start.key, end.key, cell.key), bool(holds)
            )


def layout(table: LevelTable, study: Study, spec: TableSpec) -> Layout:
    """First in the section of the firms that its rows are about."""
    return panel_layout(table, study, spec, place=0, signed=frozenset({CHANGE}))


def findings(table: LevelTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """The last level of the first row (traders) and the last row (non-traders), and which is higher."""
    levels = [column.key for column in printed.columns if re.fullmatch(rf"{LEVEL}_\d{{4}}", column.key)]
    if table.cohort or table.where or not levels:
        return
    one, other = printed.rows[0], printed.rows[-1]
    a, b = printed.cell(one.key, levels[-1]), printed.cell(other.key, levels[-1])
    a_number, b_number = number(a), number(b)
    if a is None or a_number is None or b_number is None:
        return
    difference = a_number - b_number
    relation = "equal" if not difference else "higher" if difference > 0 else "lower"
    apart: dict[str, Slot] = {"difference": Number(abs(difference), a.decimals)} if difference else {}
    yield from finding_of(
        "level",
        {"a": a, "b": b},
        period=a.year,
        a_label=one.label,
        b_label=other.label,
        unit=unit_of(a.unit) or a.unit.replace("_", " "),
        relation=message(f"report.findings.{relation}", **apart),
    )


def rests_on(table: LevelTable, cell: CellSpec) -> Iterator[CellKey]:
    """A change on the two levels."""
    if cell.key.column == CHANGE:
        yield from (cell.key._replace(column=f"{LEVEL}_{year}") for year in cell.year.split("-"))
    yield from statuses_behind(cell)


KIND = Kind(
    LevelTable,
    specify,
    identities,
    layout,
    findings,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.LEVEL, Formula.LEVEL_CHANGE}),
)
