"""What a study asks of the observatory: views, each one small aggregation over firms.

A view is named by its universe (which firms, at which dates) and its dimensions. One row is one combination of
classes; it carries the number of firms, the totals of the measures, and who stands behind them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from firmtrade.study import DETAILS

Flow = Literal["export", "import"]
Period = Literal[
    "reference", "window", "years", "export", "import",
    "export_partners", "import_partners", "export_products", "import_products",
]  # fmt: skip

FIRMS = "firms"
FTE_START = "fte_start"
FTE_END = "fte_end"
VALUE_ADDED_START = "value_added_start"
VALUE_ADDED_END = "value_added_end"
COMPLETE = "complete"
"""Panel firms with value added known in both years: the firms behind all window totals."""

VALUE, VALUE_INTRA, VALUE_EXTRA = "value", "value_intra", "value_extra"
VALUE_PARTNERS = "value_partners"
"""The year's value of the flow: over all zones, with partners inside and outside the union, with known partners."""

UNITS, COMPLETE_UNITS = "units", "complete_units"
"""Protected units behind the firms, and behind the complete firms, of a row."""

CROSS_SECTION_MEASURES = (FIRMS,)
WINDOW_MEASURES = (FIRMS, COMPLETE, FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)

FLOW_MEASURES = (FIRMS, VALUE, VALUE_INTRA, VALUE_EXTRA, VALUE_PARTNERS)
RELATION_MEASURES = (FIRMS, VALUE)

UNKNOWN = "unknown"
NONE = "none"
"""The class of a firm that an attribute does not apply to (mining has no technology class): known, not shown."""


FLOWS: tuple[Flow, ...] = ("export", "import")
_RELATIONS: dict[tuple[str, str], Period] = {
    ("export", "partner"): "export_partners",
    ("export", "product"): "export_products",
    ("import", "partner"): "import_partners",
    ("import", "product"): "import_products",
}


@dataclass(frozen=True, slots=True, order=True)
class Universe:
    """Firms of a population at a period.

    ``reference``: the population in the reference year. ``window``: its panel, firms with employment above 0
    in the first and last year. ``years``: the population's rules applied to each year (dimension ``year``).
    ``export`` (``import``): of these, the firms that have the flow in the year, with its value. ``export_partners``
    and ``export_products``: each of these once for every country (product) that it has the flow with (in), which is
    the dimension ``partner`` (``product``).
    """

    population: str
    period: Period

    @property
    def measures(self) -> tuple[str, ...]:
        match self.period:
            case "window":
                return WINDOW_MEASURES
            case "export" | "import":
                return FLOW_MEASURES
            case "reference" | "years":
                return CROSS_SECTION_MEASURES
            case _:
                return RELATION_MEASURES

    @property
    def flow(self) -> Flow | None:
        """The flow that every firm of the universe has; None where firms without flows belong to it."""
        return next((flow for flow in FLOWS if self.period.startswith(flow)), None)

    @property
    def level(self) -> str | None:
        """``partner`` or ``product``, where a firm stands once for each of its own; None elsewhere."""
        return next((level for level in DETAILS if self.period.endswith(f"_{level}s")), None)

    def by(self, level: str) -> Universe:
        """The firms of a flow once for each of their partners (products).

        >>> Universe("services", "export").by("partner").period
        'export_partners'
        """
        period: Period = _RELATIONS[self.period, level]
        return Universe(self.population, period)

    def __str__(self) -> str:
        return f"{self.population} ({self.period})"


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """One aggregation: a universe and the dimensions of its rows, in name order.

    With ``values`` it asks for more than totals: each firm's number of these measures, one row per firm.
    """

    universe: Universe
    dimensions: tuple[str, ...]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """The answer to a request.

    ``rows`` has one row per combination of classes: the dimensions, ``units`` (protected units that stand in
    this row alone; in a window ``complete_units`` too), and for each measure ``m`` the exact total ``m`` over all
    firms of the row and, over the units that stand in this row alone, the two largest absolute contributions
    ``m_1`` and ``m_2``.
    ``spanning`` has one row per combination and unit for the units that stand in several rows (groups with
    firms of different classes): the dimensions, ``unit`` (a number without meaning) and the measures' totals.
    Together they give the exact number of units and the exact two largest of any union of rows.
    """

    request: ViewRequest
    rows: pl.DataFrame
    spanning: pl.DataFrame
    query: str = ""


def plan_values(asked: Iterable[tuple[Universe, frozenset[str], str]]) -> list[ViewRequest]:
    """One request for the numbers of single firms of each universe that some measure is asked of."""
    wanted: dict[Universe, tuple[set[str], set[str]]] = {}
    for universe, dimensions, measure in asked:
        names, measures = wanted.setdefault(universe, (set(), set()))
        names.update(dimensions)
        measures.add(measure)
    return [
        ViewRequest(universe, tuple(sorted(names)), tuple(sorted(measures)))
        for universe, (names, measures) in sorted(wanted.items(), key=lambda one: one[0])
    ]


def plan(asked: Iterable[tuple[Universe, frozenset[str]]], classes: Container[str]) -> list[ViewRequest]:
    """Few views that answer all questions.

    ``classes`` are the dimensions with many classes; the others are yes-or-no flags. Questions about the same
    classes share a view, whatever their flags: flags of one firm hang together, so their combinations are few,
    while a product of classes may be as long as the register. Classes that are part of wider ones are answered
    by the wider view.

    >>> world = Universe("services", "reference")
    >>> asked = [(world, frozenset({"size", "exporter"})), (world, frozenset({"size", "importer"})),
    ...          (world, frozenset({"exporter"})), (world, frozenset({"region"}))]
    >>> [view.dimensions for view in plan(asked, {"size", "region"})]
    [('region',), ('exporter', 'importer', 'size')]
    """
    wanted: dict[tuple[Universe, frozenset[str]], set[str]] = {}
    for universe, dimensions in asked:
        several = frozenset(name for name in dimensions if name in classes)
        wanted.setdefault((universe, several), set()).update(dimensions)
    kept: dict[tuple[Universe, frozenset[str]], set[str]] = {}
    for (universe, several), names in sorted(
        wanted.items(), key=lambda one: (-len(one[0][1]), sorted(one[0][1]))
    ):
        wider = next((key for key in kept if key[0] == universe and several <= key[1]), (universe, several))
        kept.setdefault(wider, set()).update(names)
    requests = [
        ViewRequest(universe, tuple(sorted(dimensions))) for (universe, _), dimensions in kept.items()
    ]
    return sorted(
        requests, key=lambda request: (request.universe, len(request.dimensions), request.dimensions)
    )
