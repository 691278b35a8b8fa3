"""Average marginal effects: what a coefficient of a logit means in percentage points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from firmtrade.inference.delta import delta_method
from firmtrade.surveys.models.regression import Regression

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarginalEffects:
    """Effects of each predictor on the probability: shape (k, outcomes), with delta errors."""

    effects: Array
    std_errors: Array


def _probabilities(model: Regression, design: Array, theta: Array) -> Array:
    """The probability of each outcome, shape (n, outcomes)."""
    k = len(model.coefficients)
    if model.kind != "ordered_logit":
        return np.asarray(expit(design @ theta[:k])[:, None])
    cumulated = expit(theta[k:] - (design @ theta[:k])[:, None])
    return np.asarray(np.diff(np.pad(cumulated, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1))), axis=1))


def _probabilities_slope(model: Regression, design: Array, theta: Array) -> Array:
    """Density-weighted slope of each outcome's probability in the linear index, shape (n, outcomes)."""
    k = len(model.coefficients)
    if model.kind != "ordered_logit":
        probability = expit(design @ theta[:k])
        return np.asarray((probability * (1 - probability))[:, None])
    cumulated = expit(theta[k:] - (design @ theta[:k])[:, None])
    density = np.pad(cumulated * (1 - cumulated), ((0, 0), (1, 1)))
    return np.asarray(-np.diff(density, axis=1))


def marginal_effects(
    model: Regression,
    design: Array,
    weights: Array | None = None,
    contrasts: Sequence[Sequence[int]] = (),
) -> MarginalEffects:
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
    contrasts
        Places among the coefficients of the columns of each criterion with categories. Their effect is the difference
        between every firm in the category and every firm in the base, not a slope.
    """
    matrix = design[:, -len(model.coefficients) :]
    share = np.full(len(matrix), 1 / len(matrix)) if weights is None else weights / weights.sum()
    theta = np.concatenate([model.coefficients, model.thresholds])

    def effect(values: Array) -> Array:
        slope = share @ _probabilities_slope(model, matrix, values)
        found = np.outer(values[: len(model.coefficients)], slope)
        for columns in contrasts:
            moved = matrix.copy()
            moved[:, list(columns)] = 0.0
            base = share @ _probabilities(model, moved, values)
            for column in columns:
                moved[:, column] = 1.0
                found[column] = share @ _probabilities(model, moved, values) - base
                moved[:, column] = 0.0
        return found

    return MarginalEffects(*delta_method(effect, theta, model.covariance))
