"""Families of tests: p-values that stay honest when many questions are asked at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firmtrade.errors import UsageError, suggest

Array = NDArray[np.float64]


def holm(p_values: Array) -> Array:
    """Holm's step-down correction of one family: controls the chance of any false rejection.

    Parameters
    ----------
    p_values
        Shape (m,), each in [0, 1]; NaN (a test that could not be made) is no member of the family and stays.

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6, 65-70.

    >>> holm(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.06, 0.06])
    """
    values, order = _family(p_values)
    m = len(order)
    values[order] = np.minimum(np.maximum.accumulate(values[order] * (m - np.arange(m))), 1.0)
    return values


def benjamini_hochberg(p_values: Array) -> Array:
    """Benjamini and Hochberg's step-up correction: controls the share of false rejections among all.

    References
    ----------
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57, 289-300.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03]))
    array([0.03, 0.04, 0.04])
    """
    values, order = _family(p_values)
    m = len(order)
    scaled = values[order] * (m / np.arange(1, m + 1))
    values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return values


def _family(p_values: Array) -> tuple[Array, NDArray[np.intp]]:
    """A copy of the p-values, and the positions of the known ones from the smallest up."""
    values = np.array(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    if np.any((values[known] < 0) | (values[known] > 1)):
        raise UsageError(
            "A p-value lies outside 0 to 1.", fix="Pass the p-values themselves, not statistics."
        )
    return values, known[np.argsort(values[known], kind="stable")]


def uncorrected(p_values: Array) -> Array:
    """The p-values as they are.

    >>> uncorrected(np.array([0.2]))
    array([0.2])
    """
    return _family(p_values)[0]


CORRECTIONS = {"holm": holm, "benjamini_hochberg": benjamini_hochberg, "none": uncorrected}


def corrected(p_values: Array, method: str) -> Array:
    """Correct one family by name: ``holm``, ``benjamini_hochberg`` or ``none``.

    Raises
    ------
    UsageError
        An unknown method, or a p-value outside 0 to 1.
    """
    if method not in CORRECTIONS:
        raise UsageError(f"No correction is called `{method}`.", fix=suggest(method, CORRECTIONS))
    return CORRECTIONS[method](p_values)
