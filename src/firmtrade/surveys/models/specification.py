"""From a declared model to its fits: complete rows, squares about the mean, both ways of weighting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from firmtrade.errors import FirmtradeError
from firmtrade.inference.effect_sizes import EffectSize, partial_correlation
from firmtrade.inference.firth import firth_logit
from firmtrade.inference.fits import Effect
from firmtrade.messages import Code, Firms, Message, Slot, message
from firmtrade.surveys.faults import reason_of
from firmtrade.surveys.models.diagnostics import (
    LinearDiagnostics,
    ProportionalOdds,
    brant,
    linear_diagnostics,
)
from firmtrade.surveys.models.estimators import ESTIMATORS
from firmtrade.surveys.models.joint import JointTest, SimpleSlope, joint_test, simple_slopes
from firmtrade.surveys.models.marginal import MarginalEffects, marginal_effects
from firmtrade.surveys.models.regression import LEAST_SQUARE, SINGULAR, Regression
from firmtrade.surveys.plan import PlannedModel
from firmtrade.surveys.terms import (
    BY,
    OF,
    Contrasts,
    Rows,
    compared,
    complete_rows,
    criteria_in,
    design_matrix,
)
from firmtrade.surveys.weighting import SampleDesign
from firmtrade.surveys.weighting.calibration import Calibrated

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedModel:
    """One declared model, fitted unweighted and, where weights exist, weighted.

    ``terms`` name the coefficients in order, the intercept first where there is one: a criterion with categories has
    one for each but the base (``bases``), tested together in ``joint``. ``penalized`` are Firth's estimates by term
    where a predictor separates the answers to a logit; ``slopes`` those of interactions. ``standardized`` are the
    coefficients per standard deviation of predictor and (latent) outcome, shape (terms,). ``turning_points``
    hold, for each squared term, the value of the criterion where the effect turns and whether it lies in the
    data.
    """

    name: str
    declared: PlannedModel
    terms: tuple[str, ...]
    unweighted: Regression
    weighted: Regression | None
    standardized: Array
    effects: tuple[EffectSize | None, ...]
    marginal: MarginalEffects | None
    linear: LinearDiagnostics | None
    proportional_odds: ProportionalOdds | None
    turning_points: dict[str, tuple[float, bool]]
    n: int
    rows: Rows
    problems: tuple[Message, ...]
    bases: Mapping[str, str] = field(default_factory=dict)
    joint: Mapping[str, JointTest] = field(default_factory=dict)
    slopes: tuple[SimpleSlope, ...] = ()
    penalized: Mapping[str, Effect] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnfittedModel:
    """A model that could not be fitted, and why."""

    name: str
    declared: PlannedModel
    reason: Slot


def subset_design(design: SampleDesign, rows: Rows) -> SampleDesign:
    """The design of those rows; strata are renumbered, calibration keeps their part."""
    present, strata = np.unique(design.strata[rows], return_inverse=True)
    population = None if design.population is None else design.population[present]
    calibration = None
    if design.calibration is not None:
        whole = design.calibration
        calibration = Calibrated(
            whole.weights[rows], whole.ratio[rows], whole.auxiliary[rows], whole.base[rows], whole.converged,
            whole.iterations, whole.method,
        )  # fmt: skip
    clusters = None
    if design.clusters is not None:
        clusters = np.unique(design.clusters[rows], return_inverse=True)[1].astype(np.intp)
    return replace(
        design, strata=strata.astype(np.intp), weights=design.weights[rows], population=population,
        calibration=calibration, clusters=clusters,
    )  # fmt: skip


def standardized_coefficients(model: Regression, design: Array, outcome: Array) -> Array:
    """Coefficients per standard deviation of predictor and outcome.

    For the logits the outcome is the latent one, with variance of its linear part plus pi squared over three
    (McKelvey and Zavoina 1975, Journal of Mathematical Sociology 4, 103-120).
    """
    matrix = design[:, -len(model.coefficients) :]
    if model.kind == "linear":
        scale = float(outcome.std(ddof=1))
    else:
        scale = float(np.sqrt((matrix @ model.coefficients).var(ddof=1) + np.pi**2 / 3))
    return np.asarray(model.coefficients * matrix.std(axis=0, ddof=1) / scale)


def fit_model(
    name: str,
    declared: PlannedModel,
    outcome: Array,
    values: Mapping[str, Array],
    design: SampleDesign | None,
    contrasts: Mapping[str, Contrasts] | None = None,
) -> FittedModel | UnfittedModel:
    """Fit a declared model; what cannot be fitted comes back with its reason, so that the rest still runs.

    Parameters
    ----------
    outcome
        Shape (n,), NaN where unknown.
    values
        Criteria by name, shape (n,), and the columns of their contrasts.
    design
        Strata and weights of the answers, and what the model is about; None where nothing is known of the sample.
    contrasts
        The criteria whose categories are compared with a base.
    """
    declared_terms = (*declared.terms, *declared.controls)
    rows = complete_rows(outcome, values, declared_terms)
    if not rows.any():
        used = dict.fromkeys(name for term in declared_terms for name in criteria_in(term))
        empty = [name for name in used if np.isnan(values[name]).all()]
        nothing = message("problems.no_complete")
        why = message("problems.never_answered", term=Code(empty[0])) if empty else nothing
        return UnfittedModel(name, declared, why)
    terms, bases, remarks = compared(declared_terms, contrasts or {}, rows)
    matrix, known = design_matrix(values, terms, rows), outcome[rows]
    if (undetermined := _undetermined(matrix, terms)) is not None:
        return UnfittedModel(name, declared, undetermined)
    estimate = ESTIMATORS[declared.estimator]
    try:
        plain = estimate(matrix, known, variance="HC3" if declared.estimator == "linear" else "HC0")
        weighted = None
        if design is not None:
            sample = subset_design(design, rows)
            weighted = estimate(matrix, known, variance="design_corrected", sample=sample)
        fitted = _described(name, declared, terms, plain, weighted, matrix, known, values, rows)
        return _compared(fitted, bases, remarks, matrix, known, values)
    except FirmtradeError as error:
        return UnfittedModel(name, declared, reason_of(error))


def _undetermined(matrix: Array, terms: tuple[str, ...]) -> Message | None:
    """The first term whose effect the answers do not tell: it does not vary, or the columns before it make it up.

    ``matrix`` has the intercept and a column per term; with fewer answers than columns nothing is said here.
    """
    n, k = matrix.shape
    if n <= k:
        return None
    columns = matrix / np.sqrt((matrix**2).mean(axis=0) + LEAST_SQUARE)
    own = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    for term, column, left in zip(terms, matrix.T[1:], own[1:], strict=True):
        if left < SINGULAR * np.sqrt(n):
            if np.ptp(column) == 0:
                return message("problems.same_everywhere", term=Code(term), n=Firms(n))
            return message("problems.repeats", term=Code(term))
    return None


def _described(
    name: str, declared: PlannedModel, terms: tuple[str, ...], plain: Regression, weighted: Regression | None,
    matrix: Array, known: Array, values: Mapping[str, Array], rows: Rows,
) -> FittedModel:  # fmt: skip
    ordered, linear = declared.estimator == "ordered_logit", declared.estimator == "linear"
    named = terms if ordered else ("intercept", *terms)
    odds = brant(matrix, known) if ordered else None
    problems = [*plain.problems, *(weighted.problems if weighted else ())]
    if odds is not None:
        problems += odds.problems
        if odds.p_value < 0.05:
            problems.append(message("problems.odds_rejected"))
    effects: list[EffectSize | None] = [None] * len(named)
    if linear:
        assert plain.degrees is not None
        effects = [partial_correlation(float(t), plain.degrees) for t in plain.statistics]
        effects[0] = None
    return FittedModel(
        name=name,
        declared=declared,
        terms=named,
        unweighted=plain,
        weighted=weighted,
        standardized=standardized_coefficients(plain, matrix, known),
        effects=tuple(effects),
        marginal=None if linear else marginal_effects(plain, matrix, contrasts=_contrast_columns(named)),
        linear=linear_diagnostics(matrix, known) if linear else None,
        proportional_odds=odds,
        turning_points=_turning_points(named, plain, values, rows),
        n=int(rows.sum()),
        rows=rows,
        problems=tuple(dict.fromkeys(problems)),
    )


def _contrast_columns(terms: tuple[str, ...]) -> list[list[int]]:
    """Places of the contrasts of each criterion that has them.

    >>> _contrast_columns(("intercept", "age", "sector=2", "sector=3", "sector=2:age"))
    [[2, 3]]
    """
    found: dict[str, list[int]] = {}
    for place, term in enumerate(terms):
        if OF in term and BY not in term:
            found.setdefault(criteria_in(term)[0], []).append(place)
    return list(found.values())


def _compared(
    fitted: FittedModel, bases: Mapping[str, str], remarks: tuple[Message, ...], matrix: Array, known: Array,
    values: Mapping[str, Array],
) -> FittedModel:  # fmt: skip
    """The model with what several of its coefficients say together, and Firth's estimates where it separates."""
    model = fitted.unweighted
    tests = {name: joint_test(model, fitted.terms, name) for name in bases}
    penalized: dict[str, Effect] = {}
    problems = (*remarks, *fitted.problems)
    if model.kind == "logit" and not model.converged:
        found = firth_logit(matrix, known, fitted.terms)
        penalized = {term: found.effect(term) for term in fitted.terms}
        problems = (*problems, message("problems.penalized"))
    return replace(
        fitted,
        bases=bases,
        joint={name: test for name, test in tests.items() if test is not None},
        slopes=simple_slopes(model, fitted.terms, values, fitted.rows),
        penalized=penalized,
        problems=problems,
    )


def _turning_points(
    terms: tuple[str, ...], model: Regression, values: Mapping[str, Array], rows: Rows
) -> dict[str, tuple[float, bool]]:
    found = {}
    for place, term in enumerate(terms):
        base = term.removesuffix("^2")
        if term.endswith("^2") and base in terms and model.coefficients[place] != 0:
            inside = values[base][rows]
            slope = model.coefficients[terms.index(base)]
            turn = float(inside.mean() - slope / (2 * model.coefficients[place]))
            found[base] = (turn, bool(inside.min() < turn < inside.max()))
    return found
