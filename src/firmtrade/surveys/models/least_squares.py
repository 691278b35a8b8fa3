"""Least squares, weighted or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firmtrade.surveys.models.regression import Regression, check_inputs, relative_weights, sandwich
from firmtrade.surveys.weighting import SampleDesign

Array = NDArray[np.float64]


def linear(
    design: Array,
    outcome: Array,
    *,
    variance: str = "HC3",
    weights: Array | None = None,
    sample: SampleDesign | None = None,
) -> Regression:
    """(Weighted) least squares with robust errors (MacKinnon and White 1985, Journal of Econometrics 29,
    305-325) or the linearized variance of the sample (Binder 1983, International Statistical Review 51,
    279-292).

    Parameters
    ----------
    design
        Predictors with their intercept, shape (n, k), without missing values.
    outcome
        Shape (n,).
    variance
        ``classical``, ``HC0`` to ``HC3``, ``design`` (needs ``sample``, whose weights are then used) or
        ``design_corrected``: the same with scores raised by their leverage, as HC3 does, and for the
        variables of calibration. The plain form is too small in samples of a few hundred with unequal
        weights.

    Raises
    ------
    DataError
        Too few answers, missing values, or predictors that repeat one another.
    """
    check_inputs(design, outcome, variance, sample)
    weight: Array = relative_weights(len(outcome), weights, sample, variance)
    root = np.sqrt(weight)[:, None]
    bread = np.asarray(np.linalg.inv((design * root).T @ (design * root)))
    coefficients = bread @ (design.T @ (weight * outcome))
    residual = outcome - design @ coefficients
    n, k = design.shape
    centre = weight @ outcome / weight.sum()
    explained = 1 - float(weight @ residual**2) / float(weight @ (outcome - centre) ** 2)
    mean_square = float(weight @ residual**2) / n
    log_likelihood = -n / 2 * (np.log(2 * np.pi * mean_square) + 1) + float(np.log(weight).sum()) / 2
    leverage = np.einsum("ij,jk,ik->i", design * root, bread, design * root)
    if variance == "classical":
        covariance, degrees = bread * (mean_square * n / (n - k)), None
    else:
        covariance, degrees = sandwich(
            bread, design * (weight * residual)[:, None], variance, sample, leverage
        )
    if not variance.startswith("design"):
        degrees = n - k
    return Regression(
        "linear", np.asarray(coefficients), np.asarray(covariance), np.empty(0), n, explained,
        float(log_likelihood), degrees, variance, np.empty(0), True, (),
    )  # fmt: skip
