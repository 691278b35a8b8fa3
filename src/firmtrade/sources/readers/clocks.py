"""Dates of statistical packages: numbers from an origin, told apart by the format that the file gives the variable.

Sources: Stata, *[D] Datetime*; SAS, *Formats and Informats: Reference*, "Formats by category"; IBM SPSS, *Command
Syntax Reference*, "Date and Time Formats". Times of day are left as the numbers that they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import polars as pl

EPOCH = date(1970, 1, 1)
Conversion = Callable[[pl.Expr], pl.Expr]


def _days(origin: date) -> Conversion:
    offset = (origin - EPOCH).days
    return lambda number: (
        (number.floor().cast(pl.Int64, strict=False) + offset).cast(pl.Int32, strict=False).cast(pl.Date)
    )


def _moments(origin: date, per_day: int) -> Conversion:
    offset = (origin - EPOCH).days * 86_400_000

    def convert(number: pl.Expr) -> pl.Expr:
        milliseconds = number.cast(pl.Float64) * (86_400_000 // per_day)
        return (milliseconds.round().cast(pl.Int64, strict=False) + offset).cast(pl.Datetime("ms"))

    return convert


def _periods(per_year: int) -> Conversion:
    """The first day of a period that is numbered from 1960 on."""

    def convert(number: pl.Expr) -> pl.Expr:
        whole = number.floor().cast(pl.Int64, strict=False)
        return pl.date(1960 + whole // per_year, whole % per_year * (12 // per_year) + 1, 1)

    return convert


def _weeks(number: pl.Expr) -> pl.Expr:
    """Stata's weeks begin anew with each year; the last has eight or nine days."""
    whole = number.floor().cast(pl.Int64, strict=False)
    return pl.date(1960 + whole // 52, 1, 1) + pl.duration(days=whole % 52 * 7)


_ORIGIN, _SPSS_ORIGIN = date(1960, 1, 1), date(1582, 10, 14)
_DAY, _SECOND, _MILLISECOND = (
    _days(_ORIGIN),
    _moments(_ORIGIN, 86_400),
    _moments(_ORIGIN, 86_400_000),
)
_FORMATS: dict[str, tuple[tuple[re.Pattern[str], Conversion], ...]] = {
    "Stata": (
        (re.compile(r"%-?(t?d|d)"), _DAY),
        (re.compile(r"%-?t[cC]"), _MILLISECOND),
        (re.compile(r"%-?tw"), _weeks),
        (re.compile(r"%-?tm"), _periods(12)),
        (re.compile(r"%-?tq"), _periods(4)),
        (re.compile(r"%-?th"), _periods(2)),
    ),
    "SAS": (
        (re.compile("DATETIME|DATEAMPM|MDYAMPM|[EB]8601D[TNZX]|IS8601D[TNZ]|NLDATM|DT|EURDFDT"), _SECOND),
        (
            re.compile(
                "DATE|DDMMYY|MMDDYY|YYMMDD|MMYY|YYMM|YYQ|YYWEEK|MONYY|MONNAME|MONTH|YEAR|QTR|WEEKDA|WORDDAT|JULIAN|JULDAY"
                "|[EB]8601DA|IS8601DA|NLDATE|EURDF|DAY|DOWNAME|MINGUO|NENGO"
            ),
            _DAY,
        ),
    ),
    "SPSS": ((re.compile("DATE|[AEJS]DATE|QYR|MOYR|WKYR|YMDHMS"), _moments(_SPSS_ORIGIN, 86_400)),),
}  # fmt: skip


def conversion(package: str, written: str | None) -> Conversion | None:
    """What makes dates of a variable's numbers, by the format that the file gives it; None where it is no date."""
    for pattern, convert in _FORMATS[package]:
        if pattern.match(written or ""):
            return convert
    return None
