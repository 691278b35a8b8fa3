"""Four regressions: linear, logit, fractional and ordered logit, weighted or not, with honest errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit, log_expit

from firmtrade.errors import DataError, UsageError, suggest
from firmtrade.inference.arrays import independent_columns
from firmtrade.inference.separation import separation
from firmtrade.messages import Count, Firms, Message, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.weighting import SampleDesign, linearized_covariance

Array = NDArray[np.float64]

VARIANCES = ("classical", "HC0", "HC1", "HC2", "HC3", "design", "design_corrected")


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted model.

    ``coefficients`` (k,) and ``covariance`` (k, k) follow the columns of the design matrix; an ordered logit
    has no intercept there, and its ``thresholds`` (categories - 1,) stand apart (their errors come last in
    ``covariance``). ``r_squared`` is McFadden's for the logits. ``degrees`` are those of the t distribution,
    None where the normal is used. ``fitted`` are the probabilities of a logit (n,).
    """

    kind: str
    coefficients: Array
    covariance: Array
    thresholds: Array
    n: int
    r_squared: float
    log_likelihood: float
    degrees: int | None
    variance: str
    categories: Array
    converged: bool
    problems: tuple[Message, ...]
    fitted: Array = field(default_factory=lambda: np.empty(0))

    @property
    def std_errors(self) -> Array:
        """Standard errors of the coefficients, shape (k,)."""
        return np.sqrt(np.maximum(np.diag(self.covariance)[: len(self.coefficients)], 0))

    @property
    def threshold_errors(self) -> Array:
        """Standard errors of the thresholds of an ordered logit."""
        return np.sqrt(np.maximum(np.diag(self.covariance)[len(self.coefficients) :], 0))

    @property
    def statistics(self) -> Array:
        """Coefficients over their standard errors."""
        errors = self.std_errors
        return np.divide(self.coefficients, errors, out=np.full_like(errors, np.nan), where=errors > 0)

    @property
    def p_values(self) -> Array:
        """Two-sided p-values of each coefficient."""
        size = np.abs(self.statistics)
        tail = stats.norm.sf(size) if self.degrees is None else stats.t.sf(size, self.degrees)
        return np.asarray(2 * tail)

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Confidence limits of the coefficients."""
        share = (1 + level) / 2
        reach = stats.norm.ppf(share) if self.degrees is None else stats.t.ppf(share, self.degrees)
        return self.coefficients - reach * self.std_errors, self.coefficients + reach * self.std_errors


def _check(design: Array, outcome: Array, variance: str, sample: SampleDesign | None) -> None:
    if variance not in VARIANCES:
        raise UsageError(f"No variance is called `{variance}`.", fix=suggest(variance, VARIANCES))
    if variance.startswith("design") and sample is None:
        raise UsageError("A design-based variance needs the sample design.", fix="Pass `sample`.")
    n, k = design.shape
    if n <= k:
        raise ImpossibleError("too_few_answers", n=Firms(n), k=Count(k))
    if np.isnan(design).any() or np.isnan(outcome).any():
        raise DataError("A model was given missing values.", fix="Keep complete rows only.")
    values = np.linalg.svd(design / np.sqrt((design**2).mean(axis=0) + 1e-300), compute_uv=False)
    if values[-1] < 1e-9 * values[0]:
        raise ImpossibleError("collinear")


def _sandwich(
    bread: Array, scores: Array, variance: str, sample: SampleDesign | None, leverage: Array
) -> tuple[Array, int | None]:
    """Covariance from the inverse information and casewise scores (n, k); degrees of freedom of its t."""
    n, k = scores.shape
    if variance == "classical":
        return bread, None
    if variance.startswith("design"):
        assert sample is not None
        factor = 1.0
        if variance == "design_corrected":
            scores = scores / (1 - leverage)[:, None]
            used = sample.calibration.auxiliary.shape[1] if sample.calibration else 0
            used += 0 if leverage.any() else k
            factor = n / max(n - used, 1)
        meat = factor * linearized_covariance(scores, sample)
        return np.asarray(bread @ meat @ bread), max(sample.degrees + 1 - k, 1)
    if variance == "HC2":
        scores = scores / np.sqrt(1 - leverage)[:, None]
    elif variance == "HC3":
        scores = scores / (1 - leverage)[:, None]
    scale = n / (n - k) if variance == "HC1" else 1.0
    return np.asarray(scale * bread @ (scores.T @ scores) @ bread), None


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
    _check(design, outcome, variance, sample)
    weight: Array = _weights(len(outcome), weights, sample, variance)
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
        covariance, degrees = _sandwich(
            bread, design * (weight * residual)[:, None], variance, sample, leverage
        )
    if not variance.startswith("design"):
        degrees = n - k
    return Regression(
        "linear", np.asarray(coefficients), np.asarray(covariance), np.empty(0), n, explained,
        float(log_likelihood), degrees, variance, np.empty(0), True, (),
    )  # fmt: skip


def _weights(n: int, weights: Array | None, sample: SampleDesign | None, variance: str) -> Array:
    if variance.startswith("design") and sample is not None:
        return np.asarray(sample.weights / sample.weights.mean())
    return np.ones(n) if weights is None else np.asarray(weights / weights.mean())


def _binomial(
    kind: str,
    design: Array,
    outcome: Array,
    variance: str,
    weights: Array | None,
    sample: SampleDesign | None,
) -> Regression:
    _check(design, outcome, variance, sample)
    if outcome.min() < 0 or outcome.max() > 1:
        raise ImpossibleError("outside")
    if outcome.min() == outcome.max():
        raise ImpossibleError("same_outcome")
    weight: Array = _weights(len(outcome), weights, sample, variance)
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
    covariance, degrees = _sandwich(bread, scores, variance, sample, leverage)
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
        np.empty(0), found is None, () if found is None else (_separated(kind),), probability,
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


def estimator_name(kind: str) -> Message:
    """What an estimator is called."""
    return message(f"survey.estimators.{kind}")


def _separated(kind: str) -> Message:
    return message("problems.separated", kind=estimator_name(kind))


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
    _check(np.column_stack([np.ones(len(design)), predictors]), outcome, variance, sample)
    categories, code = np.unique(outcome, return_inverse=True)
    if len(categories) < 3:
        raise ImpossibleError("three_categories", n=Count(len(categories)))
    weight: Array = _weights(len(outcome), weights, sample, variance)
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
    covariance, degrees = _sandwich(bread, scores, variance, sample, no_leverage)
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
        variance, categories, converged, () if converged else (_separated("ordered_logit"),),
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


ESTIMATORS: dict[str, Callable[..., Regression]] = {
    "linear": linear,
    "logit": logit,
    "fractional": fractional,
    "ordered_logit": ordered_logit,
}
