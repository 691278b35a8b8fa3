"""The covariance that a measurement model implies, and its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matrices:
    """Loadings (p, k), factor covariances (k, k), residual covariances (p, p), implied covariance (p, p)."""

    loadings: Array
    factor: Array
    residual: Array
    implied: Array


@dataclass(frozen=True, slots=True)
class FreeParameters:
    """Where the free parameters stand.

    Order of the parameter vector: free loadings, lower triangle of the factor covariances, residual
    variances, residual covariances.
    """

    items: int
    factors: int
    markers: tuple[int, ...]
    free: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def parameters(self) -> int:
        """Number of free parameters."""
        return len(self.free) + self.factors * (self.factors + 1) // 2 + self.items + len(self.pairs)

    def matrices(self, theta: Array) -> Matrices:
        """Fill the matrices from a parameter vector."""
        loadings = np.zeros((self.items, self.factors))
        loadings[list(self.markers), np.arange(self.factors)] = 1.0
        if self.free:
            rows, columns = np.array(self.free).T
            loadings[rows, columns] = theta[: len(self.free)]
        start = len(self.free)
        one, two = np.tril_indices(self.factors)
        factor = np.empty((self.factors, self.factors))
        factor[one, two] = factor[two, one] = theta[start : start + len(one)]
        start += len(one)
        residual = np.diag(theta[start : start + self.items])
        if self.pairs:
            a, b = np.array(self.pairs).T
            residual[a, b] = residual[b, a] = theta[start + self.items :]
        return Matrices(loadings, factor, residual, np.asarray(loadings @ factor @ loadings.T + residual))

    def gradient(self, state: Matrices, sample: Array) -> Array:
        """Gradient of the maximum-likelihood discrepancy."""
        inverse = np.linalg.inv(state.implied)
        slope = inverse @ (state.implied - sample) @ inverse
        return self._project(state, slope)

    def _project(self, state: Matrices, slope: Array) -> Array:
        """Sum of ``slope`` times the derivative of the implied covariance, for every parameter."""
        by_loading = 2 * slope @ state.loadings @ state.factor
        by_factor = state.loadings.T @ slope @ state.loadings
        one, two = np.tril_indices(self.factors)
        parts = [
            [by_loading[row, column] for row, column in self.free],
            by_factor[one, two] * np.where(one == two, 1.0, 2.0),
            np.diag(slope),
            [2 * slope[a, b] for a, b in self.pairs],
        ]
        return np.concatenate([np.asarray(part, dtype=float) for part in parts])

    def derivatives(self, state: Matrices) -> Array:
        """Derivatives of the implied covariance, shape (parameters, p, p)."""
        result = np.zeros((self.parameters, self.items, self.items))
        reach = state.loadings @ state.factor
        position = 0
        for row, column in self.free:
            result[position, row, :] += reach[:, column]
            result[position, :, row] += reach[:, column]
            position += 1
        for one, two in zip(*np.tril_indices(self.factors), strict=True):
            outer = np.outer(state.loadings[:, one], state.loadings[:, two])
            result[position] = outer if one == two else outer + outer.T
            position += 1
        rows = np.arange(self.items)
        result[position + rows, rows, rows] = 1.0
        position += self.items
        for a, b in self.pairs:
            result[position, a, b] = result[position, b, a] = 1.0
            position += 1
        return result

    def information(self, state: Matrices) -> Array:
        """Expected information of one answer."""
        inverse = np.linalg.inv(np.linalg.cholesky(state.implied))
        turned = (inverse @ self.derivatives(state) @ inverse.T).reshape(self.parameters, -1)
        return np.asarray(turned @ turned.T / 2)

    def casewise(self, state: Matrices, centred: Array, sample: Array) -> Array:
        """Contribution of every answer to the score, shape (n, parameters); their mean is zero at a solution
        of a saturated model."""
        whitened = centred @ np.linalg.inv(state.implied)
        on_factors = whitened @ state.loadings
        reach = on_factors @ state.factor
        one, two = np.tril_indices(self.factors)
        columns = [whitened[:, row] * reach[:, column] for row, column in self.free]
        columns += [
            on_factors[:, a] * on_factors[:, b] * (0.5 if a == b else 1.0)
            for a, b in zip(one, two, strict=True)
        ]
        columns += list((whitened**2 / 2).T)
        columns += [whitened[:, a] * whitened[:, b] for a, b in self.pairs]
        scores = np.stack(columns, axis=1)
        return np.asarray(scores - scores.mean(axis=0))
