"""Views: the few aggregations that answer all questions of a study.

A view is named by its universe (which firms, at which dates) and its dimensions. One row is one combination of
classes; it carries the number of firms, the totals of the measures, and who stands behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firmtrade.query.cells import Term
from firmtrade.query.universes import Universe

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class ViewRequest:
    """One aggregation: a universe and the dimensions of its rows, in name order.

    Every question that the view answers is about one class of each dimension in ``apart``: a firm that stands in
    several years, and in one row of each, is then counted once by every question.
    """

    universe: Universe
    dimensions: tuple[str, ...]
    apart: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """Measures of which the numbers of single firms are looked at: none."""
        return ()

    def answers(self, term: Term) -> bool:
        """Whether the view has the rows that a term adds up, and keeps apart nothing that it adds."""
        return (
            self.universe == term.universe
            and term.dimensions <= {*self.dimensions}
            and {*self.apart} <= term.fixed
        )

    @property
    def firms_repeat(self) -> bool:
        """Whether a firm may stand in several rows that one question adds up."""
        return not set(self.universe.repeats) <= set(self.apart)


@dataclass(frozen=True, slots=True)
class View:
    """The answer to a request.

    ``rows`` has one row per combination of classes: the dimensions, ``units`` (protected units that stand in
    this row alone; in a window ``complete_units`` too), and for each measure ``m`` the exact total ``m`` over all
    firms of the row and, over the units that stand in this row alone, the two largest absolute contributions
    ``m_1`` and ``m_2``.
    ``spanning`` has one row per combination and unit for the units that stand in several rows (groups with
    firms of different classes): the dimensions, ``unit`` (a number without meaning) and the measures' totals.
    Together they give the exact number of units and the exact two largest of any union of rows. ``query`` writes the
    statement of the totals, for people to read: writing it takes longer than answering.
    """

    request: ViewRequest
    rows: pl.DataFrame
    spanning: pl.DataFrame
    query: Callable[[], str] = str


def plan(terms: Iterable[Term], classes: Container[str]) -> list[ViewRequest]:
    """Few views that answer all questions.

    ``classes`` are the dimensions with many classes; the others are yes-or-no flags. Questions about the same
    classes share a view, whatever their flags: flags of one firm hang together, so their combinations are few,
    while a product of classes may be as long as the register. Classes that are part of wider ones are answered
    by the wider view.

    >>> from firmtrade.query.where import Flag, Is
    >>> world = Universe("services", "reference")
    >>> asked = [Is("size", ("small",)) & Flag("exporter"), Is("size", ("large",)) & Flag("importer"),
    ...          Flag("exporter"), Is("region", ("flanders",))]
    >>> [view.dimensions for view in plan([Term(world, where) for where in asked], {"size", "region"})]
    [('exporter', 'region'), ('exporter', 'importer', 'size')]
    """
    wanted: dict[tuple[Universe, frozenset[str]], _Wanted] = {}
    for term in terms:
        several = frozenset(name for name in term.dimensions if name in classes)
        wanted.setdefault((term.universe, several), _Wanted()).add(term.dimensions, term.fixed)
    kept: dict[tuple[Universe, frozenset[str]], _Wanted] = {}
    for (universe, several), own in sorted(
        wanted.items(), key=lambda one: (-len(one[0][1]), sorted(one[0][1]))
    ):
        wider = next((key for key in kept if key[0] == universe and several <= key[1]), (universe, several))
        kept.setdefault(wider, _Wanted()).add(own.dimensions, own.fixed or frozenset())
    requests = [
        ViewRequest(universe, tuple(sorted(own.dimensions)), tuple(sorted(own.fixed or ())))
        for (universe, _), own in kept.items()
    ]
    return sorted(
        requests, key=lambda request: (request.universe, len(request.dimensions), request.dimensions)
    )


@dataclass(slots=True)
class _Wanted:
    """What questions that share a view ask about, and of what each of them asks about one class."""

    dimensions: set[str] = field(default_factory=set)
    fixed: frozenset[str] | None = None

    def add(self, dimensions: Iterable[str], fixed: frozenset[str]) -> None:
        self.dimensions.update(dimensions)
        self.fixed = fixed if self.fixed is None else self.fixed & fixed
