"""Average marginal effects: what a coefficient of a logit means in percentage points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from firmtrade.inference.delta import delta_method
from firmtrade.surveys.models.regression import Regression

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarginalEffects:
    """Effects of one unit of each predictor on the probability: shape (k, outcomes), with delta errors."""

    effects: Array
    std_errors: Array


def _probabilities_slope(model: Regression, design: Array, theta: Array) -> Array:
    """Density-weighted slope of each outcome's probability in the linear index, shape (n, outcomes)."""
    k = len(model.coefficients)
    if model.kind != "ordered_logit":
        probability = expit(design @ theta[:k])
        return np.asarray((probability * (1 - probability))[:, None])
    cumulated = expit(theta[k:] - (design @ theta[:k])[:, None])
    density = np.pad(cumulated * (1 - cumulated), ((0, 0), (1, 1)))
    return np.asarray(-np.diff(density, axis=1))


def marginal_effects(model: Regression, design: Array, weights: Array | None = None) -> MarginalEffects:
    """Average marginal effects of every column of ``design`` on the probability (of each category, for an
    ordered logit), with standard errors by the delta method.

    Parameters
    ----------
    model
        A logit, fractional or ordered logit.
    design
        The matrix the model was fitted on; for an ordered logit with or without its column of ones.
    weights
        Weights of the average over firms; None for equal ones.
    """
    matrix = design[:, -len(model.coefficients) :]
    share = np.full(len(matrix), 1 / len(matrix)) if weights is None else weights / weights.sum()
    theta = np.concatenate([model.coefficients, model.thresholds])

    def effect(values: Array) -> Array:
        slope = share @ _probabilities_slope(model, matrix, values)
        return np.outer(values[: len(model.coefficients)], slope)

    return MarginalEffects(*delta_method(effect, theta, model.covariance))
