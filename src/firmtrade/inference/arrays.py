"""The kinds of arrays that the statistics are written in, and the small steps they share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]


_CLOSE = 10_000
"""Integers that span less than this, or four times their number, lie close together."""


def codes(values: NDArray[np.generic]) -> tuple[Integers, int]:
    """Any labels as integers 0, 1, ... in sorted order of the labels, and how many there are.

    Integers that lie close together are counted, all else is sorted.

    >>> codes(np.array(["b", "a", "b"]))[0].tolist()
    [1, 0, 1]
    """
    if values.dtype.kind in "iu" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values) + _CLOSE:
            there = np.zeros(high - low + 1, dtype=np.bool_)
            there[values - low] = True
            place = np.cumsum(there) - 1
            return np.asarray(place[values - low], dtype=np.int64), int(place[-1]) + 1
    levels, encoded = np.unique(values, return_inverse=True)
    return encoded.astype(np.int64).reshape(-1), len(levels)


def sums_by(groups: Integers, n_groups: int, values: Floats) -> Floats:
    """Column sums of ``values`` (n, k) within each group: an array (n_groups, k)."""
    columns = [np.bincount(groups, weights=column, minlength=n_groups) for column in values.T]
    return np.column_stack(columns) if columns else np.zeros((n_groups, 0))


def independent_columns(gram: Floats, scale: Floats | None = None, tolerance: float = 1e-9) -> Flags:
    """Which columns of a design are not a combination of the columns before them.

    Works on the cross-product matrix ``gram`` (k, k) by a pivot-free Cholesky decomposition: a column is
    collinear when what the earlier columns leave of its sum of squares is below ``tolerance`` of it. Columns are
    brought to one length first, so the units they are measured in decide nothing. ``scale`` (k,) is the sum of
    squares before fixed effects or means were taken out: a column of which next to nothing is left is collinear
    with them.
    """
    k = len(gram)
    squares = np.diag(gram)
    floor = np.zeros(k) if scale is None else 1e-12 * scale
    keep = np.asarray(squares > floor)
    length = np.sqrt(np.where(keep, squares, 1.0))
    unit = gram / np.outer(length, length)
    for column in np.flatnonzero(keep):
        earlier = np.flatnonzero(keep[:column])
        explained = 0.0
        if len(earlier):
            cross = unit[earlier, column]
            explained = float(cross @ np.linalg.solve(unit[np.ix_(earlier, earlier)], cross))
        keep[column] = 1 - explained > tolerance
    return keep


def inverse_of(gram: Floats) -> Floats:
    """The inverse of a cross-product or information matrix (k, k), exact whatever the units of its columns.

    Raises
    ------
    LinAlgError
        If it has none.
    """
    squares = np.diag(gram)
    if not (squares > 0).all():
        raise np.linalg.LinAlgError("the matrix has no inverse")
    length = np.sqrt(squares)
    inverse: Floats = np.linalg.inv(gram / np.outer(length, length)) / np.outer(length, length)
    return inverse
