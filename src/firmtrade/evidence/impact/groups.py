"""Parts of the supported firms that are asked alike, and whether what is found of them is one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from firmtrade.evidence.impact.difference import Found
from firmtrade.evidence.impact.outcomes import exported_so_far
from firmtrade.evidence.impact.treatment import Treatment
from firmtrade.evidence.panel import Panel
from firmtrade.inference.arrays import Flags
from firmtrade.inference.cell_difference import covariance_of
from firmtrade.inference.fits import wald_test


def term_of(group: str, key: str) -> str:
    """The term of the estimate of a part."""
    return f"division {key}" if group == "division" else key


def parts_of(panel: Panel, events: Treatment, group: str) -> dict[str, Flags] | None:
    """The events of each part (matrices firms x years) by its key; None where the data does not tell.

    Firms are parted by a class of their base year, or by the programme or kind of their first support.
    """
    grid = events.grid
    if group in ("programme", "kind"):
        first = (
            events.taken.filter(pl.col(group).is_not_null())
            .sort("firm", "year", group)
            .unique("firm", keep="first")
        )
        if first.is_empty():
            return None
        keys = first[group].unique().sort().to_list()
        return {
            key: np.isin(np.arange(grid.n_firms), first.filter(pl.col(group) == key)["firm"].to_numpy())[
                :, None
            ]
            & np.ones((1, grid.n_years), dtype=np.bool_)
            for key in keys
        }
    if group == "exported_before":
        if panel.lacks("exporter"):
            return None
        so_far = events.at_base(exported_so_far(grid))
        return {"exported_before": np.asarray(so_far == 1), "not_exported_before": np.asarray(so_far == 0)}
    if panel.lacks(group):
        return None
    labels = grid.rows[group].drop_nulls().unique().sort().to_list()
    found = {}
    for label in labels:
        flag = (
            grid.rows.select((pl.col(group) == label).cast(pl.Float64)).to_series().fill_null(0.0).to_numpy()
        )
        found[label] = np.asarray(events.at_base(np.where(grid.present, flag[grid.row_of], 0.0)) == 1)
    return found


def parts_differ(found: Sequence[Found]) -> tuple[float, float]:
    """Wald statistic and p-value of the test that all parts have one difference after the support.

    Parts share comparison firms, so their differences are dependent; the smallest part sets the degrees of freedom.
    """
    means = np.array([each.path.weights(each.headline) @ each.path.estimates for each in found])
    influence = np.array(
        [
            each.path.weights(each.headline) @ np.array([p.influence for p in each.path.points])
            for each in found
        ]
    )
    unseen = [
        each.path.weights(each.headline) ** 2 @ np.array([p.shortfall for p in each.path.points])
        for each in found
    ]
    covariance = covariance_of(influence.T) + np.diag(unseen)
    contrast = np.eye(len(means))[1:] - np.eye(len(means))[:-1]
    freedom = min(each.path.freedom(each.headline) for each in found)
    statistic, _, p_value = wald_test(contrast @ means, contrast @ covariance @ contrast.T, freedom)
    return statistic, p_value
