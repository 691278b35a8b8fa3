"""Confirmatory factor analysis by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.errors import UsageError, suggest
from firmtrade.inference.delta import delta_method
from firmtrade.messages import Count, Firms, Listing, Message, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.measurement.correlations import covariance as sample_covariance
from firmtrade.surveys.measurement.fit import FitIndices, fit_indices
from firmtrade.surveys.measurement.modification import Modification, modification_indices
from firmtrade.surveys.measurement.structure import FreeParameters, Matrices

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeasurementModel:
    """Which items stand for which factor, and which residuals may covary.

    >>> model = MeasurementModel({"informational": ("i1", "i2", "i3"), "relational": ("r1", "r2", "r3")})
    >>> model.items
    ('i1', 'i2', 'i3', 'r1', 'r2', 'r3')
    """

    factors: dict[str, tuple[str, ...]]
    residual_covariances: tuple[tuple[str, str], ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """Every item once, in the order of the factors."""
        return tuple(dict.fromkeys(item for items in self.factors.values() for item in items))

    def layout(self) -> FreeParameters:
        """The positions of the free parameters; the first item of each factor has loading one."""
        place = {item: position for position, item in enumerate(self.items)}
        for pair in self.residual_covariances:
            for item in pair:
                if item not in place:
                    raise UsageError(f"`{item}` is not an item of the model.", fix=suggest(item, place))
        markers = tuple(place[items[0]] for items in self.factors.values())
        if len(set(markers)) < len(markers):
            raise UsageError(
                "Two factors begin with the same item, so neither has a scale of its own.",
                fix="Begin each factor with an item that stands for it alone.",
            )
        free = tuple(
            (place[item], column) for column, items in enumerate(self.factors.values()) for item in items[1:]
        )
        pairs = tuple((place[one], place[two]) for one, two in self.residual_covariances)
        return FreeParameters(len(place), len(self.factors), markers, free, pairs)


@dataclass(frozen=True, slots=True)
class Confirmatory:
    """A fitted measurement model.

    ``estimates`` and ``std_errors`` follow ``labels`` (``visual=~x2``, ``visual~~textual``, ``x1~~x1``);
    ``robust_std_errors`` hold without normal answers (None without raw data). ``standardized`` is the
    pattern of standardized loadings (p, k), ``standardized_errors`` their standard errors.
    """

    model: MeasurementModel
    labels: tuple[str, ...]
    estimates: Array
    std_errors: Array
    robust_std_errors: Array | None
    standardized: Array
    standardized_errors: Array
    factor_correlations: Array
    factor_covariances: Array
    loadings: Array
    residual_covariances: Array
    implied: Array
    sample: Array
    fit: FitIndices
    modifications: tuple[Modification, ...]
    n: int
    iterations: int
    converged: bool
    problems: tuple[Message, ...]

    def estimate(self, label: str) -> tuple[float, float]:
        """Estimate and standard error of one parameter."""
        if label not in self.labels:
            raise UsageError(f"The model has no parameter `{label}`.", fix=suggest(label, self.labels))
        position = self.labels.index(label)
        return float(self.estimates[position]), float(self.std_errors[position])


def _labels(model: MeasurementModel, layout: FreeParameters) -> tuple[str, ...]:
    items, factors = model.items, tuple(model.factors)
    loadings = [f"{factors[column]}=~{items[row]}" for row, column in layout.free]
    between = [f"{factors[a]}~~{factors[b]}" for a, b in zip(*np.tril_indices(layout.factors), strict=True)]
    residuals = [f"{item}~~{item}" for item in items]
    pairs = [f"{items[a]}~~{items[b]}" for a, b in layout.pairs]
    return (*loadings, *between, *residuals, *pairs)


def _start(layout: FreeParameters, sample: Array) -> Array:
    """Starting values: each factor is the sum of its standardized items."""
    spread = np.sqrt(np.diag(sample))
    correlation = sample / np.outer(spread, spread)
    member = np.zeros((layout.items, layout.factors))
    for column, row in enumerate(layout.markers):
        member[row, column] = 1
    for row, column in layout.free:
        member[row, column] = 1
    for column in range(layout.factors):
        rows = np.flatnonzero(member[:, column])
        if len(rows) > 1:
            leading = np.linalg.eigh(correlation[np.ix_(rows, rows)])[1][:, -1]
            member[rows, column] = np.where(leading * np.sign(leading.sum()) < 0, -1, 1)
    scores = member / np.sqrt(np.diag(member.T @ correlation @ member))
    loading = correlation @ scores * 0.8
    between = scores.T @ correlation @ scores * 0.9
    np.fill_diagonal(between, 1.0)
    marker = np.array([loading[row, column] for column, row in enumerate(layout.markers)])
    marker = np.where(np.abs(marker) < 0.2, np.where(marker < 0, -0.2, 0.2), marker)
    unit = marker * spread[list(layout.markers)]
    free = [loading[row, column] * spread[row] / unit[column] for row, column in layout.free]
    factor = (between * np.outer(unit, unit))[np.tril_indices(layout.factors)]
    return np.concatenate([free, factor, 0.5 * np.diag(sample), np.zeros(len(layout.pairs))])


def _discrepancy(implied: Array, sample: Array) -> float:
    """The maximum-likelihood discrepancy up to a constant; infinite where ``implied`` is no covariance."""
    try:
        factor = np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return float("inf")
    half = np.linalg.solve(factor, sample)
    return float(2 * np.log(np.diag(factor)).sum() + np.trace(np.linalg.solve(factor, half.T)))


def _score(
    layout: FreeParameters, sample: Array, theta: Array, limit: int
) -> tuple[Array, Matrices, int, bool]:
    """Fisher scoring with halved steps; returns the estimates, their matrices, steps and convergence."""
    state = layout.matrices(theta)
    value = _discrepancy(state.implied, sample)
    for iteration in range(1, limit + 1):
        gradient = layout.gradient(state, sample)
        information = layout.information(state)
        scale = np.sqrt(np.maximum(np.diag(information), 1e-12))
        scaled = information / np.outer(scale, scale) + 1e-10 * np.eye(len(theta))
        step = np.linalg.solve(scaled, -gradient / 2 / scale) / scale
        decrement = float(-gradient @ step)
        if abs(decrement) < 1e-13:
            return theta, state, iteration, True
        size = 1.0
        for _ in range(40):
            moved = layout.matrices(theta + size * step)
            candidate = _discrepancy(moved.implied, sample)
            if candidate <= value - 1e-4 * size * max(decrement, 0.0):
                break
            size /= 2
        else:
            return theta, state, iteration, decrement < 1e-9
        theta, state, value = theta + size * step, moved, candidate
    return theta, state, limit, False


def confirmatory(
    model: MeasurementModel,
    data: Array | None = None,
    *,
    covariance: Array | None = None,
    n: int | None = None,
    max_iterations: int = 300,
) -> Confirmatory:
    """Fit a measurement model by maximum likelihood (Joreskog 1969, Psychometrika 34, 183-202).

    Parameters
    ----------
    model
        Factors and their items; the first item of each factor fixes its unit.
    data
        Complete answers, shape (n, p), columns in the order of ``model.items``. With them come the
        Satorra-Bentler correction and standard errors that hold without normal answers.
    covariance, n
        Alternatively the covariance (divisor n) and the number of answers.

    Raises
    ------
    DataError
        Fewer answers than items, or a singular covariance.
    UsageError
        The model has more parameters than the covariance has entries.
    """
    layout = model.layout()
    if data is not None:
        covariance, n = sample_covariance(data), len(data)
    if covariance is None or n is None:
        raise UsageError("A measurement model needs answers, or a covariance with its n.", fix="Pass `data`.")
    if n <= layout.items:
        raise ImpossibleError("too_few_for_items", n=Firms(n), items=Count(layout.items))
    if layout.parameters > layout.items * (layout.items + 1) // 2:
        moments = Count(layout.items * (layout.items + 1) // 2)
        raise ImpossibleError("unidentified", parameters=Count(layout.parameters), moments=moments)
    if np.linalg.eigvalsh(covariance)[0] < 1e-10 * np.diag(covariance).max():
        raise ImpossibleError("singular_covariance")
    theta, state, iterations, converged = _score(
        layout, covariance, _start(layout, covariance), max_iterations
    )
    information = layout.information(state)
    bread, singular = _invert(information)
    errors = np.sqrt(np.maximum(np.diag(bread), 0) / n)
    robust, scaling = None, None
    if data is not None:
        robust_cov, factor = _satorra_bentler(layout, state, covariance, data, bread)
        robust = np.sqrt(np.maximum(np.diag(robust_cov), 0))
        scaling = (factor, _baseline_factor(covariance, data))
    standardized, standardized_errors = _standardized(layout, theta, bread / n)
    spread = np.sqrt(np.abs(np.diag(state.factor)))
    result = Confirmatory(
        model=model,
        labels=_labels(model, layout),
        estimates=theta,
        std_errors=errors,
        robust_std_errors=robust,
        standardized=standardized,
        standardized_errors=standardized_errors,
        factor_correlations=np.asarray(state.factor / np.outer(spread, spread)),
        factor_covariances=state.factor,
        loadings=state.loadings,
        residual_covariances=state.residual,
        implied=state.implied,
        sample=covariance,
        fit=fit_indices(covariance, state.implied, n, layout.parameters, scaling),
        modifications=modification_indices(
            layout, state, covariance, n, bread, model.items, tuple(model.factors)
        ),
        n=n,
        iterations=iterations,
        converged=converged,
        problems=(),
    )
    return replace(result, problems=_problems(result, singular))


def _invert(information: Array) -> tuple[Array, bool]:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(scaled)
    singular = bool(values[0] < 1e-10)
    inverse = (vectors / np.maximum(values, 1e-12)) @ vectors.T
    return np.asarray(inverse / np.outer(scale, scale)), singular


def _problems(result: Confirmatory, singular: bool) -> tuple[Message, ...]:
    problems = []
    items, factors = result.model.items, tuple(result.model.factors)
    if not result.converged:
        problems.append(message("problems.not_converged", steps=Count(result.iterations)))
    negative = [items[position] for position in np.flatnonzero(np.diag(result.residual_covariances) < 0)]
    if negative:
        problems.append(message("problems.heywood", items=Listing(tuple(negative), "comma")))
    correlation = np.abs(result.factor_correlations) - np.eye(len(factors))
    high = np.argwhere(np.triu(correlation, 1) >= 1)
    problems += [message("problems.one_factor", one=factors[a], other=factors[b]) for a, b in high]
    if np.any(np.diag(result.factor_covariances) <= 0):
        problems.append(message("problems.no_variance"))
    if singular:
        problems.append(message("problems.no_information"))
    return tuple(problems)


def _standardized(layout: FreeParameters, theta: Array, variance: Array) -> tuple[Array, Array]:
    """Standardized loadings and their delta-method standard errors."""

    def of(values: Array) -> Array:
        state = layout.matrices(values)
        factor = np.sqrt(np.abs(np.diag(state.factor)))
        return np.asarray(state.loadings * factor / np.sqrt(np.abs(np.diag(state.implied)))[:, None])

    return delta_method(of, theta, variance)


def _satorra_bentler(
    layout: FreeParameters, state: Matrices, sample: Array, data: Array, bread: Array
) -> tuple[Array, float]:
    """Robust covariance of the estimates and scaling factor of the chi-square (Satorra and Bentler 1994)."""
    n = len(data)
    scores = layout.casewise(state, data - data.mean(axis=0), sample)
    meat = scores.T @ scores / n
    robust = bread @ meat @ bread / n
    total = _weighted_fourth(state.implied, sample, data)
    degrees = layout.items * (layout.items + 1) // 2 - layout.parameters
    factor = (total - float(np.trace(bread @ meat))) / degrees if degrees else 1.0
    return np.asarray(robust), factor


def _weighted_fourth(implied: Array, sample: Array, data: Array) -> float:
    """Trace of the normal-theory weight times the covariance of second moments, case by case."""
    centred = data - data.mean(axis=0)
    inverse = np.linalg.inv(implied)
    whitened = centred @ inverse
    length = (whitened * centred).sum(axis=1)
    cross = ((whitened @ sample) * whitened).sum(axis=1)
    constant = float(np.trace(inverse @ sample @ inverse @ sample))
    return float((length**2 - 2 * cross + constant).sum() / 2 / len(data))


def _baseline_factor(sample: Array, data: Array) -> float:
    """Scaling factor of the independence model."""
    p = len(sample)
    variance = np.diag(sample)
    centred = data - data.mean(axis=0)
    scores = (centred**2 - variance) / (2 * variance**2)
    meat = (scores**2).mean(axis=0)
    used = float((meat * 2 * variance**2).sum())
    return (_weighted_fourth(np.diag(variance), sample, data) - used) / (p * (p - 1) / 2)


def chi_square_difference(restricted: FitIndices, free: FitIndices) -> tuple[float, int, float]:
    """Likelihood-ratio test of two nested models: chi-square, degrees of freedom, p."""
    change = restricted.chi_square - free.chi_square
    degrees = restricted.degrees - free.degrees
    return change, degrees, float(stats.chi2.sf(change, degrees))
