"""What a cell is made of: a formula over terms, each term a total over the firms of a universe.

A table kind turns a declaration into these specifications without looking at data. The engine fills them, the
linear system of the linked room binds its variables with them, and ``explain`` reads them aloud.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from firmtrade.messages import Text
from firmtrade.outputs import CellKey
from firmtrade.query.measures import FIRMS
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where


class Formula(StrEnum):
    """How a value follows from its terms. ``y`` is the number of years of the window."""

    COUNT = "count"
    """``count``"""
    SHARE = "share"
    """``100 * count / base``"""
    LEVEL = "level"
    """``value_added / employment / 1000``"""
    LEVEL_CHANGE = "level_change"
    """``100 * ((value_added_end / fte_end) / (value_added_start / fte_start) - 1)``"""
    CAGR = "cagr"
    """``100 * ((end / start) ** (1 / y) - 1)``"""
    PRODUCTIVITY_CAGR = "productivity_cagr"
    """``100 * ((1 + value-added growth) / (1 + employment growth) - 1)``"""
    AMOUNT = "amount"
    """``value / 1000``"""
    DISTRIBUTION = "distribution"
    """A statistic of the numbers of single firms, in units of ``scale``."""
    QUARTILE = "quartile"
    """The number of a single firm, or the mean of two, in units of ``scale``: a statistic that one firm may give away.
    Behind it stand the units on either side."""
    WEIGHTED = "weighted"
    """A statistic of a sample with weights, or its standard error, in units of ``scale``: an estimate, and no count or
    sum of the firms that stand behind it."""
    CODE = "code"
    """A code of a classification; no term."""


@dataclass(frozen=True, slots=True)
class Term:
    """A total: a measure over the firms of a universe for which ``where`` holds."""

    universe: Universe
    where: Where
    measure: str = FIRMS
    by: str = ""
    """A dimension: not one total, but one for each of its classes, such as the number of firms of each partner."""

    @property
    def dimensions(self) -> frozenset[str]:
        """Dimensions that a view must have to answer it."""
        return self.where.dimensions | ({self.by} if self.by else frozenset())

    @property
    def fixed(self) -> frozenset[str]:
        """Dimensions of which it asks about one class at a time."""
        return self.where.fixed | ({self.by} if self.by else frozenset())

    def __str__(self) -> str:
        each = f" of each {self.by}" if self.by else ""
        what = "number of firms" if self.measure == FIRMS else self.measure
        return f"{what}{each} of {self.universe} where {self.where}"


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell before its number is known.

    ``terms`` maps the formula's names to terms; the names are the components of the evidence file. ``group`` is
    the term of the firms that the cell is about; without any, an ``optional`` cell (a row ``unknown``, a division) is
    not printed. ``code`` is the value of a ``CODE`` cell; ``statistic`` is that of a ``DISTRIBUTION`` or ``QUARTILE``
    cell, taken of the numbers of the term ``spread``: of its single firms, or of its classes. That of a ``WEIGHTED``
    cell is taken of its ``terms``.
    """

    key: CellKey
    formula: Formula
    unit: str
    year: str
    decimals: int
    terms: dict[str, Term] = field(default_factory=dict)
    years: int = 1
    optional: bool = False
    group: Term = field(kw_only=True)
    code: str = ""
    statistic: Statistic | None = None
    spread: Term | None = None
    scale: int = 1

    def over(self, change: Callable[[Term], Term]) -> CellSpec:
        """The cell with each of its terms changed."""
        return replace(
            self,
            terms={name: change(term) for name, term in self.terms.items()},
            group=change(self.group),
            spread=None if self.spread is None else change(self.spread),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A row or column head: key, label by language and unit."""

    key: str
    label: Text
    unit: str = ""
    population: str = ""
    """The population of a row, where a table has several."""
    total: bool = False
    """Whether it sums up other lines, all of them or some."""
    of_known: bool = False
    """Whether it is a total that leaves out what stands in no other line: firms of unknown class."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table before its numbers: heads in print order, and the specification of every cell."""

    id: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[CellSpec, ...]
    equal: tuple[tuple[Term, Term], ...] = ()
    """Pairs of terms over different rows that are one number for all firms: what partners add up to, and a total that
    has each firm once."""
    at_most: tuple[tuple[Term, tuple[Term, ...]], ...] = ()
    """Terms that are never more than others together: a partner has no more firms than the region that it lies in, and
    a region no more than its partners together, traders no more than those of each zone where all zones are known."""
    made_up: tuple[tuple[Term, tuple[Term, ...]], ...] = ()
    """Totals that others make up in most data, as every reader takes for granted: the value of a flow by what goes to
    its zones, last year's traders by those that stay and those that leave. A value of an unknown zone, or a firm that
    comes into the population while it trades, is the exception."""
    priority: float = 1.0
    """How much it is wanted beside other tables."""

    def over(self, change: Callable[[Term], Term]) -> TableSpec:
        """The table with each of its terms changed."""
        return replace(
            self,
            cells=tuple(cell.over(change) for cell in self.cells),
            equal=tuple((change(one), change(other)) for one, other in self.equal),
            at_most=tuple((change(one), tuple(map(change, others))) for one, others in self.at_most),
            made_up=tuple((change(one), tuple(map(change, others))) for one, others in self.made_up),
        )

    def named(self, name: str) -> TableSpec:
        """The table under another name, as are the keys of its cells."""
        cells = tuple(replace(cell, key=cell.key._replace(table=name)) for cell in self.cells)
        return replace(self, id=name, cells=cells)
