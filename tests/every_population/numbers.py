"""The number of a cell from its totals, for one population or for many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from firmtrade.outputs import Cell
from firmtrade.query.cells import CellSpec, Formula
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START

THOUSAND = 1000


def value_of(spec: CellSpec, total: Mapping[str, Any]) -> float | None:
    """The number of a cell from its totals; None where it is not defined."""
    found = float(
        numbers_of(spec, {name: np.array([one], dtype=np.float64) for name, one in total.items()})[0]
    )
    return found if np.isfinite(found) else None


def numbers_of(spec: CellSpec, total: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """The same for many populations at a time, not a number where it is not defined."""
    with np.errstate(all="ignore"):
        match spec.formula:
            case Formula.COUNT:
                found = total["count"]
            case Formula.SHARE:
                found = 100 * total["count"] / total["base"]
            case Formula.AMOUNT:
                found = total["value"] / THOUSAND
            case Formula.LEVEL:
                over, under = total.values()
                found = np.where(under > 0, over / under / THOUSAND, np.nan)
            case Formula.CAGR:
                start, end = total.values()
                found = 100 * (_growth(start, end, spec.years) - 1)
            case Formula.LEVEL_CHANGE:
                before = total[VALUE_ADDED_START] / total[FTE_START]
                found = 100 * (
                    np.where(before > 0, total[VALUE_ADDED_END] / total[FTE_END] / before, np.nan) - 1
                )
            case Formula.PRODUCTIVITY_CAGR:
                added = _growth(total[VALUE_ADDED_START], total[VALUE_ADDED_END], spec.years)
                staff = _growth(total[FTE_START], total[FTE_END], spec.years)
                found = 100 * (np.where(staff > 0, added / staff, np.nan) - 1)
            case _:
                raise AssertionError(f"no formula here for {spec.formula}")
    return np.where(np.isfinite(found), found, np.nan)


def _growth(start: NDArray[np.float64], end: NDArray[np.float64], years: int) -> NDArray[np.float64]:
    return np.where((start > 0) & (end >= 0), np.maximum(end, 0) / start, np.nan) ** (1 / years)


def printed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells as a release prints them: rounded."""
    return tuple(
        cell if cell.value is None else replace(cell, value=round(cell.value, cell.decimals))
        for cell in cells
    )
