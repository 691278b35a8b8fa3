"""Every defensible analysis of one hypothesis, drawn as a specification curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.errors import DataError, FirmtradeError
from firmtrade.surveys.models.least_squares import linear
from firmtrade.surveys.models.ordered import ordered_logit
from firmtrade.surveys.models.specification import standardized_coefficients
from firmtrade.surveys.plan import Multiverse
from firmtrade.surveys.terms import Contrasts, compared, complete_rows, design_matrix

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpecificationCurve:
    """The estimates of all specifications, sorted by size.

    ``table`` has one row per specification: ``outcome``, ``focal``, ``definition`` (the way born globals
    enter, or ``none``), ``controls`` (names joined by ``+``), ``sample``, ``weighted``, ``estimate``
    (standardized), ``low``, ``high``, ``p_value`` and ``n``. ``possible`` counts the specifications there
    are, ``failed`` those drawn that could not be fitted. ``as_expected`` is the share with the expected sign
    and p below 0.05, ``against`` the share significant the other way.
    """

    hypothesis: str
    sign: str
    table: pl.DataFrame
    possible: int
    failed: int
    median: float
    as_expected: float
    against: float


Specification = tuple[str, str, str, tuple[str, ...], str, bool]


def specifications(declared: Multiverse) -> tuple[list[Specification], int]:
    """The specifications to fit, all of them or a random draw of ``limit``, and how many there are."""
    sets = [
        tuple(name for place, name in enumerate(declared.controls) if mask >> place & 1)
        for mask in range(2 ** len(declared.controls))
    ]
    axes = (
        declared.outcomes, declared.focal, ("none", *declared.definitions), sets, declared.samples,
        declared.weights,
    )  # fmt: skip
    sizes = [len(axis) for axis in axes]
    possible = int(np.prod(sizes))
    if possible <= declared.limit:
        return list(product(*axes)), possible
    generator = np.random.default_rng(declared.seed)
    chosen = np.sort(generator.choice(possible, declared.limit, replace=False))
    places = np.stack(np.unravel_index(chosen, sizes), axis=1)
    return [tuple(axis[place] for axis, place in zip(axes, row, strict=True)) for row in places], possible


def specification_curve(
    declared: Multiverse,
    sign: str,
    outcomes: Mapping[str, Array],
    values: Mapping[str, Array],
    attentive: NDArray[np.bool_],
    weights: Array | None,
    progress: Callable[[float], None] | None = None,
    contrasts: Mapping[str, Contrasts] | None = None,
) -> SpecificationCurve:
    """Fit every specification (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208-1214;
    Steegen, Tuerlinckx, Gelman and Vanpaemel 2016, Perspectives on Psychological Science 11, 702-712).

    An outcome with at most seven different whole-number answers is fitted by an ordered logit, others by
    least squares; errors are robust (HC1 and HC0), and coefficients standardized so that they can be set
    side by side.

    Parameters
    ----------
    outcomes, values
        Outcomes and criteria by name, shape (n,).
    attentive
        Which answers stand when careless respondents are left out, shape (n,).
    weights
        Weights (n,); without them weighted specifications are left out.
    contrasts
        The criteria whose categories are compared with a base.
    """
    drawn, possible = specifications(declared)
    if weights is None:
        drawn = [specification for specification in drawn if not specification[5]]
    rows: list[tuple[object, ...]] = []
    failed = 0
    for number, (outcome, focal, definition, controls, sample, weighted) in enumerate(drawn):
        if progress and number % 200 == 0:
            progress(number / len(drawn))
        terms = (focal, *(name for name in controls if name != focal))
        if definition != "none":
            terms = (*terms, definition)
        kept = complete_rows(outcomes[outcome], values, terms)
        if sample == "attentive":
            kept = kept & attentive
        terms = compared(terms, contrasts or {}, kept)[0]
        try:
            matrix, known = design_matrix(values, terms, kept), outcomes[outcome][kept]
            used = weights[kept] if weighted and weights is not None else None
            estimated = _estimate(matrix, known, used)
            rows.append((outcome, focal, definition, "+".join(controls), sample, weighted, *estimated))
        except FirmtradeError:
            failed += 1
    return _summary(declared.hypothesis, sign, rows, possible, failed)


def _estimate(matrix: Array, known: Array, weights: Array | None) -> tuple[float, float, float, float, int]:
    levels = np.unique(known)
    ordered = 3 <= len(levels) <= 7 and bool(np.all(levels == np.round(levels)))
    if ordered:
        model, place = ordered_logit(matrix, known, variance="HC0", weights=weights), 0
    else:
        model, place = linear(matrix, known, variance="HC1", weights=weights), 1
    if not model.converged:
        raise DataError(str(model.problems[0]))
    scale = standardized_coefficients(model, matrix, known)[place] / model.coefficients[place]
    low, high = model.interval()
    return (
        float(model.coefficients[place] * scale),
        float(low[place] * scale),
        float(high[place] * scale),
        float(model.p_values[place]),
        len(known),
    )


def _summary(
    hypothesis: str, sign: str, rows: list[tuple[object, ...]], possible: int, failed: int
) -> SpecificationCurve:
    schema = {
        "outcome": pl.String, "focal": pl.String, "definition": pl.String, "controls": pl.String,
        "sample": pl.String, "weighted": pl.Boolean, "estimate": pl.Float64, "low": pl.Float64,
        "high": pl.Float64, "p_value": pl.Float64, "n": pl.Int64,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=schema, orient="row").sort(
        "estimate", "outcome", "focal", "definition", "controls", "sample", "weighted"
    )
    estimate, significant = table["estimate"].to_numpy(), table["p_value"].to_numpy() < 0.05
    right = np.ones(len(table), dtype=bool) if sign == "either" else (estimate > 0) == (sign == "+")
    some = len(table) > 0
    return SpecificationCurve(
        hypothesis, sign, table, possible, failed, float(np.median(estimate)) if some else float("nan"),
        float((significant & right).mean()) if some else float("nan"),
        float((significant & ~right).mean()) if some else float("nan"),
    )  # fmt: skip
