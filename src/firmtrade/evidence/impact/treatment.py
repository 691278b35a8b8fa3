"""Who was first supported when, and who may be compared: flags of firms and years.

A firm's event is its first support by any programme at all, if that is one of those evaluated. What came before the
data begins is not known. The base year lies before the years in which a firm may act in view of the support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from firmtrade.evidence.grid import PanelGrid, shifted
from firmtrade.evidence.impact.preregistration import Preregistration
from firmtrade.inference.arrays import Flags, Floats, Integers, codes

NEVER = 10**6
"""The place of the first support of a firm without any."""

FATES = (
    "compared", "without_base_year", "outside", "supported_before_data", "supported_after_data", "other_support_first",
    "other_years", "undated",
)  # fmt: skip
"""What becomes of a firm with support of the programme: used, or why it is not."""


@dataclass(frozen=True)
class Treatment:
    """The events of an evaluation on a grid.

    ``first`` (firms,) is the column of a firm's first support of all, :data:`NEVER` without any; ``chosen`` whether
    that is one that is evaluated; ``taken`` are the rows of the table `support` that are evaluated, ``beside`` the
    others. ``undated`` (firms,) marks firms with support of an unknown year: they may have had it at any time, so that
    they are neither supported nor compared.
    """

    grid: PanelGrid
    design: Preregistration
    first: Integers
    chosen: Flags
    taken: pl.DataFrame
    beside: pl.DataFrame
    undated: Flags

    @property
    def base(self) -> int:
        """Distance of the base year."""
        return self.design.base

    @cached_property
    def member(self) -> Flags:
        """Whether a firm has a row in the base year of an event in a year, is in the population then, and is there in
        the year itself (matrix): a supported firm is, so a firm that has ended by then compares with none."""
        there = self.grid.present & (self.grid.values("in_population") == 1)
        before = np.asarray(shifted(there.astype(np.float64), self.base) == 1)
        return before & self.grid.active & ~self.undated[:, None]

    @cached_property
    def treated(self) -> Flags:
        """The year of the first support, of firms that have a base year in the population (matrix)."""
        return self.events & self.member

    @cached_property
    def events(self) -> Flags:
        """The year of the first support, whatever is known of the base year (matrix)."""
        return np.asarray((np.arange(self.grid.n_years) == self.first[:, None]) & self.chosen[:, None])

    @property
    def untouched(self) -> Flags:
        """Firms and years before any support (matrix)."""
        return np.asarray(np.arange(self.grid.n_years) < self.first[:, None])

    def comparison(self, distance: int, *, later: bool = False) -> Flags:
        """Firms that may be compared over a distance from the year: without support until then, or ever (matrix).

        ``later`` lets them have support after the year.
        """
        if later:
            free = self.first[:, None] > np.arange(self.grid.n_years)
        elif self.design.design.comparison == "never":
            free = np.broadcast_to((self.first == NEVER)[:, None], self.member.shape)
        else:
            until = np.arange(self.grid.n_years) + max(distance, 0) + self.design.design.anticipation
            free = self.first[:, None] > until
        years_with_events = self.treated.any(axis=0)
        return np.asarray(free & self.member & years_with_events)

    def at_base(self, values: Floats) -> Floats:
        """A matrix (firms, years) read in the base year of an event in each year."""
        return shifted(values, self.base)

    def with_other_support(self) -> Integers:
        """The supported firms that had other support as well until the end of the horizon."""
        until = self.first + self.grid.first_year + self.design.design.horizon
        firms = self.beside["firm"].to_numpy()
        supported = np.asarray(self.treated.any(axis=1))[firms]
        within = supported & (self.beside["year"].to_numpy() <= until[firms])
        return np.unique(firms[within])

    def whole_classes(self, column: str) -> bool:
        """Whether support was given to whole classes (regions, say) at once: no supported firm has a comparison firm of
        its own class and year, though others have a class, so that what else befell a class is told with the support.
        """
        labels = self.at_base(self.grid.labels(column).astype(np.float64))
        firm, year = np.nonzero((self.treated | self.comparison(0)) & (labels >= 0))
        on = self.treated[firm, year]
        cell, n_cells = codes(labels[firm, year].astype(np.int64) * self.grid.n_years + year)
        compared = np.bincount(cell, weights=~on, minlength=n_cells)
        return bool(on.any() and not on.all() and not compared[cell[on]].any())


def treatment(grid: PanelGrid, support: pl.DataFrame, design: Preregistration) -> Treatment:
    """The events of an evaluation.

    ``support`` has ``firm``, ``year``, ``programme``, ``kind``, ``amount``, ``end``.
    """
    asked = design.support
    mine = pl.lit(value=True)
    if asked.programmes:
        mine &= pl.col("programme").is_in(list(asked.programmes))
    if asked.kinds:
        mine &= pl.col("kind").is_in(list(asked.kinds))
    mine = mine.fill_null(value=False)
    taken, beside = support.filter(mine), support.filter(~mine)
    first, own = (_first(part, grid) for part in (support, taken))
    years = first + grid.first_year
    within = np.ones(len(first), dtype=np.bool_)
    if asked.first_year is not None:
        within &= years >= asked.first_year
    if asked.last_year is not None:
        within &= years <= asked.last_year
    chosen: Flags = np.logical_and.reduce([own == first, first != NEVER, within])
    undated = np.zeros(grid.n_firms, dtype=np.bool_)
    undated[support.filter(pl.col("year").is_null())["firm"].to_numpy()] = True
    return Treatment(grid, design, first, chosen, taken, beside, undated)


def unknown_support(support: pl.DataFrame, design: Preregistration) -> list[tuple[str, str]]:
    """Programmes and kinds that are asked for and stand in no row of the table `support`, with their column."""
    asked = {"programme": design.support.programmes, "kind": design.support.kinds}
    return [
        (column, name)
        for column, names in asked.items()
        for name in sorted(set(names) - set(support[column].drop_nulls().to_list()))
    ]


def _first(support: pl.DataFrame, grid: PanelGrid) -> Integers:
    """The column of the first support of each firm; before the grid begins it is negative."""
    found = support.drop_nulls("year").group_by("firm").agg(pl.col("year").min())
    first = np.full(grid.n_firms, NEVER, dtype=np.int64)
    first[found["firm"].to_numpy()] = found["year"].to_numpy() - grid.first_year
    return first


def fates(events: Treatment) -> dict[str, Integers]:
    """The firms with support of the programme by what becomes of them in the evaluation."""
    firms = events.taken["firm"].unique().sort().to_numpy()
    first = events.first[firms]
    used: Flags = np.asarray(events.treated.any(axis=1))[firms]
    undated = events.undated[firms]
    early, late = (first < 0) & ~undated, (first >= events.grid.n_years) & ~undated
    within = ~(early | late | undated)
    own = _first(events.taken, events.grid)[firms] == first
    other = within & ~own
    other_years = within & own & ~events.chosen[firms]
    no_base = within & ~(used | other | other_years) & (first + events.base < 0)
    rest = within & ~(used | other | other_years | no_base)
    found = (used, no_base, rest, early, late, other, other_years, undated)
    return {name: firms[flag] for name, flag in zip(FATES, found, strict=True)}
