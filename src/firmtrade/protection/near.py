"""Which atoms lie near some others: those that stand with them in rows over few atoms.

A weight starts on some atoms and spreads: each row hands what its atoms hold to all of them in equal parts. After a few
steps the atoms that hold most are the nearest: a row of six hands on much, a grand total hardly anything."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

STEPS = 4
"""How often the weight is handed on: as often as a chain of lines and columns takes that closes on itself."""


class Nearness:
    """How near atoms are by some rows over them."""

    def __init__(self, rows: Any) -> None:
        self._pattern = csr_array(csr_array(rows) != 0, dtype=np.float64)
        self._back = csr_array(self._pattern.T)
        self._share = 1 / np.maximum(np.diff(self._pattern.indptr), 1)

    def nearest(self, start: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """The ``count`` atoms nearest to some, these among them, in their order."""
        held = np.zeros(self._pattern.shape[1])
        held[start] = 1.0
        near = held.copy()
        for _ in range(STEPS):
            held = self._back @ (self._share * (self._pattern @ held))
            near += held / held.max(initial=1.0)
        near[start] = np.inf
        return np.sort(np.argsort(-near, kind="stable")[:count])
