"""A user's own figures on markets: a CSV file, one figure a row, each with its year and source."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from firmtrade.advice.markets.facts import economies, terms
from firmtrade.classifications import country_advice
from firmtrade.errors import InputError, Place, suggest
from firmtrade.study.text_file import text_of

COLUMNS = ("country", "indicator", "product", "year", "value", "source")


@dataclass(frozen=True, slots=True)
class MarketFigure:
    """A figure with its year and source."""

    value: float
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by indicator, product (empty for the country as a whole) and country: the latest year of each."""

    latest: Mapping[tuple[str, str, str], MarketFigure] = field(default_factory=dict)

    def of(self, indicator: str, product: str | None) -> dict[str, MarketFigure]:
        """The figures of an indicator by country, of the product that is nearest to ``product``.

        The product of the most digits that ``product`` begins with and of which the file has this indicator; none
        where an indicator of products is asked for without a product.
        """
        if terms().indicators[indicator].of == "country":
            return {country: found for (name, _, country), found in self.latest.items() if name == indicator}
        known = {code for name, code, _ in self.latest if name == indicator}
        fitting = [code for code in known if product is not None and product.startswith(code)]
        if not fitting:
            return {}
        best = max(fitting, key=len)
        return {
            country: found
            for (name, code, country), found in self.latest.items()
            if (name, code) == (indicator, best)
        }


def read_figures(path: Path) -> Figures:
    """The figures of a CSV file with the columns ``country,indicator,product,year,value,source``.

    Raises
    ------
    UsageError
        There is no such file, or it is no text.
    InputError
        It lacks a column, or a row says something that cannot be: the message names line and column.
    """
    text = text_of(path, "the figures", fix=f"Give a CSV file with the columns {','.join(COLUMNS)}.")
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        if len(reader.fieldnames or ()) == 1 and ";" in text.partition("\n")[0]:
            raise InputError(
                "semicolons stand between the cells",
                where=Place(file=path.name, line=1),
                fix="Save the file with commas between the cells and a point before decimals.",
            )
        lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise InputError(
                f"the column `{lacking[0]}` is missing",
                where=Place(file=path.name, line=1),
                fix=f"The first line is {','.join(COLUMNS)}.",
            )
        latest: dict[tuple[str, str, str], MarketFigure] = {}
        years: dict[tuple[str, str, str, int], int] = {}
        for row in reader:
            key, found = _figure(row, path.name, reader.line_num)
            twice = years.setdefault((*key, found.year), reader.line_num)
            if twice != reader.line_num:
                raise InputError(
                    f"this figure stands twice: the other one is in line {twice}",
                    where=Place(file=path.name, line=reader.line_num),
                    fix="Keep one of the two.",
                )
            if key not in latest or latest[key].year < found.year:
                latest[key] = found
    except csv.Error as error:
        raise InputError(
            "this is no row of a CSV file",
            where=Place(file=path.name, line=reader.line_num + 1),
            fix="Put text with commas or line breaks between double quotes.",
        ) from error
    return Figures(latest)


def _figure(row: dict[str, str], file: str, line: int) -> tuple[tuple[str, str, str], MarketFigure]:
    def wrong(column: str, what: str, fix: str) -> InputError:
        return InputError(what, where=Place(file=file, line=line, column=column), fix=fix)

    if None in row or None in row.values():
        raise InputError(
            f"the row has not the {len(COLUMNS)} cells of the first line",
            where=Place(file=file, line=line),
            fix="Leave a cell that does not apply empty between its commas.",
        )
    country, name = row["country"].strip(), row["indicator"].strip()
    if advice := country_advice(country):
        raise wrong("country", f"there is no country `{country}`", advice)
    if country not in economies():
        raise wrong("country", f"no place of `{country}` is known", "Leave the row out.")
    indicators = terms().indicators
    if name not in indicators:
        raise wrong("indicator", f"there is no indicator `{name}`", suggest(name, indicators))
    indicator, product = indicators[name], row["product"].strip()
    if (indicator.of == "product") != bool(product):
        what = "needs the code of a product" if indicator.of == "product" else "is of the country as a whole"
        fix = "Write its code." if indicator.of == "product" else "Leave the product empty."
        raise wrong("product", f"`{name}` {what}", fix)
    if not (row["year"].strip().isdecimal() and 1900 <= int(row["year"]) <= 2200):
        raise wrong("year", "this is no year", "Write the year of the figure, such as 2024.")
    if not row["source"].strip():
        raise wrong("source", "a figure needs its source", "Write who published it.")
    return (name, product, country), MarketFigure(
        _value(row["value"], indicator.least, indicator.most, wrong), int(row["year"]), row["source"].strip()
    )


def _value(text: str, least: float, most: float | None, wrong: object) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < least or (most is not None and value > most):
        above = f"from {least:g} to {most:g}" if most is not None else f"of at least {least:g}"
        raise wrong(
            "value",
            "the value is no number in its range",
            f"Write a number {above}, with a point before decimals.",
        )  # type: ignore[operator]
    return value
