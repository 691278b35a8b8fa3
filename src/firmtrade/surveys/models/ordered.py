"""The proportional-odds logit by Newton's method, weighted or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from firmtrade.inference.arrays import independent_columns
from firmtrade.inference.separation import separation
from firmtrade.messages import Count
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.models.regression import (
    Regression,
    check_inputs,
    relative_weights,
    sandwich,
    separated,
)
from firmtrade.surveys.weighting import SampleDesign

Array = NDArray[np.float64]


def ordered_logit(
    design: Array,
    outcome: Array,
    *,
    variance: str = "HC0",
    weights: Array | None = None,
    sample: SampleDesign | None = None,
) -> Regression:
    """Proportional-odds logit, P(y <= j) = F(threshold_j - x b) (McCullagh 1980, Journal of the Royal
    Statistical Society B 42, 109-142), by Newton's method.

    Parameters
    ----------
    design
        Predictors, shape (n, k). A first column of ones is dropped: the thresholds take its place.
    outcome
        Ordered codes, shape (n,), at least three different ones.
    """
    predictors = design[:, 1:] if np.all(design[:, 0] == 1) else design
    check_inputs(np.column_stack([np.ones(len(design)), predictors]), outcome, variance, sample)
    categories, code = np.unique(outcome, return_inverse=True)
    if len(categories) < 3:
        raise ImpossibleError("three_categories", n=Count(len(categories)))
    weight: Array = relative_weights(len(outcome), weights, sample, variance)
    state = _OrderedState(predictors, code, weight, len(categories))
    share = np.clip(np.cumsum(np.bincount(code, weights=weight))[:-1] / weight.sum(), 1e-6, 1 - 1e-6)
    theta = np.concatenate([np.zeros(predictors.shape[1]), np.log(share / (1 - share))])
    null = state.log_likelihood(theta)
    value, converged = null, False
    for _ in range(100):
        scores, hessian = state.scores_and_hessian(theta)
        step = np.linalg.lstsq(-hessian, scores.sum(axis=0), rcond=None)[0]
        size = 1.0
        while size > 1e-8:
            candidate = state.log_likelihood(theta + size * step)
            if candidate >= value - 1e-10 * abs(value):
                break
            size /= 2
        theta, value = theta + size * step, candidate
        if float(np.abs(step).max()) < 1e-9:
            converged = True
            break
        if np.abs(theta).max() > 60:
            break
    scores, hessian = state.scores_and_hessian(theta)
    bread = np.asarray(np.linalg.pinv(-hessian), dtype=np.float64)
    no_leverage: Array = np.zeros(len(code))
    covariance, degrees = sandwich(bread, scores, variance, sample, no_leverage)
    k = predictors.shape[1]
    open_ = np.zeros(len(theta), dtype=np.bool_)
    if not converged or np.abs(state.reach(theta)).max() > 30:
        margins = state.margins()
        kept = independent_columns(margins.T @ margins)
        found = separation(margins[:, kept])
        if found is not None:
            open_[kept] = found.unbounded
            converged = False
    theta, covariance = np.where(open_, np.nan, theta), covariance.copy()
    covariance[open_, :] = covariance[:, open_] = np.nan
    return Regression(
        "ordered_logit", theta[:k], covariance, theta[k:], len(code), 1 - value / null, value, degrees,
        variance, categories, converged, () if converged else (separated("ordered_logit"),),
    )  # fmt: skip


class _OrderedState:
    """The likelihood of a proportional-odds model with its derivatives."""

    def __init__(self, predictors: Array, code: NDArray[np.intp], weight: Array, categories: int) -> None:
        self.predictors, self.weight = predictors, weight
        self.upper = np.zeros((len(code), categories - 1))
        self.lower = np.zeros_like(self.upper)
        rows = np.arange(len(code))
        below_top, above_bottom = code < categories - 1, code > 0
        self.upper[rows[below_top], code[below_top]] = 1
        self.lower[rows[above_bottom], code[above_bottom] - 1] = 1
        self.top, self.bottom = ~below_top, ~above_bottom

    def _ends(self, theta: Array) -> tuple[Array, Array]:
        k = self.predictors.shape[1]
        line = self.predictors @ theta[:k]
        upper = np.where(self.top, np.inf, self.upper @ theta[k:] - line)
        lower = np.where(self.bottom, -np.inf, self.lower @ theta[k:] - line)
        return upper, lower

    def margins(self) -> Array:
        """The rows (m, parameters) whose products with the parameters the likelihood wants large: the distance of
        each answer from the threshold above it and from the one below."""
        above = np.hstack([-self.predictors, self.upper])[~self.top]
        below = np.hstack([self.predictors, -self.lower])[~self.bottom]
        return np.vstack([above, below])

    def reach(self, theta: Array) -> Array:
        """Linear predictors of the answers."""
        return np.asarray(self.predictors @ theta[: self.predictors.shape[1]])

    def log_likelihood(self, theta: Array) -> float:
        """Weighted log-likelihood; minus infinity where the thresholds are out of order."""
        upper, lower = self._ends(theta)
        probability = expit(upper) - expit(lower)
        if probability.min() <= 0:
            return float("-inf")
        return float(self.weight @ np.log(probability))

    def scores_and_hessian(self, theta: Array) -> tuple[Array, Array]:
        """Casewise weighted scores (n, parameters) and the Hessian of the log-likelihood."""
        upper, lower = self._ends(theta)
        above, below = expit(upper), expit(lower)
        probability = np.maximum(above - below, 1e-300)
        density_above, density_below = above * (1 - above), below * (1 - below)
        to_upper = np.hstack([-self.predictors * ~self.top[:, None], self.upper])
        to_lower = np.hstack([-self.predictors * ~self.bottom[:, None], self.lower])
        first, second = density_above / probability, density_below / probability
        score = to_upper * first[:, None] - to_lower * second[:, None]
        bend_above = density_above * (1 - 2 * above) / probability
        bend_below = density_below * (1 - 2 * below) / probability
        hessian = (
            (to_upper * (self.weight * bend_above)[:, None]).T @ to_upper
            - (to_lower * (self.weight * bend_below)[:, None]).T @ to_lower
            - (score * self.weight[:, None]).T @ score
        )
        return score * self.weight[:, None], np.asarray(hessian)
