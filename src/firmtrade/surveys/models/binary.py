"""Logit and fractional logit by Newton's method, weighted or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit

from firmtrade.errors import UsageError
from firmtrade.inference.arrays import independent_columns
from firmtrade.inference.separation import separation
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.models.regression import (
    Regression,
    check_inputs,
    estimator_name,
    relative_weights,
    sandwich,
    separated,
)
from firmtrade.surveys.weighting import SampleDesign

Array = NDArray[np.float64]


def _binomial(
    kind: str,
    design: Array,
    outcome: Array,
    variance: str,
    weights: Array | None,
    sample: SampleDesign | None,
) -> Regression:
    check_inputs(design, outcome, variance, sample)
    if outcome.min() < 0 or outcome.max() > 1:
        raise ImpossibleError("outside")
    if outcome.min() == outcome.max():
        raise ImpossibleError("same_outcome")
    weight: Array = relative_weights(len(outcome), weights, sample, variance)
    n, k = design.shape
    rows, columns, shown = np.ones(n, np.bool_), np.ones(k, np.bool_), np.ones(k, np.bool_)
    beta = _newton(design, outcome, weight)
    found = None
    if beta is None:
        found = separation(
            design * np.where(outcome > 0.5, 1.0, -1.0)[:, None], (outcome > 0) & (outcome < 1)
        )
        if found is not None:
            rows, shown = ~found.rows, ~found.unbounded
            columns = _spanning(design[rows], shown)
        beta = _newton(design[rows][:, columns], outcome[rows], weight[rows], np.inf)
        if beta is None:
            raise ImpossibleError("unsettled", kind=estimator_name(kind))
    probability = outcome.copy()
    line = design[rows][:, columns] @ beta
    probability[rows] = expit(line)
    used = design[:, columns]
    curvature = weight * probability * (1 - probability) * rows
    bread = np.asarray(np.linalg.pinv((used * curvature[:, None]).T @ used))
    scores = used * (weight * (outcome - probability) * rows)[:, None]
    leverage = np.einsum("ij,jk,ik->i", used, bread, used) * curvature
    covariance, degrees = sandwich(bread, scores, variance, sample, leverage)
    terms = outcome[rows] * log_expit(line) + (1 - outcome[rows]) * log_expit(-line)
    log_likelihood = float(weight[rows] @ terms)
    centre = float(weight @ outcome / weight.sum())
    null = float(weight @ (outcome * np.log(centre) + (1 - outcome) * np.log(1 - centre)))
    coefficients, whole = np.full(k, np.nan), np.full((k, k), np.nan)
    known = shown[columns]
    coefficients[shown] = beta[known]
    whole[np.ix_(shown, shown)] = covariance[np.ix_(known, known)]
    return Regression(
        kind, coefficients, whole, np.empty(0), n, 1 - log_likelihood / null, log_likelihood, degrees, variance,
        np.empty(0), found is None, () if found is None else (separated(kind),), probability,
    )  # fmt: skip


def _newton(design: Array, outcome: Array, weight: Array, certain: float = 30.0) -> Array | None:
    """Coefficients of a logit; None where a linear predictor leaves the range in which the end is certain."""
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        probability = expit(design @ beta)
        information = (design * (weight * probability * (1 - probability))[:, None]).T @ design
        gradient = design.T @ (weight * (outcome - probability))
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        line = design @ step
        largest = float(np.abs(line).max(initial=0.0))
        if largest < 1e-10:
            return beta
        beta = beta + step * min(1.0, 5.0 / max(largest, 1e-300))
        if float(np.abs(design @ beta).max()) > certain:
            return None
    return None


def _spanning(design: Array, first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Columns that span those of ``design``, the columns flagged as ``first`` before the others."""
    order = np.argsort(~first, kind="stable")
    part = design[:, order]
    gram = part.T @ part
    columns = np.zeros(len(order), dtype=np.bool_)
    columns[order[independent_columns(gram, np.maximum(np.diag(gram), 1e-300))]] = True
    return columns


def logit(
    design: Array,
    outcome: Array,
    *,
    variance: str = "HC0",
    weights: Array | None = None,
    sample: SampleDesign | None = None,
) -> Regression:
    """Binary logit by Newton's method; arguments as :func:`linear`, outcome 0 or 1.

    A predictor that separates the answers has no coefficient (NaN); the others are estimated in that limit, from the
    answers that it does not predict. See :mod:`firmtrade.inference.separation`.
    """
    if not np.isin(outcome, (0, 1)).all():
        raise ImpossibleError("not_binary")
    return _binomial("logit", design, outcome, variance, weights, sample)


def fractional(
    design: Array,
    outcome: Array,
    *,
    variance: str = "HC0",
    weights: Array | None = None,
    sample: SampleDesign | None = None,
) -> Regression:
    """Fractional logit of a share in [0, 1] by quasi-likelihood (Papke and Wooldridge 1996, Journal of
    Applied Econometrics 11, 619-632); arguments as :func:`linear`. Its errors are never classical."""
    if variance == "classical":
        raise UsageError("A fractional logit has no classical variance.", fix="Use `HC0` or `design`.")
    return _binomial("fractional", design, outcome, variance, weights, sample)
