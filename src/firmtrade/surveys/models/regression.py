"""A fitted regression, and what all estimators share: checks, weights and honest errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.errors import DataError, UsageError, suggest
from firmtrade.messages import Count, Firms, Message, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.weighting import SampleDesign, linearized_covariance

Array = NDArray[np.float64]

SINGULAR, LEAST_SQUARE = 1e-9, 1e-300
"""Part of the largest below which a direction of the predictors counts as none; added before a square root."""

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


def check_inputs(design: Array, outcome: Array, variance: str, sample: SampleDesign | None) -> None:
    """Refuse what no estimator can take.

    Raises
    ------
    UsageError
        There is no such variance, or it needs a sample.
    DataError
        Too few answers, missing values, or predictors that repeat one another.
    """
    if variance not in VARIANCES:
        raise UsageError(f"No variance is called `{variance}`.", fix=suggest(variance, VARIANCES))
    if variance.startswith("design") and sample is None:
        raise UsageError("A design-based variance needs the sample design.", fix="Pass `sample`.")
    n, k = design.shape
    if n <= k:
        raise ImpossibleError("too_few_answers", n=Firms(n), k=Count(k))
    if np.isnan(design).any() or np.isnan(outcome).any():
        raise DataError("A model was given missing values.", fix="Keep complete rows only.")
    values = np.linalg.svd(design / np.sqrt((design**2).mean(axis=0) + LEAST_SQUARE), compute_uv=False)
    if values[-1] < SINGULAR * values[0]:
        raise ImpossibleError("collinear")


def sandwich(
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


def relative_weights(n: int, weights: Array | None, sample: SampleDesign | None, variance: str) -> Array:
    """Weights with mean one, shape (n,): those of the sample for its variances, those given, or ones."""
    if variance.startswith("design") and sample is not None:
        return np.asarray(sample.weights / sample.weights.mean())
    return np.ones(n) if weights is None else np.asarray(weights / weights.mean())


def estimator_name(kind: str) -> Message:
    """What an estimator is called."""
    return message(f"survey.estimators.{kind}")


def separated(kind: str) -> Message:
    """A logit whose predictor separates the answers."""
    return message("problems.separated", kind=estimator_name(kind))
