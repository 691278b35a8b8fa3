"""Whether firms without support do otherwise near supported ones: then they are no picture of what would have been."""

from __future__ import annotations

import numpy as np

from firmtrade.evidence.grid import PanelGrid
from firmtrade.evidence.impact.difference import PreparedOutcome
from firmtrade.inference.arrays import codes
from firmtrade.inference.cell_difference import cell_difference
from firmtrade.inference.few_clusters import error_of_clusters
from firmtrade.inference.fits import Effect, effect_of
from firmtrade.outputs import Contribution


def spillover(
    comparison: PreparedOutcome, grid: PanelGrid, level: float
) -> tuple[Effect, int, int, tuple[Contribution, ...]] | None:
    """The difference, at the end of the horizon, of comparison firms in whose division and region a firm was supported
    that year, from comparison firms of the same division and year elsewhere.

    Errors are clustered by division and region, which are few. Gives the effect, rows and firms; None where the firms
    near, or those elsewhere, are of fewer than two of them.
    """
    if "region" not in grid.rows.columns:
        return None
    horizon, base = comparison.events.design.design.horizon, comparison.events.base
    treated, compared = comparison.flags(horizon)
    division, region = grid.labels("division"), grid.labels("region")
    place = codes((division * (region.max() + 1) + region).ravel())[0].reshape(division.shape)
    place = np.where((division >= 0) & (region >= 0), place, -1)
    n_places = int(place.max()) + 1
    supported = np.zeros((n_places, grid.n_years), dtype=np.bool_)
    firm, year = np.nonzero(treated & (place >= 0))
    supported[place[firm, year], year] = True
    change = comparison.change(horizon)
    firm, year = np.nonzero(compared & np.isfinite(change) & (place >= 0))
    near = supported[place[firm, year], year]
    if near.all() or not near.any():
        return None
    cell = (
        comparison.events.at_base(division.astype(np.float64))[firm, year].astype(np.int64) * grid.n_years
        + year
    )
    found = cell_difference(change[firm, year], near, cell, place[firm, year])
    used = found.used
    error = error_of_clusters(change[firm, year][used], near[used], cell[used], place[firm, year][used])
    if error is None:
        return None
    rows = grid.rows_of(firm, year + base)
    behind = (
        grid.owners.contribution(rows[used & near], "near"),
        grid.owners.contribution(rows[used & ~near], "elsewhere"),
    )
    effect = effect_of(found.estimate, error.std_error, error.degrees_of_freedom, level)
    return effect, int(used.sum()), len(np.unique(firm[used])), behind
