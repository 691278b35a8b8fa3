"""May the model be believed? Collinearity, spread, form, and parallel odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit

from firmtrade.messages import Message, message
from firmtrade.surveys.models.binary import logit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearDiagnostics:
    """Breusch-Pagan (studentized) and RESET tests, and the variance inflation of each predictor (k,)."""

    breusch_pagan: float
    breusch_pagan_p: float
    reset: float
    reset_p: float
    inflation: Array


@dataclass(frozen=True, slots=True)
class ProportionalOdds:
    """Brant's test: do the predictors move every threshold alike? Overall, and for each predictor (k,)."""

    chi_square: float
    degrees: int
    p_value: float
    each: Array
    each_p: Array
    problems: tuple[Message, ...]


def variance_inflation(design: Array) -> Array:
    """Variance inflation of each predictor (the intercept, first column, left out), shape (k - 1,).

    >>> variance_inflation(np.array([[1.0, 1, 1], [1, -1, 1], [1, 1, -1], [1, -1, -1]]))
    array([1., 1.])
    """
    correlation = np.atleast_2d(np.corrcoef(design[:, 1:], rowvar=False))
    return np.asarray(np.diag(np.linalg.inv(correlation)))


def linear_diagnostics(design: Array, outcome: Array) -> LinearDiagnostics:
    """Diagnostics of least squares: Koenker's version of Breusch-Pagan (1981, Journal of Econometrics 17,
    107-112) and Ramsey's RESET with squares and cubes of the fit (1969, JRSS B 31, 350-371)."""
    n, k = design.shape

    def residuals(matrix: Array, values: Array) -> Array:
        return np.asarray(values - matrix @ np.linalg.lstsq(matrix, values, rcond=None)[0])

    residual = residuals(design, outcome)
    squared = residual**2
    explained = 1 - float((residuals(design, squared) ** 2).sum() / ((squared - squared.mean()) ** 2).sum())
    fitted = outcome - residual
    # Centred and scaled powers span the same space and keep the matrix well conditioned.
    unit = (fitted - fitted.mean()) / fitted.std()
    wider = np.column_stack([design, unit**2, unit**3])
    rest, wide_rest = float((residual**2).sum()), float((residuals(wider, outcome) ** 2).sum())
    reset = (rest - wide_rest) / 2 / (wide_rest / (n - k - 2))
    return LinearDiagnostics(
        n * explained,
        float(stats.chi2.sf(n * explained, k - 1)),
        reset,
        float(stats.f.sf(reset, 2, n - k - 2)),
        variance_inflation(design),
    )


def brant(design: Array, outcome: Array) -> ProportionalOdds:
    """Brant's test of proportional odds (1990, Biometrics 46, 1171-1178).

    Separate logits of y > j are compared by a Wald test. Where a category is so rare that one of them cannot
    be fitted, the problem is said and no number is given.

    Parameters
    ----------
    design
        Predictors with their intercept, shape (n, k).
    outcome
        Ordered codes, shape (n,).
    """
    categories = np.unique(outcome)
    k = design.shape[1] - 1
    nan = float("nan")
    fits = [logit(design, (outcome > cut).astype(float), variance="classical") for cut in categories[:-1]]
    if not all(fit.converged for fit in fits):
        missing = np.full(k, nan)
        return ProportionalOdds(
            nan, 0, nan, missing, missing,
            (message("problems.brant_separated"),),
        )  # fmt: skip
    slopes = np.concatenate([fit.coefficients[1:] for fit in fits])
    probability = [expit(design @ fit.coefficients) for fit in fits]
    covariance = np.zeros((len(slopes), len(slopes)))
    for a in range(len(fits)):
        for b in range(a, len(fits)):
            joint = probability[b] * (1 - probability[a])
            block = fits[a].covariance @ (design.T @ (design * joint[:, None])) @ fits[b].covariance
            rows, columns = slice(a * k, a * k + k), slice(b * k, b * k + k)
            covariance[rows, columns] = block[1:, 1:]
            covariance[columns, rows] = block[1:, 1:].T

    def wald(predictors: list[int]) -> tuple[float, int]:
        contrast = np.zeros(((len(fits) - 1) * len(predictors), len(slopes)))
        for place, (cut, predictor) in enumerate(
            (cut, predictor) for cut in range(1, len(fits)) for predictor in predictors
        ):
            contrast[place, predictor] = 1
            contrast[place, cut * k + predictor] = -1
        gap = contrast @ slopes
        value = gap @ np.linalg.solve(contrast @ covariance @ contrast.T, gap)
        return float(value), len(contrast)

    overall, degrees = wald(list(range(k)))
    each = np.array([wald([predictor])[0] for predictor in range(k)])
    return ProportionalOdds(
        overall,
        degrees,
        float(stats.chi2.sf(overall, degrees)),
        each,
        np.asarray(stats.chi2.sf(each, len(fits) - 1)),
        (),
    )
