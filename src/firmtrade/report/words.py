"""The words that every publication shares, by language, and the marks of missing values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from firmtrade.errors import UsageError, suggest
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.report.numbers import P_VALUE, NumberFormat

LANGUAGES = ("en", "fr", "nl", "de")

_AMOUNT = re.compile("thousand_([a-z]{3})(_per_fte|_per_employee)?")
"""Units of money name their currency."""

MARKS = {ObsStatus.SUPPRESSED: "[c]", ObsStatus.UNDEFINED: "[z]", ObsStatus.NOT_COMPUTED: "[x]"}
"""Shorthand for values that are not there, after the British guidance for statistical spreadsheets."""


@dataclass(frozen=True)
class Words:
    """The vocabulary of one language."""

    language: str
    numbers: NumberFormat
    texts: Mapping[str, Any]

    def say(self, key: str, **slots: object) -> str:
        """The text of ``key`` (``words.table``), with its slots filled."""
        text: Any = self.texts
        for part in key.split("."):
            text = text[part]
        return str(text).format(**slots)

    def unit(self, unit: str) -> str:
        """What a unit is called; a unit without a name is said as it is written.

        >>> words("en").unit("thousand_clp")
        'CLP 1,000'
        """
        name = self._unit(unit)
        return unit.replace("_", " ") if name is None else name

    def short_unit(self, unit: str) -> str:
        """What a unit is called where there is little room."""
        short = self._unit(unit, "_short")
        return self.unit(unit) if short is None else short

    def _unit(self, unit: str, form: str = "") -> str | None:
        amount = _AMOUNT.fullmatch(unit)
        key = f"thousand{amount[2] or ''}" if amount else unit
        name = self.texts["units"].get(key + form)
        return None if name is None else str(name).format(currency=amount[1].upper() if amount else "")

    def show(self, cell: Cell, *, signed: bool = False) -> str:
        """A cell as it is printed: a number, or the mark of what is missing.

        >>> from firmtrade.outputs import CellKey
        >>> cell = Cell(CellKey("4", "services", "export", "n"), 10090.0, "count", "2002", decimals=0)
        >>> words("fr").show(cell)
        '10\\u202f090'
        """
        if cell.value is None or cell.status in MARKS:
            return MARKS.get(cell.status, MARKS[ObsStatus.NOT_COMPUTED])
        if cell.unit == "code":
            return f"{cell.value:02.0f}"
        if cell.unit == P_VALUE:
            return self.numbers.show_p_value(cell.value, cell.decimals)
        return self.numbers.show(cell.value, cell.decimals, signed=signed)


@cache
def words(language: str) -> Words:
    """The vocabulary of ``language``.

    Raises
    ------
    UsageError
        Where no such language is here.
    """
    if language not in LANGUAGES:
        raise UsageError(
            f"There is no report in the language `{language}`.", fix=suggest(language, LANGUAGES)
        )
    path = files("firmtrade.report") / "words" / f"{language}.toml"
    texts = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(language, NumberFormat(**texts.pop("numbers")), texts)
