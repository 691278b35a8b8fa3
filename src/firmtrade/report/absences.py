"""What of a study's tables was not computed, by cause, in the words that its readers know them by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from firmtrade.kinds import KINDS, specify
from firmtrade.kinds.layout import Layout
from firmtrade.messages import Listing, Slot, Year, by_cause, message
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.query.cells import Line, TableSpec
from firmtrade.study import Study, TableDeclaration


def absences(study: Study, cells: Iterable[Cell]) -> tuple[Slot, ...]:
    """A message for each cause: what lacks something, with its rows or columns where only these do."""
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.key.table, []).append(cell)
    specs = {spec.id: spec for spec in specify(study)}
    return by_cause(
        line
        for table in study.outputs
        for line in _of_table(table, study, specs[table.id], by_table.get(table.id, []))
    )


def _of_table(table: TableDeclaration, study: Study, spec: TableSpec, cells: list[Cell]) -> Iterator[Slot]:
    name = Listing(
        (message(f"report.words.{'figure' if table.is_figure else 'table'}"), table.number), "space"
    )
    layout = KINDS[table.kind].layout(table, study, spec)
    by_reason: dict[Slot, list[Cell]] = {}
    for cell in cells:
        if cell.status is ObsStatus.NOT_COMPUTED and cell.reason is not None:
            by_reason.setdefault(cell.reason, []).append(cell)
    whole = sum(map(len, by_reason.values())) == len(cells)
    for reason, off in by_reason.items():
        parts = _heads(off, cells, layout)
        alone = (whole and len(by_reason) == 1) or not parts
        place = name if alone else message("reasons.part", whole=name, parts=Listing(parts, "comma"))
        yield message("reasons.off", where=place, needs=reason)


def _heads(off: Sequence[Cell], cells: Iterable[Cell], layout: Layout) -> tuple[Slot, ...]:
    """The rows or the columns that lack something: those of which nothing else is there, or the fewer of the two."""
    lacking = {cell.key for cell in off}
    there = [cell.key for cell in cells if cell.key not in lacking]
    down, across = {cell.key.row for cell in off}, {cell.key.column for cell in off}
    mixed_down = any(key.row in down for key in there)
    mixed_across = any(key.column in across for key in there)
    rows, columns = _called(down, layout.rows), _called(across, layout.columns)
    if mixed_down != mixed_across:
        return columns if mixed_down else rows
    return min((rows, columns), key=lambda labels: (not labels, len(labels)))


def _called(keys: set[str], lines: Iterable[Line]) -> tuple[Slot, ...]:
    labels: Mapping[str, Slot] = {
        line.key: Year(int(line.key)) if line.key.isdecimal() else line.label for line in lines
    }
    return tuple(label for key, label in labels.items() if key in keys)
