"""A deflator as it is given: read as text first, so that whatever is no price index is said with its line."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from firmtrade.errors import DataError, InputError, Place

COLUMNS = ("year", "index")
DIVISION = "division"
FIX = "Give a CSV file with `year`, `index` and maybe `division`."
LARGEST = 1e12
"""No price index is larger: what is divided by it would be nothing."""


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


def prices_of(deflator: str | Path | pl.DataFrame | None) -> pl.DataFrame | None:
    """The prices of a file or a frame, held to what prices are: see :func:`read_deflator` and :func:`usable`."""
    given = read_deflator(deflator) if isinstance(deflator, str | Path) else deflator
    return None if given is None else usable(given)


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
