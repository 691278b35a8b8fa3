"""The accounts as filed: turnover, cost, assets and book years around employment and value added."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.linked.population.firms import INSIDE, OUTSIDE, FirmArrays
from firmtrade.linked.population.history import Accounts
from firmtrade.study import Study

WAGE = 32_000.0
"""Labor cost per full-time equivalent in the first year, currency units."""
ODD_BOOKS = 0.012
"""Share of book years that are not twelve months long."""
SMALL = 10
"""Below this headcount many firms file abridged accounts, without turnover."""
ABRIDGED = 0.4
UNDER_LIMIT = 0.98
"""A firm inside the populations keeps its turnover in the reference year below the limit by this factor."""

MONEY = pl.Decimal(18, 2)
QUANTITY = pl.Decimal(18, 6)


def turnover(firms: FirmArrays, accounts: Accounts, study: Study, random: np.random.Generator) -> np.ndarray:
    """Turnover by firm and year: value added times a factor of the firm's own, below the limit inside."""
    factor = 1.2 + np.exp(random.normal(0.7, 0.6, len(firms)))
    sales = np.abs(np.nan_to_num(accounts.value_added, nan=0.0)) * factor[:, None]
    sales = np.where(sales > 0, sales, np.nan_to_num(accounts.fte) * 120_000.0)
    limits = [rule.turnover_below for rule in study.populations.values() if rule.turnover_below]
    if limits:
        at = accounts.years == study.reference_year
        capped = np.minimum(sales[:, at], UNDER_LIMIT * min(limits))
        sales[:, at] = np.where((firms.kind == INSIDE)[:, None], capped, sales[:, at])
    return np.asarray(np.round(sales, 2))


def filed(
    firms: FirmArrays,
    ids: pl.Series,
    accounts: Accounts,
    sales: np.ndarray,
    study: Study,
    random: np.random.Generator,
) -> pl.DataFrame:
    """The canonical table ``accounts``: one row per firm and year with accounts."""
    row, column = np.nonzero(accounts.present)
    year = accounts.years[column]
    fte, value_added = accounts.fte[row, column], accounts.value_added[row, column]
    number = len(row)
    head = _headcounts(firms, accounts, study)[row, column]
    wage = WAGE * np.exp(0.025 * (year - study.first_year) + random.normal(0.0, 0.15, len(firms))[row])
    cost = np.minimum(np.nan_to_num(fte) * wage, 0.95 * np.where(value_added > 0, value_added, np.inf))
    assets = sales[row, column] * np.exp(random.normal(-0.3, 0.5, len(firms))[row])
    months = np.full(number, 12)
    pivotal = np.isin(year, [study.first_year, study.reference_year, study.last_year])
    odd = ~pivotal & (random.random(number) < ODD_BOOKS)
    months[odd] = random.choice([3, 6, 9, 15, 18, 24], odd.sum())
    span = months / 12.0
    abridged = (random.random(len(firms)) < ABRIDGED) & (firms.headcount < SMALL)
    hidden = abridged[row] & (firms.population[row] != OUTSIDE)
    table = pl.DataFrame(
        {
            "firm_id": ids.gather(row),
            "year": pl.Series(year, dtype=pl.Int32),
            **({"employees_fte": fte} if study.head.employment == "employees_fte" else {}),
            "employees": np.where(firms.known_headcount[row], head, np.nan),
            "turnover": np.where(hidden, np.nan, sales[row, column] * span),
            "value_added": value_added * span,
            "labor_cost": cost * span,
            "total_assets": assets,
            "tangible_assets": assets * 0.6 * random.random(len(firms))[row],
            "book_months": pl.Series(months, dtype=pl.Int32),
        }
    )
    kinds = {
        name: QUANTITY if name.startswith("employees") else MONEY
        for name in table.columns
        if table[name].dtype == pl.Float64
    }
    return table.with_columns(
        pl.col(name).fill_nan(None).round(2).cast(kind) for name, kind in kinds.items()
    ).sort("firm_id", "year")


def _headcounts(firms: FirmArrays, accounts: Accounts, study: Study) -> np.ndarray:
    """Employees by year, in the firm's own proportion to employment; exact in the reference year."""
    head = np.maximum(np.rint(accounts.fte * (firms.headcount / firms.fte)[:, None]), 1.0)
    if study.head.employment == "employees":
        return accounts.fte
    head[:, accounts.years == study.reference_year] = firms.headcount[:, None]
    return np.asarray(head)
