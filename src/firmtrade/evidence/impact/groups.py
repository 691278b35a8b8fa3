"""Parts of the supported firms that are asked alike."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.impact.outcomes import exported_so_far
from firmtrade.evidence.impact.treatment import Treatment
from firmtrade.evidence.panel import Panel
from firmtrade.inference.arrays import Flags


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
