"""``transition``: from each mode of internationalization in one year to each mode in another, and to none at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count, count_spec, share_spec
from firmtrade.kinds.finding import ReadTable, TableFinding, number, percentages, shown
from firmtrade.kinds.keys import Recorded, of_change
from firmtrade.kinds.layout import FLOW_COLORS, Chart, Layout, figure_first, of_sample
from firmtrade.kinds.traders import N, first_page, in_year, reorganized_at
from firmtrade.messages import Slot, Year, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import MODES, restriction
from firmtrade.query.dimensions import REORGANIZED, traded
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, AnyOf, Flag, Where
from firmtrade.study import Study, vocabulary
from firmtrade.study.tables import Problem

GONE, NOT_ASKED = "gone", "not_asked"
BESIDE = (REORGANIZED, NOT_ASKED)
"""Firms beside the parts of a row: they took part in a merger or split or, of a sample, were not asked again."""


class TransitionTable(Recorded):
    """Rows are the modes in the first year, columns those in the last."""

    kind: Literal["transition"]

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        yield from of_change(self.years)


def specify(table: TransitionTable, study: Study) -> TableSpec:
    """Firms of the population in the first year by mode then, and in percent by what they are in the last year."""
    first, last = table.years
    among = restriction(table.where) & in_year(first)
    words = vocabulary()
    cells: list[CellSpec] = []
    for population in table.populations:
        universe = Universe(population, "years")
        for mode, has_mode in MODES.items():
            changed = AnyOf(tuple(reorganized_at(distance) for distance in range(1, last - first + 1)))
            asked = Flag(traded("present", last - first)) if study.is_sample else EVERYONE
            base = among & has_mode & ~changed & asked
            key = CellKey(table.id, population, mode, N)
            cells.append(count_spec(key, Term(universe, base), str(first)))
            beside = Term(universe, among & has_mode & changed)
            cells.append(count_spec(key._replace(column=REORGANIZED), beside, str(first), optional=True))
            if study.is_sample:
                left = Term(universe, among & has_mode & ~changed & ~asked)
                cells.append(count_spec(key._replace(column=NOT_ASKED), left, str(first), optional=True))
            cells += [
                share_spec(
                    key._replace(column=end), universe, becomes, base,
                    year=f"{first}-{last}", decimals=table.decimals,
                )
                for end, becomes in _ends(last - first, study).items()
            ]  # fmt: skip
    rows = tuple(
        Line(mode, words.mode[mode].label, population=population)
        for population in table.populations
        for mode in MODES
    )
    ends = {**words.mode, GONE: words.other[GONE]}
    columns = (
        column_line(N, "count"),
        *(Line(key, ends[key].label, "percent") for key in _ends(last - first, study)),
        *(Line(key, words.other[key].label, "count") for key in BESIDE[: 1 + study.is_sample]),
    )
    return TableSpec(table.id, rows, columns, tuple(cells))


def _ends(distance: int, study: Study) -> dict[str, Where]:
    """What a firm can be so many years later: a mode, or gone, without accounts and trade. Of a sample, none is known
    to be gone."""
    exports, imports = Flag(traded("export", distance)), Flag(traded("import", distance))
    present = Flag(traded("present", distance))
    gone = {} if study.is_sample else {GONE: ~present}
    return {
        "no_internationalization": present & ~exports & ~imports,
        "import_and_export": exports & imports,
        "import_only": imports & ~exports,
        "export_only": exports & ~imports,
    } | gone


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Every firm of a row ends in one column."""
    for row in spec.rows:
        columns = [column.key for column in spec.columns if column.key not in BESIDE]
        keys = [CellKey(spec.id, row.population, row.key, column) for column in columns]
        numbers = [count(cells, key) for key in keys]
        if None not in numbers:
            whole, *parts = (number for number in numbers if number is not None)
            yield Identity("every firm of a row ends in one column", tuple(keys), whole == sum(parts))


def layout(table: TransitionTable, study: Study, spec: TableSpec) -> Layout:
    """After the dynamics: modes in the first year down, in the last across, parts of 100 for each row."""
    first, last = table.years
    became = message("report.stubs.mode_became", year=Year(last))
    columns = [column for column in spec.columns if column.key not in BESIDE or not table.is_figure]
    return Layout(
        "dynamics",
        spec.rows,
        tuple(columns),
        figure_first(table, 1),
        message("report.stubs.mode_in", year=Year(first)),
        spanners={column.key: became for column in spec.columns if column.key not in (N, *BESIDE)},
        about=of_sample(study),
        chart=Chart.PARTS,
        colors={**FLOW_COLORS, GONE: GONE},
    )


def findings(table: TransitionTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """Who kept the mode, and the largest change of mode where one is larger than all others as printed."""
    kept = [(row, printed.cell(row.key, row.key)) for row in printed.rows]
    there = [(row, cell) for row, cell in kept if cell is not None and number(cell) is not None]
    if not first_page(table) or not there or len(there) < len(kept):
        return
    first, last = printed.years
    cells = [cell for _, cell in there]
    move: Slot = ""
    if (largest := _largest_move(printed)) is not None:
        row, column, cell = largest
        cells.append(cell)
        move = message("report.findings.move", a=row.label, b=column.label, value=shown(cell))
    sentence = message(
        "report.findings.transition", first=first, last=last, items=percentages(there), move=move
    )
    yield TableFinding(sentence, tuple(cell.key for cell in cells), once=True)


def _largest_move(printed: ReadTable) -> tuple[Line, Line, Cell] | None:
    """The largest share that changed from one mode to another; none where two are equal or one is not printed."""
    modes = {row.key for row in printed.rows}
    moves = [
        (row, column, cell)
        for row in printed.rows
        for column in printed.columns
        if column.key in modes - {row.key} and (cell := printed.cell(row.key, column.key)) is not None
    ]
    numbers = [number(cell) for *_, cell in moves]
    known = [one for one in numbers if one is not None]
    if len(known) < len(numbers) or not known or not max(known) or known.count(max(known)) > 1:
        return None
    return moves[known.index(max(known))]


def rests_on(table: TransitionTable, cell: CellSpec) -> Iterator[CellKey]:
    """A share on the firms of its row."""
    if cell.key.column not in (N, *BESIDE):
        yield cell.key._replace(column=N)


KIND = Kind(
    TransitionTable,
    specify,
    identities,
    layout,
    findings,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.SHARE}),
)
