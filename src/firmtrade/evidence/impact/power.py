"""What the design could detect, worked out before the outcomes of supported firms are read.

The spread of an outcome is taken from comparison firms alone, within their cells; of supported firms nothing is read
but in which cell they stand. The smallest effect that the design finds with the power asked for is then known from the
numbers of firms (Bloom 1995, *Evaluation Review* 19, 547-556). A share spreads otherwise where it is higher, so that
of supported firms is taken at what it would be under the effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from firmtrade.evidence.grid import PanelGrid
from firmtrade.evidence.impact.difference import PreparedOutcome
from firmtrade.inference.arrays import Integers, codes
from firmtrade.inference.cell_difference import COMPARISONS
from firmtrade.outputs import Contribution

_ROUNDS = 50
"""Steps in which the effect that is detectable and the spread of a share under it come to agree."""


@dataclass(frozen=True, slots=True)
class Power:
    """How many firms a design compares, the spread of the outcome among comparison firms, and what it could detect.

    ``alone`` counts supported firms in cells without comparison.
    """

    n_treated: int
    n_comparison: int
    alone: int
    spread: float
    detectable: float
    contributions: tuple[Contribution, ...]


def power(comparison: PreparedOutcome, *, level: float, wanted: float) -> Power | None:
    """The power of a design for what its verdict is about; None where no cell holds both kinds of firms.

    Firms are counted that could be followed to the end of the horizon within the years of the data.
    """
    design, grid = comparison.events.design, comparison.grid
    horizon = design.design.horizon
    treated, compared = comparison.flags(horizon)
    in_time = np.arange(grid.n_years) + horizon < grid.n_years
    treated, compared = treated & in_time, compared & in_time
    distances = (horizon,) if comparison.outcome.until_end else tuple(range(horizon + 1))
    change = np.mean([np.where(compared, comparison.change(each), np.nan) for each in distances], axis=0)
    compared = compared & np.isfinite(change)
    firm, year = np.nonzero(treated | compared)
    is_treated = treated[firm, year]
    cell, n_cells = codes(comparison.base_cells[firm, year])
    n_treated, n_compared = (
        np.bincount(cell, weights=flag, minlength=n_cells) for flag in (is_treated, ~is_treated)
    )
    both = (n_treated > 0) & (n_compared >= COMPARISONS)
    used = both[cell]
    values = change[firm, year]
    mine = used & ~is_treated
    total = float(n_treated[both].sum())
    freedom = float(n_compared[both].sum() - both.sum())
    if total < 1 or freedom < 1:
        return None
    sums = np.bincount(cell[mine], weights=values[mine], minlength=n_cells)
    centre = np.divide(sums, n_compared, out=np.zeros(n_cells), where=n_compared > 0)
    spread = float(np.sqrt(np.sum((values[mine] - centre[cell[mine]]) ** 2) / freedom))
    part = n_treated[both] / total
    of_comparison = spread**2 * float(np.sum(part**2 / n_compared[both]))
    reach = float(stats.norm.ppf(0.5 + level / 2) + stats.norm.ppf(wanted))
    mean = float(part @ centre[both])
    detectable = reach * float(np.sqrt(spread**2 / total + of_comparison))
    if comparison.outcome.until_end:
        for _ in range(_ROUNDS):
            there = min(abs(mean + detectable) / comparison.outcome.scale, 1.0)
            variance = comparison.outcome.scale**2 * there * (1 - there)
            detectable = reach * float(np.sqrt(variance / total + of_comparison))
    base = comparison.events.base
    rows = grid.rows_of(firm, year + base)
    behind = (
        grid.owners.contribution(rows[used & is_treated], "supported"),
        grid.owners.contribution(rows[mine], "comparison"),
    )
    return Power(
        behind[0].n_firms, behind[1].n_firms, _firms(firm[is_treated & ~used]), spread, detectable, behind
    )


def _firms(firms: Integers) -> int:
    return len(np.unique(firms))


def balance(
    comparison: PreparedOutcome, grid: PanelGrid, column: str
) -> tuple[float, float, tuple[Contribution, ...]] | None:
    """The difference of supported firms in a column of the base year, before and within cells, in standard deviations.

    The deviation is that of all firms that may be compared (Rosenbaum & Rubin 1985, *The American Statistician* 39).
    None where it is not known of both.
    """
    treated, compared = comparison.flags(0)
    values = comparison.events.at_base(grid.values(column))
    known = np.isfinite(values)
    firm, year = np.nonzero((treated | compared) & known)
    is_treated = treated[firm, year]
    if not is_treated.any() or is_treated.all():
        return None
    value = values[firm, year]
    cell, n_cells = codes(comparison.base_cells[firm, year])
    counts = np.bincount(cell, weights=~is_treated, minlength=n_cells)
    sums = np.bincount(cell, weights=np.where(is_treated, 0.0, value), minlength=n_cells)
    there = counts[cell] >= COMPARISONS
    spread = float(value.std())
    if spread == 0 or not (there & is_treated).any():
        return None
    centre = np.divide(sums, counts, out=np.zeros(n_cells), where=counts > 0)
    whole = float(value[is_treated].mean() - value[~is_treated].mean())
    within = float((value - centre[cell])[is_treated & there].mean())
    rows = grid.rows_of(firm, year + comparison.events.base)
    behind = (
        grid.owners.contribution(rows[is_treated], "supported"),
        grid.owners.contribution(rows[~is_treated], "comparison"),
    )
    return whole / spread, within / spread, behind
