"""A target: a printed number of a known cell as the interval of values that print so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmtrade.errors import InputError, Place
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.(\d+))?")


@dataclass(frozen=True, slots=True)
class CellTarget:
    """A printed number of a known cell: its value lies in ``[low, high]``."""

    spec: CellSpec
    printed: str
    low: float
    high: float
    fact: bool = False
    """From the prose: wished for, never insisted on."""

    @property
    def key(self) -> CellKey:
        return self.spec.key


def interval(printed: str, spec: CellSpec, where: Place | None = None) -> tuple[float, float]:
    """What a printed number can stand for: a count exactly, all else within half a unit of its last digit.

    >>> from firmtrade.query.universes import Universe
    >>> from firmtrade.outputs import CellKey
    >>> from firmtrade.query.cells import Term
    >>> from firmtrade.query.where import EVERYONE
    >>> firms = Term(Universe("manufacturing", "reference"), EVERYONE)
    >>> share = CellSpec(CellKey("3", "p", "r", "c"), Formula.SHARE, "percent", "2002", 0, group=firms)
    >>> interval("23%", share)
    (22.5, 23.5)
    """
    match = _NUMBER.search(printed.replace("−", "-"))
    if not match:
        raise InputError(
            f"`{printed}` is no number.", where=where, fix="Write it as printed, such as `+3.2` or `1,094`."
        )
    value = float(match.group(0).replace(",", ""))
    if spec.formula is Formula.COUNT:
        return value, value
    half = 0.5 * 10.0 ** -len(match.group(1) or "")
    low, high = round(value - half, 9), round(value + half, 9)
    return (max(low, 0.0), min(high, 100.0)) if spec.formula is Formula.SHARE else (low, high)
