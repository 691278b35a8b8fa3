"""The table `support` of a synthetic population: chance alone decides who is in it."""

import numpy as np
import polars as pl

from firmtrade.linked.population.support import PROGRAMMES, SHARE, support


def _accounts(firms: int, years: range) -> pl.DataFrame:
    rows = [(f"F{firm:05d}", year) for firm in range(firms) for year in years]
    return pl.DataFrame(rows, schema={"firm_id": pl.String, "year": pl.Int32}, orient="row")


def test_firms_with_accounts_the_year_before_are_taken_by_chance_whatever_the_order_of_rows() -> None:
    accounts = _accounts(20_000, range(1998, 2003))
    found = support(accounts, np.random.default_rng(1))
    assert found.columns == ["firm_id", "year", "programme", "kind", "amount", "end"]
    assert found.height / (20_000 * 4) == np.clip(found.height / 80_000, SHARE * 0.9, SHARE * 1.1)
    assert found["year"].min() == 1999
    assert found["programme"].n_unique() == len(PROGRAMMES)
    assert found["amount"].min() > 0
    again = support(accounts.sample(fraction=1, shuffle=True, seed=2), np.random.default_rng(1))
    assert again.equals(found)
