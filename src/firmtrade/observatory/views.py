"""What a study asks of the observatory: views, each one small aggregation over firms.

A view is named by its universe (which firms, at which dates) and its dimensions. One row is one combination of
classes; it carries the number of firms, the totals of the measures, and who stands behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Period = Literal["reference", "window", "years"]

FIRMS = "firms"
FTE_START = "fte_start"
FTE_END = "fte_end"
VALUE_ADDED_START = "value_added_start"
VALUE_ADDED_END = "value_added_end"
COMPLETE = "complete"
"""Panel firms with value added known in both years: the firms behind all window totals."""

CROSS_SECTION_MEASURES = (FIRMS,)
WINDOW_MEASURES = (FIRMS, COMPLETE, FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Universe:
    """Firms of a population at a period.

    ``reference``: the population in the reference year. ``window``: its panel, firms with employment above 0
    in the first and last year. ``years``: the population's rules applied to each year (dimension ``year``).
    """

    population: str
    period: Period

    @property
    def measures(self) -> tuple[str, ...]:
        return WINDOW_MEASURES if self.period == "window" else CROSS_SECTION_MEASURES

    def __str__(self) -> str:
        return f"{self.population} ({self.period})"


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """One aggregation: a universe and the dimensions of its rows, in name order."""

    universe: Universe
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The answer to a request.

    ``rows`` has one row per combination of classes: the dimensions, ``units`` (protected units that stand in
    this row alone), and for each measure ``m`` the exact total ``m`` over all firms of the row and, over the
    units that stand in this row alone, the two largest absolute contributions ``m_1`` and ``m_2``.
    ``spanning`` has one row per combination and unit for the units that stand in several rows (groups with
    firms of different classes): the dimensions, ``unit`` (a number without meaning) and the measures' totals.
    Together they give the exact number of units and the exact two largest of any union of rows.
    """

    request: ViewRequest
    rows: pl.DataFrame
    spanning: pl.DataFrame
    query: str = ""


def plan(asked: list[tuple[Universe, frozenset[str]]]) -> list[ViewRequest]:
    """The fewest views that answer all questions: one whose dimensions are part of another's is answered by it.

    >>> world = Universe("services", "reference")
    >>> [view.dimensions for view in plan([(world, frozenset({"a"})), (world, frozenset({"a", "b"}))])]
    [('a', 'b')]
    """
    wanted = sorted(set(asked), key=lambda one: (one[0], -len(one[1]), sorted(one[1])))
    kept: list[tuple[Universe, frozenset[str]]] = []
    for universe, dimensions in wanted:
        if not any(other == universe and dimensions <= wider for other, wider in kept):
            kept.append((universe, dimensions))
    return [ViewRequest(universe, tuple(sorted(dimensions))) for universe, dimensions in kept]
