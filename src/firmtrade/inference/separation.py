"""Likelihoods without a maximum: which rows can be predicted without limit, and which coefficients that leaves open.

A binary model has no maximum where some combination of covariates is never smaller for rows with the outcome than for
those without (Albert & Anderson 1984, Biometrika 71, 1-10); a Cox model where it is never smaller for the row that ends
than for the others at risk (Bryson & Johnson 1981, Biometrika 68, 681-683). In both cases the likelihood is a product
of terms that each depend on the margins of one row, and it grows for ever along a direction in which no margin
shrinks. Whether there is one is a linear program (Konis 2007; Correia, Guimarães & Zylkin 2019).

In the limit along that direction the rows whose margin grows say nothing more, and the others decide what they can:
their estimates are those of the model without the separated rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from firmtrade.inference.arrays import Flags, Floats

_TOLERANCE = 1e-7
"""How far below zero the program may leave a margin that it calls zero, on columns of unit length."""

_BATCH = 400
"""Rows that are brought into the program at a time."""

_FARTHEST = (1 / _TOLERANCE, 1e5, 1e3)
"""Bounds of a direction: the farther, the surer it is told from none, but the solver may lose its way at the first."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Flags (m,) of the margins that grow without limit, and flags (k,) of the coefficients without an estimate."""

    rows: Flags
    unbounded: Flags


def separation(
    margins: Floats, level: Flags | None = None, *, groups_only: bool = False
) -> Separation | None:
    """Find what a likelihood leaves without limit; None where it has a maximum.

    Parameters
    ----------
    margins
        Array (m, k): row i times the coefficients is the margin that the likelihood wants large. Its columns are
        linearly independent.
    level
        Flags (m,) of the rows whose margin must neither grow nor shrink.
    groups_only
        Whether to look only at one coefficient at a time, which needs no program: it finds the groups in which
        nothing happens, and those in which everything does.

    >>> outcome, group = np.array([1, 0, 1, 0, 0]), np.array([0, 0, 0, 1, 1])
    >>> design = np.column_stack([np.ones(5), group])
    >>> found = separation(design * (2 * outcome - 1)[:, None])
    >>> found.rows.tolist(), found.unbounded.tolist()
    ([False, False, False, True, True], [False, True])
    """
    m = len(margins)
    fixed = np.zeros(m, dtype=np.bool_) if level is None else level
    length = np.abs(margins).max(axis=0, initial=0.0)
    scaled = margins / np.where(length > 0, length, 1.0)
    growing = _single_columns(scaled, fixed)
    if not growing.any() and not groups_only:
        growing = _program(scaled, fixed)
    if not growing.any():
        return None
    rows = _all_growing(scaled, fixed, growing)
    return Separation(rows, _open_columns(scaled[~rows]))


def _all_growing(scaled: Floats, fixed: Flags, growing: Flags) -> Flags:
    """All margins that grow, from some that do: directions add up, so what the rest allows is added."""
    while not growing.all():
        rest = ~growing
        basis = _column_basis(scaled[rest])
        if not basis.shape[1]:
            break
        reduced = scaled[rest] @ basis
        found = _single_columns(reduced, fixed[rest])
        found = found if found.any() else _program(reduced, fixed[rest])
        if not found.any():
            break
        growing = growing.copy()
        growing[np.flatnonzero(rest)[found]] = True
    return growing


def _single_columns(scaled: Floats, fixed: Flags) -> Flags:
    """Margins that grow along one coefficient alone: groups in which nothing, or everything, happens."""
    growing = np.zeros(len(scaled), dtype=np.bool_)
    for column in scaled.T:
        if column[fixed].any():
            continue
        if (column >= 0).all() or (column <= 0).all():
            growing |= column != 0
    return growing


def _program(scaled: Floats, fixed: Flags) -> Flags:
    """Margins that grow along a direction in which none shrinks; none where there is no such direction.

    Rows are brought in as they are needed: where a few of them already leave no direction, all of them leave none.
    """
    working = np.unique(np.linspace(0, len(scaled) - 1, min(len(scaled), _BATCH)).astype(np.int64))
    while True:
        direction = _direction(scaled[working], fixed[working])
        if direction is None:
            return np.zeros(len(scaled), dtype=np.bool_)
        margin = scaled @ direction
        short = np.where(fixed, np.abs(margin), -margin)
        short[working] = 0.0
        violated = np.flatnonzero(short > _TOLERANCE)
        if not len(violated):
            return np.asarray((margin > 10 * _TOLERANCE) & ~fixed)
        worst = violated[np.argsort(-short[violated], kind="stable")[:_BATCH]]
        working = np.concatenate([working, worst])


def _direction(rows: Floats, held: Flags) -> Floats | None:
    """Where no margin of these rows shrinks and some grow: maximize the sum of z with 0 <= z <= 1, margin >= z.

    Rows that do not span the coefficients leave a direction in which nothing changes, and that will do as well.
    """
    k = rows.shape[1]
    null = _null_space(rows)
    if len(null):
        return np.asarray(null[0] / np.abs(null[0]).max())
    free, n = rows[~held], int((~held).sum())
    objective = np.concatenate([np.zeros(k), -np.ones(n)])
    shrinks = sparse.hstack([sparse.csr_matrix(-free), sparse.identity(n, format="csr")])
    stays = sparse.hstack([sparse.csr_matrix(rows[held]), sparse.csr_matrix((int(held.sum()), n))])
    for farthest in _FARTHEST:
        program = linprog(
            objective, A_ub=shrinks, b_ub=np.zeros(n), A_eq=stays, b_eq=np.zeros(int(held.sum())),
            bounds=[(-farthest, farthest)] * k + [(0, 1)] * n, method="highs",
        )  # fmt: skip
        if program.status == 0:
            break
    else:
        return None
    direction = program.x[:k]
    longest = float(np.abs(direction).max(initial=0.0))
    if -program.fun < 0.5 or longest == 0:
        return None
    direction = direction / longest
    return direction if float((rows @ direction).max()) > 10 * _TOLERANCE else None


def _null_space(rows: Floats) -> Floats:
    """An orthonormal basis (r, k) of the directions in which no row (m, k) changes."""
    _, values, vectors = np.linalg.svd(rows.T @ rows, hermitian=True)
    null: Floats = vectors[values <= 1e-10 * max(float(values.max(initial=0.0)), 1e-300)]
    return null


def _open_columns(rest: Floats) -> Flags:
    """Coefficients that rows (m, k) do not identify: those with a part in their null space."""
    if not len(rest):
        return np.ones(rest.shape[1], dtype=np.bool_)
    return np.asarray((np.abs(_null_space(rest)) > 1e-6).any(axis=0))


def _column_basis(rest: Floats) -> Floats:
    """An orthonormal basis (k, r) of the row space of rows (m, k)."""
    _, values, vectors = np.linalg.svd(rest.T @ rest, hermitian=True)
    basis: Floats = vectors[values > 1e-10 * max(float(values.max(initial=0.0)), 1e-300)].T
    return basis
