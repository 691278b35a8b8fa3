"""Money at constant prices: by a deflator as it is given, or by that of the study.

A file is read as text first, so that whatever is no price index is said with its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from firmtrade.classifications import activity
from firmtrade.errors import DataError, InputError, Place
from firmtrade.evidence.phrases import phrase
from firmtrade.messages import Count, Listing, Message, Slot, Year, Years
from firmtrade.study import Study

COLUMNS = ("year", "index")
DIVISION = "division"
FIX = "Give a CSV file with `year`, `index` and maybe `division`."
LARGEST = 1e12
"""No price index is larger: what is divided by it would be nothing."""
PRICE_LEVEL = "price_level"
"""The column of the index of each row, one in the base year."""
_NAMED = 10
"""Gaps of a deflator that a note names one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A price index, and the year whose prices amounts are at (None: the first of the panel).

    ``index`` has ``year``, ``index`` and maybe ``division``; an index without a division holds for all others.
    """

    index: pl.DataFrame
    base: int | None = None


def read_deflator(path: str | Path) -> pl.DataFrame:
    """The prices of a CSV file, as text in columns ``year``, ``index`` and maybe ``division``.

    Raises
    ------
    InputError
        The file cannot be read as CSV in UTF-8.
    """
    try:
        return pl.read_csv(Path(path).read_bytes(), infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError("the deflator cannot be read", where=Place(file=str(path)), fix=FIX) from error


def prices_of(deflator: str | Path | pl.DataFrame | None, study: Study) -> Prices | None:
    """The prices of a file or a frame, held to what prices are; those of the study where neither is given.

    See :func:`read_deflator` and :func:`usable`.
    """
    if deflator is None:
        return _prices_of_study(study)
    return Prices(usable(read_deflator(deflator) if isinstance(deflator, str | Path) else deflator))


def _prices_of_study(study: Study) -> Prices | None:
    deflator = study.deflator
    if deflator is None:
        return None
    scheme = activity(study.head.activity)
    rows: list[tuple[str | None, int, float]] = [(None, *level) for level in deflator.index.items()]
    taken: set[str] = set()
    for branch in deflator.branches:
        mine = [code for code in scheme.divisions_in(branch.activity) if code not in taken]
        taken.update(mine)
        rows += [(code, *level) for code in mine for level in branch.index.items()]
    types = {DIVISION: pl.String(), "year": pl.Int32(), "index": pl.Float64()}
    return Prices(pl.DataFrame(rows, schema=types, orient="row"), deflator.base)


def at_constant_prices(
    rows: pl.DataFrame, deflator: pl.DataFrame | Prices, money: Sequence[str]
) -> tuple[pl.DataFrame, list[Slot]]:
    """Firm-years with ``money`` at the prices of the base year and the level of prices of each, and what is to be said.

    Money of a year without an index is missing.

    Raises
    ------
    InputError, DataError
        What is given is no price index, has two for one year, or none for the base year.
    """
    prices = deflator if isinstance(deflator, Prices) else Prices(deflator)
    base = int(rows["year"].min()) if prices.base is None else prices.base  # type: ignore[arg-type]
    index = usable(prices.index).drop_nulls("index")
    keys = [name for name in (DIVISION, "year") if name in index.columns]
    if index.select(keys).is_duplicated().any():
        raise DataError(
            "the deflator has two values for one year", fix="Give one index per year (and division)."
        )
    at_base = index.filter(pl.col("year") == base).drop("year").rename({"index": "_base"})
    if at_base.is_empty():
        raise DataError(f"the deflator has no index for {base}", fix="Cover all years of the panel.")
    if DIVISION in keys:
        levels = index.join(at_base, on=DIVISION, nulls_equal=True)
    else:
        levels = index.join(at_base, how="cross").with_columns(pl.lit(None, pl.String).alias(DIVISION))
    levels = levels.select(DIVISION, "year", (pl.col("index") / pl.col("_base")).alias("_own"))
    others = levels.filter(pl.col(DIVISION).is_null()).select("year", pl.col("_own").alias("_other"))
    found = (
        rows.join(levels, on=[DIVISION, "year"], how="left", maintain_order="left")
        .join(others, on="year", how="left", maintain_order="left")
        .with_columns(pl.coalesce("_own", "_other").alias(PRICE_LEVEL))
        .drop("_own", "_other")
    )
    notes: list[Slot] = [phrase("panel.constant_prices", year=Year(base))]
    gaps = found.filter(pl.col(PRICE_LEVEL).is_null()).select(keys)
    if gaps.height:
        notes.append(_uncovered(gaps))
    here = [name for name in money if name in rows.columns]
    return found.with_columns(pl.col(name) / pl.col(PRICE_LEVEL) for name in here), notes


def _uncovered(gaps: pl.DataFrame) -> Message:
    """How many firm-years have no deflator, and which years (of which divisions) lack one."""
    if DIVISION in gaps.columns:
        by_division = gaps.unique().sort(DIVISION, "year").group_by(DIVISION, maintain_order=True).agg("year")
        named = [
            phrase("panel.division_in", division=division, years=Years(tuple(years)))
            for division, years in by_division.iter_rows()
        ]
    else:
        named = [phrase("panel.in_years", years=Years(tuple(gaps["year"].unique().sort().to_list())))]
    shown = named[:_NAMED]
    if len(named) > _NAMED:
        shown.append(phrase("panel.more_gaps", count=Count(len(named) - _NAMED)))
    return phrase("panel.uncovered", count=Count(gaps.height), gaps=Listing(tuple(shown), "semicolon"))


def usable(deflator: pl.DataFrame) -> pl.DataFrame:
    """Prices as whole years, finite positive indices (missing where there is none) and maybe divisions as text.

    Raises
    ------
    InputError
        A column is missing.
    DataError
        A year is no whole number, or an index is no number above 0.
    """
    for name in COLUMNS:
        if name not in deflator.columns:
            raise InputError(
                f"the deflator has no column `{name}`", fix="Give `year`, `index`, maybe `division`."
            )
    named = deflator.select(*COLUMNS, *(name for name in (DIVISION,) if name in deflator.columns))
    given = named.with_columns(pl.all().cast(pl.String, strict=False).str.strip_chars().replace("", None))
    year = given["year"].cast(pl.Float64, strict=False)
    wrong_year = year.is_null() | ~year.is_between(1, 9999) | (year != year.floor())
    _refuse(wrong_year, "the year is no whole number of four digits", "year")
    index = given["index"].cast(pl.Float64, strict=False)
    wrong = given["index"].is_not_null() & ~(index.is_finite() & (index > 0) & (index < LARGEST)).fill_null(
        False
    )
    _refuse(wrong, "the index is no number above 0", "index")
    return given.with_columns(year=year.cast(pl.Int32), index=index)


def _refuse(wrong: pl.Series, what: str, column: str) -> None:
    lines = wrong.fill_null(True).arg_true()
    if len(lines):
        more = f" ({len(lines)} lines)" if len(lines) > 1 else ""
        raise DataError(
            f"{what}{more}",
            where=Place(file="the deflator", line=int(lines[0]) + 2, column=column),
            fix="Correct the deflator: plain numbers with a point, as in 2003 and 104.5.",
        )
