"""Errors planted on purpose, with known counts, so that edits and reports can be seen to find it.

All of it keeps away from what the printed tables count: it falls on firms outside the populations, or makes
rows that no definition lets in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.linked.population.firms import GONE, INSIDE, LARGE, LATER, FirmArrays

RENUMBERED = "renumbered"
MERGED = "merger"
UNREGISTERED = "traders missing from the register"
MISSING_CODES = "missing-value codes posing as numbers"
IMPOSSIBLE_YEARS = "impossible founding years"
IMPOSSIBLE_POSTCODES = "impossible postcodes"

SHARES = {
    RENUMBERED: 0.002,
    MERGED: 0.001,
    UNREGISTERED: 0.001,
    MISSING_CODES: 0.001,
    IMPOSSIBLE_YEARS: 0.0005,
    IMPOSSIBLE_POSTCODES: 0.0005,
}
"""Cases of each kind, as shares of the number of firms."""
CODES = (98, 99, -9)
IMPOSSIBLE_YEAR = 9999
IMPOSSIBLE_POSTCODE = "0999"
UNREGISTERED_SALES = 500_000.0
"""Turnover behind the trade of a firm that no register knows."""


@dataclass(frozen=True)
class Planted:
    """The tables with errors in them, with the number of cases of each kind."""

    firms: pl.DataFrame
    accounts: pl.DataFrame
    links: pl.DataFrame
    unregistered: pl.Series
    """Numbers that declare trade and stand in no register."""
    counts: dict[str, int]


def plant(
    firms: FirmArrays,
    numbers: pl.Series,
    register: pl.DataFrame,
    accounts: pl.DataFrame,
    random: np.random.Generator,
) -> Planted:
    """Plant errors in the register and the accounts.

    Parameters
    ----------
    firms, numbers
        The firms and their numbers, followed by numbers that no firm has (:func:`spare_numbers`).
    register, accounts
        The tables as they would be written.
    """
    ids, more_ids = numbers[: len(firms)], numbers[len(firms) :]
    number = {kind: max(1, round(share * len(firms))) for kind, share in SHARES.items()}
    outside = random.permutation(np.flatnonzero(firms.kind != INSIDE))
    gone = outside[firms.kind[outside] == GONE]
    inside = random.permutation(np.flatnonzero(firms.kind == INSIDE))
    number[RENUMBERED] = min(number[RENUMBERED], len(gone) // 2)
    number[MERGED] = min(number[MERGED], len(gone) - number[RENUMBERED])
    old, merged = gone[: number[RENUMBERED]], gone[number[RENUMBERED] :][: number[MERGED]]
    successors = more_ids[: number[RENUMBERED]]
    links = pl.concat(
        [
            _links(ids.gather(old), successors, firms.closed[old] + 1, "renumbered"),
            _links(ids.gather(merged), ids.gather(inside[: len(merged)]), firms.closed[merged] + 1, "merger"),
        ]
    ).sort("firm_id")
    new = register.filter(pl.col("firm_id").is_in(ids.gather(old).implode()))
    renamed = dict(zip(ids.gather(old), successors, strict=True))
    new = new.with_columns(pl.col("firm_id").replace(renamed), closed=pl.lit(None, pl.Int32))
    register = pl.concat([register, new]).sort("firm_id")
    rest = outside[~np.isin(outside, np.concatenate([old, merged])) & (firms.kind[outside] != LATER)]
    years = ids.gather(rest[: number[IMPOSSIBLE_YEARS]])
    number[IMPOSSIBLE_YEARS] = len(years)
    seats = ids.gather(rest[len(years) :][: number[IMPOSSIBLE_POSTCODES]])
    wrong = pl.col("firm_id").is_in(years.implode())
    register = register.with_columns(
        founded=pl.when(wrong).then(pl.lit(IMPOSSIBLE_YEAR, pl.Int32)).otherwise("founded")
    )
    if "postcode" in register.columns:
        nowhere = pl.col("firm_id").is_in(seats.implode())
        register = register.with_columns(
            postcode=pl.when(nowhere).then(pl.lit(IMPOSSIBLE_POSTCODE)).otherwise("postcode")
        )
        number[IMPOSSIBLE_POSTCODES] = len(seats)
    else:
        number[IMPOSSIBLE_POSTCODES] = 0
    accounts, number[MISSING_CODES] = _missing_codes(
        accounts, number[MISSING_CODES], ids.gather(outside[firms.kind[outside] != LARGE]), random
    )
    unregistered = more_ids[number[RENUMBERED] : number[RENUMBERED] + number[UNREGISTERED]]
    return Planted(register, accounts, links, unregistered, number)


def spare_numbers(firms: int) -> int:
    """How many numbers that no firm has :func:`plant` may need."""
    return 2 + 2 * max(1, round((SHARES[RENUMBERED] + SHARES[UNREGISTERED]) * firms))


def flows_of_unregistered(unregistered: int, shape: tuple[int, ...]) -> np.ndarray:
    """One flow for each such firm, booleans of shape (unregistered, years, flows); years and flows take turns."""
    flags = np.zeros((unregistered, *shape[1:]), bool)
    each = np.arange(unregistered)
    flags[each, each % shape[1], each // shape[1] % shape[2]] = True
    return flags


def _links(firm: pl.Series, successor: pl.Series, year: np.ndarray, kind: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "firm_id": firm,
            "successor_id": successor,
            "year": pl.Series(year, dtype=pl.Int32),
            "kind": pl.repeat(kind, len(firm), dtype=pl.String, eager=True),
        }
    )


def _missing_codes(
    accounts: pl.DataFrame, wanted: int, outside: pl.Series, random: np.random.Generator
) -> tuple[pl.DataFrame, int]:
    """Headcounts of firms outside the populations replaced by codes for missing values."""
    able = accounts.with_row_index("at").filter(
        pl.col("firm_id").is_in(outside.implode()) & pl.col("employees").is_not_null()
    )["at"]
    chosen = able.gather(np.sort(random.permutation(len(able))[:wanted]))
    codes = pl.Series(random.choice(CODES, len(chosen))).cast(accounts["employees"].dtype)
    employees = accounts["employees"].clone().scatter(chosen, codes)
    return accounts.with_columns(employees=employees), len(chosen)
