"""Numbers as people write them into a form: thousands set apart, decimal commas, a per cent sign."""

from __future__ import annotations

import polars as pl

SUSPECT = frozenset(sign * value for value in (98, 99, 998, 999, 9998, 9999) for sign in (1, -1)) | {-8, -9}
"""Numbers that survey systems write for no answer."""

_SPACES = r"[\s\u00a0\u202f\u2009'’]"
_NUMBER = r"^[+-]?\d[\d.,]*$"
_THOUSANDS = {",": r"^[+-]?\d{1,3}(,\d{3})+$", ".": r"^[+-]?\d{1,3}(\.\d{3})+$"}


def read_numbers(text: pl.Series) -> pl.Series:
    """Texts as numbers, missing where one is no number.

    Where both marks stand in a number the last one is the decimal mark. Where one mark alone is used, the whole column
    decides: if every number that has it has exactly three digits behind it, it sets thousands apart (``1,200`` is 1200
    among ``950`` and ``12,500``); otherwise it is the decimal mark.

    >>> read_numbers(pl.Series(["1,200", "950", "1.234,5", "12 %", "many"])).to_list()
    [1200.0, 950.0, 1234.5, 12.0, None]
    >>> read_numbers(pl.Series(["1,25", "2,500"])).to_list()
    [1.25, 2.5]
    """
    plain = text.str.replace_all(_SPACES, "").str.strip_suffix("%")
    point, comma = plain.str.find(".", literal=True), plain.str.find(",", literal=True)
    both = point.is_not_null() & comma.is_not_null()
    last_comma = plain.str.contains(r",\d*$")
    english = plain.str.replace_all(",", "", literal=True)
    continental = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    single = plain
    for mark, thousands in _THOUSANDS.items():
        single_mark = ~both.fill_null(False) & plain.str.contains(mark, literal=True)
        having = plain.filter(single_mark & plain.str.contains(_NUMBER))
        if len(having) and having.str.contains(thousands).all():
            single = single.str.replace_all(mark, "", literal=True)
    single = single.str.replace(",", ".", literal=True)
    chosen = pl.select(
        pl.when(pl.lit(both) & pl.lit(last_comma))
        .then(pl.lit(continental))
        .when(pl.lit(both))
        .then(pl.lit(english))
        .otherwise(pl.lit(single))
    ).to_series()
    number = chosen.cast(pl.Float64, strict=False)
    return number.set(number.is_nan() | number.is_infinite(), None).alias(text.name)


def suspect_codes(numbers: pl.Series) -> tuple[int, ...]:
    """Numbers that look like codes for no answer: written for it by many systems, given more than once, and apart from
    all other answers, below zero where these are not or more than twice as large as any of them.

    >>> suspect_codes(pl.Series([12.0, 40.0, 7.0, 999.0, 999.0, -9.0, -9.0]))
    (-9, 999)
    >>> suspect_codes(pl.Series([70.0, 99.0, 99.0, 120.0]))
    ()
    """
    given = numbers.drop_nulls()
    often = [value for value, count in given.value_counts().iter_rows() if count > 1 and value in SUSPECT]
    others = given.filter(~given.is_in(often))
    if not often or others.is_empty():
        return ()
    low, high = float(others.min()), float(others.max())  # type: ignore[arg-type]
    return tuple(sorted(int(value) for value in often if value < min(low, 0.0) or value > 2 * max(high, 0.0)))
