"""How a raw file writes dates: patterns such as ``dd-mm-yyyy``, and numbers that run from an origin.

A pattern is made of ``yyyy``, ``yy``, ``mm``, ``dd`` and, for a time of day, ``HH``, ``MM`` and ``SS``. A running
number is named by its unit and origin (``days since 1899-12-30``), or as Stata names it (``%td``, ``%tm``, ``%tq``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

_PARTS = re.compile(r"yyyy|yy|mm|dd|HH|MM|SS")
_STRPTIME = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d", "HH": "%H", "MM": "%M", "SS": "%S"}
_SINCE = re.compile(r"(\w[\w-]*) since (\d{4}-\d{2}-\d{2})")
_UNITS = {
    "days": (1, 0), "seconds": (86_400, 0), "milliseconds": (86_400_000, 0),
    "months": (1, 1), "quarters": (1, 3), "half-years": (1, 6), "years": (1, 12),
}  # fmt: skip
"""For each unit how many make a day, and of how many months it is (0 where it is no multiple of months)."""
_STATA = {
    "%td": "days", "%tc": "milliseconds", "%tC": "milliseconds", "%tm": "months", "%tq": "quarters",
    "%th": "half-years",
}  # fmt: skip
STATA_ORIGIN = "1960-01-01"
ADVICE = (
    "Make it of `yyyy`, `mm` and `dd`, such as `dd-mm-yyyy`, `yyyymm` or `dd/mm/yyyy HH:MM:SS`; a running number is "
    f"`days since 1899-12-30` (units: {', '.join(_UNITS)}) or one of Stata's {', '.join(_STATA)}."
)


@dataclass(frozen=True, slots=True)
class RunningNumber:
    """Dates as numbers: units after an origin, so many of them to a day, or each of so many months."""

    per_day: int
    months: int
    origin: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Dates as text: the pattern, in the words of ``strptime`` and as a regular expression with groups."""

    written: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(_PARTS.findall(self.written))

    @property
    def strptime(self) -> str:
        """
        >>> Pattern("dd-mm-yyyy").strptime
        '%d-%m-%Y'
        """
        return _PARTS.sub(lambda part: _STRPTIME[part[0]], self.written)

    @property
    def shape(self) -> str:
        """What a text must look like. A year has all its digits; a day or month that stands alone may have one.

        >>> Pattern("yyyymm").shape, Pattern("mm/yyyy").shape
        ('([0-9]{4})([0-9]{2})', '([0-9]{1,2})/([0-9]{4})')
        """
        pieces = re.split(f"({_PARTS.pattern})", self.written)
        marks = list(range(1, len(pieces), 2))
        touching = {
            index for left, right in pairwise(marks) if not pieces[left + 1] for index in (left, right)
        }
        for index in marks:
            digits = len(pieces[index])
            free = digits == 2 and pieces[index] != "yy" and index not in touching
            pieces[index] = "([0-9]{1,2})" if free else f"([0-9]{{{digits}}})"
        for index in range(0, len(pieces), 2):
            pieces[index] = re.escape(pieces[index])
        return "".join(pieces)

    def group(self, part: str) -> int:
        """The number of a part's group in the shape, from 1; 0 where the pattern does not have it."""
        return self.parts.index(part) + 1 if part in self.parts else 0


def date_form(written: str) -> Pattern | RunningNumber | None:
    """What a mapping says of dates, understood; None where it makes no sense.

    >>> date_form("%tm"), date_form("dd-mon-yyyy")
    (RunningNumber(per_day=1, months=1, origin='1960-01-01'), None)
    """
    if written in _STATA:
        return RunningNumber(*_UNITS[_STATA[written]], STATA_ORIGIN)
    if since := _SINCE.fullmatch(written):
        unit, origin = since.groups()
        return RunningNumber(*_UNITS[unit], origin) if unit in _UNITS and _is_day(origin) else None
    pattern = Pattern(written)
    rest = _PARTS.sub("", written)
    sensible = (
        ("yyyy" in pattern.parts) != ("yy" in pattern.parts)
        and len(set(pattern.parts)) == len(pattern.parts)
        and not re.search(r"[a-zA-Z%0-9]", rest.replace("T", "").replace("Z", ""))
    )
    return pattern if sensible else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
