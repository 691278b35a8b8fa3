"""``series``: the share of firms with each flow, year by year (Figures 17 and 24)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, flag_lines, share_spec
from firmtrade.kinds.finding import ReadTable, TableFinding, number, shown
from firmtrade.kinds.keys import Recorded, flag_sets
from firmtrade.kinds.layout import Chart, Layout, heading
from firmtrade.messages import Number, Slot, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import Formula, Line, TableSpec
from firmtrade.query.conditions import FLAGS, restriction
from firmtrade.query.universes import Universe
from firmtrade.query.where import Is
from firmtrade.study import Study, Text
from firmtrade.study.tables import Choices

YEAR = "year"


class SeriesTable(Recorded):
    """Flags, year by year."""

    kind: Literal["series"]
    rows: str
    """The set of flags whose shares are shown."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": flag_sets()}


def specify(table: SeriesTable, study: Study) -> TableSpec:
    """The population's rules are applied to each year, so the firms change from year to year."""
    years = [str(year) for year in study.waves(table.years_asked)]
    cells = tuple(
        share_spec(
            CellKey(table.id, population, flow, year),
            Universe(population, "years"),
            has_flow,
            restriction(table.where) & Is(YEAR, (year,)),
            year=year,
            decimals=table.decimals,
        )
        for population in table.populations
        for flow, has_flow in FLAGS[table.rows].items()
        for year in years
    )
    columns = tuple(Line(year, Text({"en": year}), "percent") for year in years)
    return TableSpec(table.id, flag_lines(table.rows), columns, cells)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """All flows of a year are shares of the same firms."""
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        for year in spec.columns:
            keys = tuple(CellKey(spec.id, population, row.key, year.key) for row in spec.rows)
            bases = {
                cells[key].denominator for key in keys if key in cells and cells[key].denominator is not None
            }
            if bases:
                yield Identity("all flows of a year are shares of the same firms", keys, len(bases) == 1)


def layout(table: SeriesTable, study: Study, spec: TableSpec) -> Layout:
    """A line for each flag along the years, in the section of modes."""
    return Layout("mode", spec.rows, spec.columns, 3, heading(study, table.rows), chart=Chart.LINES)


def findings(table: SeriesTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """The series that moved most between the first and the last year."""
    if table.where or not printed.columns:
        return
    start, end = printed.columns[0], printed.columns[-1]
    moves: list[tuple[Decimal, Line, Cell, Cell]] = []
    for row in printed.rows:
        first, last = printed.cell(row.key, start.key), printed.cell(row.key, end.key)
        before, after = number(first), number(last)
        if first is not None and last is not None and before is not None and after is not None:
            moves.append((after - before, row, first, last))
    if not moves:
        return
    change, row, first, last = max(moves, key=lambda move: abs(move[0]))
    slots: dict[str, Slot] = {
        "row": row.label,
        "first": shown(first),
        "first_year": start.label,
        "last_year": end.label,
    }
    if change:
        slots |= {"last": shown(last), "difference": Number(change, first.decimals, signed=True)}
    sentence = message(f"report.findings.{'series' if change else 'series_equal'}", **slots)
    yield TableFinding(sentence, (first.key, last.key))


KIND = Kind(SeriesTable, specify, identities, layout, findings, binds=frozenset({Formula.SHARE}))
