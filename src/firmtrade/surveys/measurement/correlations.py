"""Correlations: of numbers, and of the continuous answers that ordered categories stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from firmtrade.errors import DataError
from firmtrade.messages import Count, Listing
from firmtrade.surveys.faults import ImpossibleError

Array = NDArray[np.float64]

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)
_EDGE = 0.9999
"""A polychoric correlation is looked for inside (-edge, edge): at one the likelihood has no density."""


def covariance(data: Array, weights: Array | None = None) -> Array:
    """Covariance of complete rows, with divisor n (the maximum-likelihood form).

    Parameters
    ----------
    data
        Answers, shape (n, p), without missing values.
    weights
        Weights of the rows, shape (n,); None for equal weights.

    >>> float(covariance(np.array([[1.0], [3.0]]))[0, 0])
    1.0
    """
    share = np.full(len(data), 1 / len(data)) if weights is None else weights / weights.sum()
    centred = data - share @ data
    result: Array = (centred * share[:, None]).T @ centred
    return (result + result.T) / 2


def pearson(data: Array, weights: Array | None = None) -> Array:
    """Product-moment correlations of complete rows.

    Raises
    ------
    DataError
        A column does not vary, so that it correlates with nothing.

    >>> float(pearson(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))[0, 1].round(6))
    1.0
    """
    matrix = covariance(data, weights)
    spread = np.sqrt(np.diag(matrix))
    flat = np.flatnonzero(spread <= 1e-12 * np.maximum(1.0, np.abs(data).max(axis=0)))
    if flat.size:
        positions = Listing(tuple(Count(int(position) + 1) for position in flat), "comma")
        raise ImpossibleError(
            "flat_items", n=Count(int(flat.size)), all=Count(data.shape[1]), positions=positions
        )
    correlation: Array = matrix / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return correlation


def bivariate_normal_cdf(h: Array, k: Array, rho: Array) -> Array:
    """P(X <= h, Y <= k) of two standard normal variables with correlation rho; the arguments broadcast.

    Plackett's integral over the angle asin(rho), by Gauss-Legendre quadrature with 48 nodes: exact to about
    1e-10 for |rho| up to 0.99 (Drezner and Wesolowsky 1990, J. Statist. Comput. Simul. 35, 101-107).

    >>> float(bivariate_normal_cdf(np.array(0.0), np.array(0.0), np.array(0.5)).round(10))
    0.3333333333
    """
    h, k, rho = np.broadcast_arrays(h, k, rho)
    high, low = np.clip(h, -40, 40), np.clip(k, -40, 40)
    limit = np.arcsin(rho)
    angle = limit[..., None] * (_NODES + 1) / 2
    sine, squared_cosine = np.sin(angle), np.cos(angle) ** 2
    high_, low_ = high[..., None], low[..., None]
    exponent = -(high_**2 + low_**2 - 2 * high_ * low_ * sine) / (2 * squared_cosine)
    integral = (np.exp(exponent) @ _NODE_WEIGHTS) * limit / 2
    result: Array = ndtr(high) * ndtr(low) + integral / (2 * np.pi)
    return np.clip(result, 0.0, 1.0)


def _bivariate_normal_density(h: Array, k: Array, rho: Array) -> Array:
    one = 1 - rho**2
    result: Array = np.exp(-(h**2 + k**2 - 2 * rho * h * k) / (2 * one)) / (2 * np.pi * np.sqrt(one))
    return result


def _corners(values: Array) -> Array:
    """Differences over the two last axes: from a table of cumulated values to its cells."""
    padded = np.pad(values, [(0, 0)] * (values.ndim - 2) + [(1, 1), (1, 1)])
    return np.asarray(np.diff(np.diff(padded, axis=-2), axis=-1))


def polychoric(data: Array, *, max_iterations: int = 60) -> Array:
    """Polychoric correlations of ordered answers, by the two-step method.

    Thresholds come from the margins of each item, then each correlation maximizes the likelihood of its own
    table (Olsson 1979, Psychometrika 44, 443-460). No constant is added to empty cells. All pairs are
    estimated at once by Fisher scoring.

    Parameters
    ----------
    data
        Ordered codes, shape (n, p), without missing values. Only the order of the codes matters.

    Raises
    ------
    DataError
        An item has one category only, or more than twelve: then it is a number, not an ordered answer.
    """
    n, p = data.shape
    codes: list[NDArray[np.intp]] = []
    sizes: list[int] = []
    for column in range(p):
        levels, code = np.unique(data[:, column], return_inverse=True)
        if not 2 <= len(levels) <= 12:
            raise DataError(
                f"The item in position {column + 1} has {len(levels)} different answers; a polychoric "
                "correlation needs 2 to 12 ordered ones.",
                fix="Leave the item out, or use ordinary correlations.",
            )
        codes.append(code)
        sizes.append(len(levels))
    width = max(sizes)
    indicators = np.zeros((p, width, n))
    thresholds = np.full((p, width), 40.0)
    for column, (code, size) in enumerate(zip(codes, sizes, strict=True)):
        indicators[column, code, np.arange(n)] = 1
        share = np.bincount(code, minlength=size).cumsum()[:-1] / n
        thresholds[column, : size - 1] = ndtri(share)
    first, second = np.triu_indices(p, 1)
    rho = np.zeros(len(first))
    plain = pearson(data)[first, second]
    for start in range(0, len(first), 256):
        part = slice(start, start + 256)
        one, two = first[part], second[part]
        tables = indicators[one] @ indicators[two].transpose(0, 2, 1)
        rho[part] = _polychoric_of_tables(
            tables, thresholds[one][:, :, None], thresholds[two][:, None, :], plain[part], max_iterations
        )
    result = np.eye(p)
    result[first, second] = result[second, first] = rho
    return result


def _polychoric_of_tables(tables: Array, rows: Array, columns: Array, start: Array, iterations: int) -> Array:
    """Correlations of a stack of tables, shape (pairs, width, width), with known thresholds."""
    n = tables.sum(axis=(1, 2))
    inside = (np.abs(rows) < 39) & (np.abs(columns) < 39)

    def score(rho: Array) -> tuple[Array, Array]:
        correlation = rho[:, None, None]
        cells = np.maximum(_corners(bivariate_normal_cdf(rows, columns, correlation))[:, :-1, :-1], 1e-12)
        density = np.where(inside, _bivariate_normal_density(rows, columns, correlation), 0.0)
        slope = _corners(density)[:, :-1, :-1]
        return (tables / cells * slope).sum(axis=(1, 2)), n * (slope**2 / cells).sum(axis=(1, 2))

    rho = np.clip(start, -0.95, 0.95)
    for _ in range(iterations):
        gradient, information = score(rho)
        step = np.clip(gradient / np.maximum(information, 1e-12), -0.25, 0.25)
        moved = np.clip(rho + step, -_EDGE, _EDGE)
        change = np.max(np.abs(moved - rho), initial=0.0)
        rho = moved
        if change < 1e-10:
            break
    return rho


def smooth_correlation(matrix: Array, floor: float = 1e-8) -> Array:
    """The nearest-looking positive definite correlation matrix: negative eigenvalues are lifted to ``floor``.

    Pairwise and polychoric matrices need not be positive definite; a matrix that is stays as it is.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] > floor:
        return matrix
    lifted = np.maximum(values, floor)
    lifted *= len(values) / lifted.sum()
    rebuilt = (vectors * lifted) @ vectors.T
    spread = np.sqrt(np.diag(rebuilt))
    result: Array = rebuilt / np.outer(spread, spread)
    np.fill_diagonal(result, 1.0)
    return result
