"""What a publication calls units, and how it prints a cell: a number, or the mark of a missing value."""

from __future__ import annotations

from firmtrade.messages import P_VALUE, YEAR, Language
from firmtrade.messages import unit as unit_message
from firmtrade.outputs import Cell, ObsStatus

MARKS = {ObsStatus.SUPPRESSED: "[c]", ObsStatus.UNDEFINED: "[z]", ObsStatus.NOT_COMPUTED: "[x]"}
"""Shorthand for values that are not there, after the British guidance for statistical spreadsheets."""


def unit_name(unit: str, language: Language) -> str:
    """What a unit is called; a unit without a name is said as it is written.

    >>> from firmtrade.messages import language_of
    >>> unit_name("thousand_clp", language_of("en"))
    'CLP 1,000'
    """
    name = unit_message(unit)
    return unit.replace("_", " ") if name is None else language.render(name)


def short_unit(unit: str, language: Language) -> str:
    """What a unit is called where there is little room."""
    short = unit_message(unit, "_short")
    return unit_name(unit, language) if short is None else language.render(short)


def why_missing(cell: Cell, language: Language) -> str:
    """Why a cell has no number, in a sentence; empty where nothing is said."""
    if cell.reason is None:
        return ""
    if cell.status is ObsStatus.NOT_COMPUTED:
        return language.say("report.words.not_computed", needs=cell.reason)
    return language.render(cell.reason)


def cell_text(cell: Cell, language: Language, *, signed: bool = False) -> str:
    """A cell as it is printed: a number, or the mark of what is missing.

    >>> from firmtrade.messages import language_of
    >>> from firmtrade.outputs import CellKey
    >>> cell = Cell(CellKey("4", "services", "export", "n"), 10090.0, "count", "2002", decimals=0)
    >>> cell_text(cell, language_of("fr"))
    '10\\u202f090'
    """
    if cell.value is None or cell.status in MARKS:
        return MARKS.get(cell.status, MARKS[ObsStatus.NOT_COMPUTED])
    if cell.unit == "code":
        return f"{cell.value:02.0f}"
    if cell.unit == P_VALUE:
        return language.p_value(cell.value, cell.decimals)
    if cell.unit == YEAR:
        return language.number(cell.value, cell.decimals).replace(language.group_sign, "")
    return language.number(cell.value, cell.decimals, signed=signed)
