"""The follow-up register: every supported firm, what the evaluation could make of it, and when it is next due.

It is about single firms and never leaves the room.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.impact.outcomes import exported_so_far
from firmtrade.evidence.impact.treatment import NEVER, Treatment, fates

_DATED = ("first_support", "base_year", "exported_before", "first_export_after", "followed_years", "due")
"""Columns that are known of a firm only if the years of all its support are."""


def follow_up(events: Treatment) -> pl.DataFrame:
    """One row per firm with support of the programmes evaluated, sorted by firm.

    Columns: ``firm_id``, ``first_support`` (year of the first of any programme; null, with all that is counted from it,
    where the year of some support is unknown), ``programmes``, ``supports`` and
    ``granted`` of those evaluated, ``fate`` (of :data:`~firmtrade.evidence.impact.treatment.FATES`), ``base_year``,
    ``exported_before`` and ``first_export_after`` (year, null without), ``last_seen``, ``followed_years`` after the
    first support within the data, and ``due``: the year whose data completes the horizon, null once it is there.
    """
    grid, design = events.grid, events.design
    found = [
        pl.DataFrame(
            {"firm": firms, "fate": [name] * len(firms)}, schema={"firm": pl.Int64, "fate": pl.String}
        )
        for name, firms in fates(events).items()
    ]
    rows = pl.concat(found).sort("firm")
    firm = rows["firm"].to_numpy()
    first = events.first[firm]
    so_far = np.nan_to_num(exported_so_far(grid)[firm], nan=0.0) if "exporter" in grid.rows.columns else None
    years = np.arange(grid.n_years)
    last = grid.first_year + grid.n_years - 1
    horizon = first + grid.first_year + design.design.horizon
    columns = {
        "first_support": pl.Series(first + grid.first_year),
        "base_year": pl.Series(first + grid.first_year + design.base),
        "last_seen": pl.Series(
            grid.first_year + grid.n_years - 1 - np.argmax(grid.present[firm, ::-1], axis=1)
        ),
        "followed_years": pl.Series(np.clip(last - first - grid.first_year, 0, None)),
        "due": pl.Series([int(year) if year > last else None for year in horizon.tolist()], dtype=pl.Int64),
    }
    if so_far is not None:
        before = (so_far * (years < first[:, None])).any(axis=1)
        starts = (np.diff(so_far, axis=1, prepend=0.0) > 0) & (years >= first[:, None])
        columns["exported_before"] = pl.Series(before)
        columns["first_export_after"] = pl.Series(
            np.where(starts.any(axis=1), grid.first_year + np.argmax(starts, axis=1), NEVER)
        ).replace({NEVER: None})
    taken = (
        events.taken.sort("firm", "programme")
        .group_by("firm", maintain_order=True)
        .agg(
            programmes=pl.col("programme").unique(maintain_order=True).str.join("; "),
            supports=pl.len(),
            granted=pl.col("amount").sum(),
        )
    )
    names = grid.rows.select("firm", "firm_id").unique()
    joined = (
        rows.with_columns(**columns).join(taken, on="firm", how="left").join(names, on="firm", how="left")
    )
    dated = [name for name in _DATED if name in joined.columns]
    joined = joined.with_columns(
        pl.when(pl.col("fate") != "undated").then(name).alias(name) for name in dated
    )
    order = (
        "firm_id", "first_support", "programmes", "supports", "granted", "fate", "base_year", "exported_before",
        "first_export_after", "last_seen", "followed_years", "due",
    )  # fmt: skip
    return joined.sort("firm_id").select(name for name in order if name in joined.columns)
