"""Rows of a linear system while it is being written: weights on variables, bounds, and the cells that own
them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from firmtrade.linked.interval import Interval
from firmtrade.outputs import CellKey

Owners = frozenset[CellKey]
NOBODY: Owners = frozenset()
"""Owner of a row that no number states: what holds for firms whatever is printed."""


@dataclass
class Rows:
    """A growing list of rows ``low <= weights . x <= high``.

    A row belongs to the printed cells it was made from; giving up any of them gives up the row.
    """

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    owners: list[Owners] = field(default_factory=list)
    _columns: list[NDArray[np.int64]] = field(default_factory=list)
    _weights: list[NDArray[np.float64]] = field(default_factory=list)

    def add(
        self,
        parts: Iterable[tuple[NDArray[np.int64], float]],
        low: float,
        high: float,
        owners: Owners = NOBODY,
    ) -> None:
        """Add a row: variables with one weight for all or one for each; a variable named twice counts
        twice."""
        pieces = list(parts)
        self._columns.append(np.concatenate([columns for columns, _ in pieces]))
        self._weights.append(np.concatenate([np.full(len(columns), weight) for columns, weight in pieces]))
        self.low.append(low)
        self.high.append(high)
        self.owners.append(owners)

    def ratio(
        self,
        over: NDArray[np.int64],
        under: NDArray[np.int64],
        within: Interval,
        owners: Owners,
        *,
        factor: float = 1.0,
    ) -> None:
        """``factor * sum(over) / sum(under)`` lies in an interval, for a denominator that is not negative."""
        if within.high < inf:
            self.add([(over, factor), (under, -within.high)], -inf, 0.0, owners)
        if within.low > -inf:
            self.add([(over, factor), (under, -within.low)], 0.0, inf, owners)

    def matrix(self, width: int) -> csr_array:
        """The weights, one row per row and one column per variable."""
        at = np.repeat(np.arange(len(self._columns)), [len(columns) for columns in self._columns])
        columns = np.concatenate(self._columns) if self._columns else np.empty(0, dtype=np.int64)
        weights = np.concatenate(self._weights) if self._weights else np.empty(0)
        matrix = coo_array((weights, (at, columns)), shape=(len(self._columns), width)).tocsr()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix
