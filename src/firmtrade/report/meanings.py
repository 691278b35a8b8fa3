"""One meaning per colour through a whole publication: what has no colour of its own gets one by its name, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from firmtrade.report.model import ChartKind, Figure, Section, Table
from firmtrade.report.palette import PLAIN, SEQUENCE
from firmtrade.report.points import shares

BY_ROW = frozenset({ChartKind.LINES, ChartKind.STACKED_BAR})
"""Charts that tell their rows apart by colour; of the others it is columns, or curves, or nothing."""


def with_meanings(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections with a role of colour for every series that their charts tell apart.

    A name has the same colour in every figure. Where there are more names than colours, the last are drawn in the plain
    one, which means nothing, and are told apart by dash, shape and label.
    """
    taken: dict[str, str] = {}
    return tuple(
        replace(section, items=tuple(_with_roles(item, taken) for item in section.items))
        for section in sections
    )


def _with_roles(item: Table | Figure, taken: dict[str, str]) -> Table | Figure:
    if not isinstance(item, Figure):
        return item
    series = _told_apart(item)
    roles = dict(item.colors)
    for key, name in series.items() if len(series) > 1 else ():
        mode = key.rpartition("/")[2].replace(" ", "_")
        if mode in roles:
            roles[key] = roles[mode]
        else:
            free = SEQUENCE[len(taken) : len(taken) + 1] or (PLAIN,)
            roles[key] = taken.setdefault(name, free[0])
    return replace(item, colors=roles)


def _told_apart(figure: Figure) -> dict[str, str]:
    """The series that a chart tells apart by colour, by key, each with the name that it has there."""
    table = figure.table
    if figure.kind in BY_ROW:
        return {row.key: figure.short_labels.get(row.key, row.label) for row in table.rows}
    if figure.kind is ChartKind.PARTS:
        return {column.key: column.label for column in shares(table)}
    if figure.kind is ChartKind.CURVES:
        return {column.key.rpartition("/")[0]: column.spanner or column.label for column in table.columns}
    return {}
