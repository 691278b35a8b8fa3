"""Table 33 of the founding study: what speaks for high and for low control of an entry mode, line by line, as data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

Side = Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One printed line: an option of a variable, and the column in which its cross stands.

    ``marker`` says how the column is known from the printed text: a non-breaking space stands for an empty cell,
    ``after`` the cross or ``before`` it; ``none`` where the text shows none and the literature decides.
    ``alignment`` is the confidence (0 to 1) that the printed table says so, ``effect`` the confidence that the
    direction is right for an SME. ``printing`` is 2 where the table prints a variable a second time.
    """

    block: str
    variable: str
    printing: int
    option: str
    column: Side
    marker: Literal["after", "before", "none"]
    alignment: float
    effect: str
    source: str


@cache
def printed_lines() -> tuple[PrintedLine, ...]:
    """The 28 printed lines in their order."""
    text = (files("firmtrade.advice") / "data" / "table-33.csv").read_text(encoding="utf-8")
    return tuple(
        PrintedLine(
            row["block"],
            row["variable"],
            int(row["printing"]),
            row["option"],
            cast("Side", row["column"]),
            cast('Literal["after", "before", "none"]', row["marker"]),
            float(row["alignment"]),
            row["effect"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def line_of(variable: str, column: Side) -> PrintedLine:
    """The line of a variable that stands in a column; a variable printed twice counts once.

    Raises
    ------
    LookupError
        The table has no such variable.
    """
    for line in printed_lines():
        if (line.variable, line.column, line.printing) == (variable, column, 1):
            return line
    raise LookupError(f"Table 33 has no variable {variable!r}")
