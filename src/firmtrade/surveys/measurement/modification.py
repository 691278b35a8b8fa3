"""Where a measurement model hurts: reported, never applied."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from firmtrade.surveys.measurement.structure import FreeParameters, Matrices

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Modification:
    """A parameter now fixed at zero, the drop in chi-square if it were free, and its expected value."""

    label: str
    index: float
    expected: float


def modification_indices(
    layout: FreeParameters,
    state: Matrices,
    sample: Array,
    n: int,
    bread: Array,
    items: tuple[str, ...],
    factors: tuple[str, ...],
    limit: int = 10,
) -> tuple[Modification, ...]:
    """The largest score tests of cross-loadings and residual covariances (Sorbom 1989, Psychometrika 54,
    371-384).

    ``bread`` is the inverse information of one answer. Closed forms of the information keep this quick: a
    residual covariance touches the model through one entry of the weighted derivative.
    """
    inverse = np.linalg.inv(state.implied)
    slope = inverse @ (sample - state.implied) @ inverse
    weighted = inverse @ layout.derivatives(state) @ inverse
    candidates: list[tuple[str, float, float, Array]] = []
    taken = set(layout.pairs) | {(b, a) for a, b in layout.pairs}
    for a, b in combinations(range(layout.items), 2):
        if (a, b) not in taken:
            own = float(inverse[a, a] * inverse[b, b] + inverse[a, b] ** 2)
            candidates.append((f"{items[a]}~~{items[b]}", float(slope[a, b]), own, weighted[:, a, b]))
    reach = state.loadings @ state.factor
    used = set(layout.free) | set(zip(layout.markers, range(layout.factors), strict=True))
    for column in range(layout.factors):
        direction = inverse @ reach[:, column]
        length = float(reach[:, column] @ direction)
        along = weighted @ reach[:, column]
        for row in range(layout.items):
            if (row, column) not in used:
                own = float(inverse[row, row] * length + direction[row] ** 2)
                slope_here = float(slope[row] @ reach[:, column])
                candidates.append((f"{factors[column]}=~{items[row]}", slope_here, own, along[:, row]))
    if not candidates:
        return ()
    crossed = np.stack([candidate[3] for candidate in candidates])
    score = np.array([candidate[1] for candidate in candidates])
    held = np.array([candidate[2] for candidate in candidates])
    left = held - np.einsum("ca,ab,cb->c", crossed, bread, crossed, optimize=True)
    known = left > 1e-8 * held
    index = np.where(known, n * score**2 / np.where(known, left, 1.0), 0.0)
    expected = np.where(known, score / np.where(known, left, 1.0), 0.0)
    order = np.argsort(-index, kind="stable")[:limit]
    return tuple(
        Modification(candidates[position][0], float(index[position]), float(expected[position]))
        for position in order
    )
