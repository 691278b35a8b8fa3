"""Numbers as people write them into a form: thousands set apart, decimal commas, a per cent sign."""

from __future__ import annotations

import polars as pl

_SPACES = r"[\s\u00a0\u202f\u2009'’]"
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
        having = plain.filter(~both.fill_null(False) & plain.str.contains(mark, literal=True))
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
