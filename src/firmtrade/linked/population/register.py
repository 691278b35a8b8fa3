"""The register: numbers with valid check digits, activity codes, seats, owners and groups."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.classifications import postcode_regions
from firmtrade.errors import StudyError, UsageError
from firmtrade.linked.population.firms import FOREIGN, STILL_THERE, FirmArrays
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.study import Study

NUMBERS = 17_999_999
"""Numbers of eight digits that a Belgian enterprise number can begin with, from ``FIRST_NUMBER`` on."""
FIRST_NUMBER = 2_000_000
STEP = 7_368_787
"""Shares no factor with ``NUMBERS``, so that its multiples visit every number once."""
IN_GROUPS = 0.04
"""Share of firms that belong to an enterprise group."""
GROUP_SIZE = 3
OWNER_UNKNOWN = 0.01
"""Share of firms whose owner is not known; that does not exclude them."""
BIRTH_UNKNOWN = -1


def firm_numbers(number: int, country: str, random: np.random.Generator) -> pl.Series:
    """Different numbers with valid check digits, in no order.

    In Belgium ten digits, the last two being 97 minus the first eight modulo 97 (Crossroads Bank for
    Enterprises); elsewhere the same digits behind the country's code.

    Raises
    ------
    UsageError
        More firms are asked for than there are numbers.
    """
    if number > NUMBERS:
        raise UsageError(
            f"{number:,} firms are more than there are firm numbers ({NUMBERS:,}).",
            fix="Choose a smaller --scale.",
        )
    start = int(random.integers(NUMBERS))
    head = FIRST_NUMBER + (start + np.arange(number, dtype=np.int64) * STEP) % NUMBERS
    check = 97 - head % 97
    text = pl.Series("firm_id", head * 100 + check).cast(pl.String).str.zfill(10)
    return (
        text
        if country == "BE"
        else (pl.lit(country) + text).pipe(lambda e: pl.select(e.alias("firm_id"))["firm_id"])
    )


def register(firms: FirmArrays, ids: pl.Series, study: Study, random: np.random.Generator) -> pl.DataFrame:
    """The canonical table ``firms``, with the columns that the study's rules and attributes can use."""
    number = len(firms)
    columns: dict[str, pl.Series] = {
        "firm_id": ids,
        "founded": pl.Series(firms.founded, dtype=pl.Int32).replace(BIRTH_UNKNOWN, None),
        "closed": pl.Series(firms.closed, dtype=pl.Int32).replace(STILL_THERE, None),
        "nace": _codes(firms.activity, random),
        "nace_revision": pl.repeat(study.head.activity, number, eager=True),
    }
    columns |= _seats(firms, study, random)
    owner = pl.Series(firms.kind != FOREIGN)
    unknown = pl.Series((random.random(number) < OWNER_UNKNOWN) & (firms.kind != FOREIGN))
    columns["domestic_owned"] = pl.select(pl.when(~unknown).then(owner)).to_series()
    group = random.permutation(number) // GROUP_SIZE
    grouped = pl.Series(group < IN_GROUPS * number / GROUP_SIZE)
    names = pl.Series(group).cast(pl.String).str.zfill(8)
    columns["group_id"] = pl.select(pl.when(grouped).then("G" + names)).to_series()
    return pl.DataFrame(columns).sort("firm_id")


def _codes(activities: np.ndarray, random: np.random.Generator) -> pl.Series:
    """Codes of four digits inside the division; a letter stays a letter."""
    more = pl.Series(random.integers(1, 5, len(activities)) * 10 + random.integers(1, 5, len(activities)))
    code = pl.Series(activities)
    return pl.select(
        pl.when(code.str.contains(r"^\d")).then(code + "." + more.cast(pl.String)).otherwise(code)
    ).to_series()


def _seats(firms: FirmArrays, study: Study, random: np.random.Generator) -> dict[str, pl.Series]:
    """Postcodes where the country's are known, regions otherwise; nothing where no table asks for seats."""
    regions = [attribute for attribute in study.attributes.values() if attribute.of == "seat"]
    if not regions:
        return {}
    try:
        ranges = postcode_regions(study.head.country)
    except StudyError:
        seat = pl.Series(firms.seat)
        return {"region": pl.select(pl.when(seat != UNKNOWN).then(seat)).to_series()}
    postcode = np.full(len(firms), -1)
    for region in np.unique(firms.seat):
        codes = np.concatenate(
            [[-1], *(np.arange(r.low, r.high + 1, 10) for r in ranges if r.region == region)]
        )
        here = firms.seat == region
        postcode[here] = codes[random.integers(min(1, len(codes) - 1), len(codes), here.sum())]
    text = pl.Series(postcode)
    return {"postcode": pl.select(pl.when(text >= 0).then(text.cast(pl.String).str.zfill(4))).to_series()}
