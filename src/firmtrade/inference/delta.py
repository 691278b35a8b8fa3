"""The delta method: standard errors of smooth functions of estimates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP = 1e-5
"""Step of the central differences, relative to the size of a parameter."""


def delta_method(
    function: Callable[[Array], Array],
    estimates: Array,
    covariance: Array,
) -> tuple[Array, Array]:
    """Value of ``function`` at the ``estimates`` (k,) and its standard errors, both in the function's shape.

    The errors are the square roots of g' V g with the slopes g by central differences (Oehlert 1992, The American
    Statistician 46, 27-29) and the ``covariance`` V (k, k) of the estimates.

    >>> value, error = delta_method(np.exp, np.array([0.0]), np.array([[0.04]]))
    >>> value.tolist(), error.round(6).tolist()
    ([1.0], [0.2])
    """
    centre = function(estimates)
    slopes = np.empty((len(estimates), centre.size))
    for position in range(len(estimates)):
        size = STEP * max(abs(estimates[position]), 1e-2)
        up, down = estimates.copy(), estimates.copy()
        up[position] += size
        down[position] -= size
        slopes[position] = ((function(up) - function(down)) / (2 * size)).ravel()
    variance = np.einsum("ai,ab,bi->i", slopes, covariance, slopes, optimize=True)
    return centre, np.sqrt(np.maximum(variance, 0)).reshape(centre.shape)
