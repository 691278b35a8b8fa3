"""Synthetic firms of which some are supported, with what support does to them known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from evidence.simulator import firm_years, named


@dataclass(frozen=True)
class Programme:
    """What a programme does, and whom it takes.

    ``effect`` is added to the yearly chance of a first export in the year of support and ``lasting`` years after it;
    ``growth`` to log employment of every year from then on; ``takes`` is the share of firms without support that is
    taken in each year after the first two, ``by_level`` and ``by_trend`` tie that to the level and growth of
    productivity of the firm.
    """

    effect: float = 0.0
    growth: float = 0.0
    lasting: int = 2
    takes: float = 0.04
    by_level: float = 0.0
    by_trend: float = 0.0
    anticipated: float = 0.0
    amount: float = 10_000.0


def supported(
    firms: int = 2000, years: int = 9, seed: int = 1, programme: Programme | None = None, start: float = 0.03,
    steep: float = 0.5, only_level_above: float | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """A panel of firm-years from 1996 and its table `support`; no firm of it exists.

    ``start`` is the yearly chance of a first export of a firm of average productivity, ``steep`` how much it rises with
    it. ``only_level_above`` lets support work only for firms of a level (in standard deviations) above it.
    """
    programme = programme or Programme()
    rng = np.random.default_rng(seed)
    level, slope = rng.normal(0, 1, firms), rng.normal(0, 1, firms)
    division, region = rng.integers(0, 6, firms), rng.integers(0, 3, firms)
    founded = 1996 - rng.integers(1, 30, firms)
    size = rng.normal(3.0, 0.8, firms)
    shock = rng.normal(0, 0.1, (6, years))
    exporter = rng.random(firms) < 0.15
    alive = np.ones(firms, dtype=bool)
    closed = np.zeros(firms, dtype=int)
    first = np.full(firms, years + 99)
    works = np.ones(firms, bool) if only_level_above is None else level > only_level_above
    value = np.exp(rng.normal(11, 1, firms))
    pieces, grants = [], []
    for t in range(years):
        year = 1996 + t
        if t >= 2:
            lean = programme.by_level * level + programme.by_trend * slope
            chance = np.minimum(
                programme.takes * np.exp(lean - (programme.by_level**2 + programme.by_trend**2) / 2), 0.9
            )
            taken = alive & (first > years) & (rng.random(firms) < chance)
            first = np.where(taken, t, first)
            grants.append((np.flatnonzero(taken), year))
        since = t - first
        on = works & (since >= 0) & (since <= programme.lasting)
        anticipating = works & (since == -1)
        chance = start * np.exp(steep * level) + programme.effect * on + programme.anticipated * anticipating
        starts = ~exporter & (rng.random(firms) < chance)
        stops = exporter & (rng.random(firms) < 0.15)
        exporter = (exporter | starts) & ~stops
        size = size + rng.normal(0.01, 0.08, firms) + 0.03 * slope * (programme.by_trend > 0)
        staff = np.exp(size + programme.growth * (since >= 0))
        productivity = 3.5 + 0.4 * level + 0.03 * slope * t + shock[division, t] + rng.normal(0, 0.2, firms)
        value = value * np.exp(rng.normal(0.02, 0.3, firms))
        pieces.append(
            {
                "number": np.arange(firms), "year": np.full(firms, year), "alive": alive.copy(),
                "exporter": exporter.copy(), "employment": staff, "productivity": np.exp(productivity),
                "value": np.where(exporter, value, 0.0),
                "partners": np.where(exporter, 1 + rng.poisson(1.0, firms), 0),
            }
        )  # fmt: skip
        dies = alive & (rng.random(firms) < 0.02)
        closed = np.where(dies, year, closed)
        alive &= ~dies
    frame = firm_years(pieces, founded, closed, division, region).select(
        "firm_id",
        "year",
        "founded",
        "closed",
        "division",
        "region",
        "employment",
        pl.when(pl.col("employment") < 10)
        .then(pl.lit("size_lt10"))
        .otherwise(pl.lit("size_10_49"))
        .alias("size_class"),
        (pl.col("employment") * pl.col("productivity") * 1000).alias("value_added"),
        (pl.col("employment") * pl.col("productivity") * 3000).alias("turnover"),
        "exporter",
        pl.lit(value=False).alias("importer"),
        pl.col("value").alias("export_value"),
        pl.col("partners").cast(pl.Int32).alias("export_partners"),
        (2 * pl.col("partners")).cast(pl.Int32).alias("export_products"),
        pl.lit(value=True).alias("in_population"),
    )  # fmt: skip
    took = pl.concat(
        pl.DataFrame({"number": who, "year": np.full(len(who), year)}) for who, year in grants
    ).select(
        named(pl.col("number")),
        pl.col("year").cast(pl.Int32),
        pl.when(pl.col("number") % 2 == 0).then(pl.lit("mission")).otherwise(pl.lit("advice")).alias("programme"),
        pl.lit("grant").alias("kind"),
        pl.lit(programme.amount).alias("amount"),
    )  # fmt: skip
    return frame, took
