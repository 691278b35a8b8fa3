"""What a chart draws of its table: printed numbers, their order, their scale and their colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firmtrade.messages import Language, printed
from firmtrade.outputs import Cell
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.grid import headings
from firmtrade.report.marks import Spec
from firmtrade.report.model import ChartKind, Column, Figure, Table
from firmtrade.report.palette import colors
from firmtrade.report.words import MARKS, cell_text

NAMED_BARS = frozenset({ChartKind.GROUPED_BARS, ChartKind.SMALL_MULTIPLES})
"""Charts whose every bar has its name beside it."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One number of a chart."""

    series: str
    category: str
    value: float | None
    text: str


def points(figure: Figure, words: Language) -> list[ChartPoint]:
    """The numbers of a figure in print order: a series per row, a category per column.

    Firms of unknown class are of none that an axis orders: their numbers stand in the table beside the picture.
    """
    table = figure.table
    names = headings(table, words)
    short = figure.short_labels
    found = []
    known = not figure.draw_unknown and any(_of_known_class(cell) for cell in table.cells.values())
    for row, column, cell in table.ordered_cells():
        if known and not _of_known_class(cell):
            continue
        hidden = cell.value is None or cell.status in MARKS
        found.append(
            ChartPoint(
                short.get(row.key, row.label),
                short.get(column.key, names[column.key]),
                None if hidden else float(printed(cell.value or 0.0, cell.decimals)),
                cell_text(cell, words, signed=column.signed),
            )
        )
    return _by_size(found, figure)


def _by_size(found: list[ChartPoint], figure: Figure) -> list[ChartPoint]:
    """Bars whose order means nothing from the longest to the shortest of the first group; totals and unknown last."""
    if not figure.by_size or figure.kind not in NAMED_BARS:
        return found
    rows, columns = figure.table.rows, figure.table.columns
    totals = [(row.key, row.label) for row in rows if row.emphasis or row.key == UNKNOWN]
    totals += [(column.key, column.label) for column in columns if column.key == UNKNOWN]
    last = {figure.short_labels.get(key, label) for key, label in totals}

    def order(names: list[str], values: Mapping[str, float | None]) -> dict[str, int]:
        size = {name: -(values.get(name) or 0.0) for name in names}
        ranked = sorted(names, key=lambda name: (name in last, size[name]))
        return {name: place for place, name in enumerate(ranked)}

    series = list(dict.fromkeys(point.series for point in found))
    categories = list(dict.fromkeys(point.category for point in found))
    down = {name: place for place, name in enumerate(series)}
    across = {name: place for place, name in enumerate(categories)}
    if "rows" in figure.by_size:
        down = order(series, {one.series: one.value for one in found if one.category == categories[0]})
    if "columns" in figure.by_size:
        across = order(categories, {one.category: one.value for one in found if one.series == series[0]})
    return sorted(found, key=lambda one: (down[one.series], across[one.category]))


def _of_known_class(cell: Cell) -> bool:
    return UNKNOWN not in (cell.key.row, cell.key.column)


def rows_of(figure: Figure, words: Language) -> list[dict[str, Any]]:
    return [
        {"series": p.series, "category": p.category, "value": p.value or 0, "text": p.text}
        for p in points(figure, words)
    ]


def series_scale(figure: Figure, words: Language) -> Spec:
    names = list(dict.fromkeys(point.series for point in points(figure, words)))
    by_label = {figure.short_labels.get(row.key, row.label): row.key for row in reversed(figure.table.rows)}
    keys = tuple(by_label[name] for name in names)
    return {"domain": names, "range": colors(keys, figure.colors)}


def span_of(figure: Figure, words: Language) -> tuple[float, float]:
    """The least and the greatest number that a scale holds, zero among them."""
    if figure.span is not None:
        return figure.span
    values = [point.value for point in points(figure, words) if point.value is not None]
    return min([*values, 0.0]) * 1.001, max([*values, 0.1]) * 1.001


def shares(table: Table) -> list[Column]:
    """The columns of percentages."""
    units = {column.key: {cell.unit for (_, key), cell in table.cells.items() if key == column.key}
             for column in table.columns}  # fmt: skip
    return [column for column in table.columns if units[column.key] == {"percent"}]
