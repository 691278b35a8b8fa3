"""A table `support` for a synthetic population: firms taken by chance, so that support does nothing.

It is there to try an evaluation on: whatever an evaluation finds in it is a false alarm.
"""

from __future__ import annotations

import numpy as np
import polars as pl

SHARE = 0.02
"""Chance of a firm with accounts to be supported in a year."""
PROGRAMMES = (("trade mission", "mission", 4_000.0), ("export coaching", "advice", 9_000.0))
"""Names, kinds and mean amounts of the programmes."""


def support(accounts: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Rows of the table `support`, sorted by firm and year, of firms that have ``accounts`` in the year before.

    Every firm and year has the same chance; amounts vary by half around the mean of their programme.
    """
    before = accounts.select("firm_id", year=(pl.col("year") + 1).cast(pl.Int32))
    there = accounts.select("firm_id", "year").join(before, on=["firm_id", "year"]).sort("firm_id", "year")
    taken = there.filter(random.random(there.height) < SHARE)
    which = random.integers(0, len(PROGRAMMES), taken.height)
    names, kinds, means = (np.array(column)[which] for column in zip(*PROGRAMMES, strict=True))
    amounts = np.round(means * random.uniform(0.5, 1.5, taken.height), 2)
    return taken.with_columns(
        pl.Series("programme", names, pl.String),
        pl.Series("kind", kinds, pl.String),
        pl.Series("amount", amounts).cast(pl.Decimal(18, 2)),
        end=pl.col("year"),
    )
