"""What several coefficients say together: a criterion with categories, and the slopes of an interaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.surveys.models.regression import Regression
from firmtrade.surveys.terms import BY, OF, Rows, centre, criterion_of, parts_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointTest:
    """A Wald test that all contrasts of a criterion are zero: F where ``degrees`` of the model are known, else chi2.

    ``statistic`` is the F or the chi-square; ``contrasts`` the number of coefficients.
    """

    statistic: float
    contrasts: int
    degrees: int | None
    p_value: float


@dataclass(frozen=True, slots=True)
class SimpleSlope:
    """The effect of one unit of ``term`` where ``moderator`` has a value: ``at`` is ``low``, ``mean``, ``high`` (one
    standard deviation about the mean) or the key of a category."""

    term: str
    moderator: str
    at: str
    value: float | None
    slope: float
    std_error: float
    low: float
    high: float
    p_value: float


def joint_test(model: Regression, terms: Sequence[str], criterion: str) -> JointTest | None:
    """Whether the contrasts of a criterion matter together; None without contrasts, or where one has no estimate."""
    places = [at for at, term in enumerate(terms) if BY not in term and term.startswith(criterion + OF)]
    part = model.coefficients[places]
    covariance = model.covariance[np.ix_(places, places)]
    if not places or np.isnan(part).any():
        return None
    wald = float(part @ np.linalg.solve(covariance, part))
    k = len(places)
    if model.degrees is None:
        return JointTest(wald, k, None, float(stats.chi2.sf(wald, k)))
    return JointTest(wald / k, k, model.degrees, float(stats.f.sf(wald / k, k, model.degrees)))


def simple_slopes(
    model: Regression, terms: Sequence[str], values: Mapping[str, Array], rows: Rows
) -> tuple[SimpleSlope, ...]:
    """Slopes of the first term of every interaction at values of the second (Aiken and West 1991, Multiple
    Regression, chapter 2): a standard deviation below the mean, at it, above it; or in each category, base first."""
    found: list[SimpleSlope] = []
    pairs: dict[tuple[str, str], list[str]] = {}
    for term in terms:
        parts = parts_of(term)
        if len(parts) == 2:
            focal, moderator = parts if OF not in parts[0] else (parts[1], parts[0])
            pairs.setdefault((focal, criterion_of(moderator)), []).append(moderator)
    for (focal, moderator), columns in pairs.items():
        if focal not in terms:
            continue
        if OF in columns[0]:
            found.append(_slope(model, terms, focal, moderator, "", None, ()))
            for column in columns:
                key = column.partition(OF)[2]
                found.append(_slope(model, terms, focal, moderator, key, None, ((column, 1.0),)))
            continue
        known = values[moderator][rows]
        middle, spread = centre(values, moderator, rows), float(known.std(ddof=1))
        for at, step in (("low", -spread), ("mean", 0.0), ("high", spread)):
            shift = ((moderator, step),)
            found.append(_slope(model, terms, focal, moderator, at, middle + step, shift))
    return tuple(found)


def _slope(
    model: Regression, terms: Sequence[str], focal: str, moderator: str, at: str, value: float | None,
    shift: tuple[tuple[str, float], ...],
) -> SimpleSlope:  # fmt: skip
    """The slope of ``focal`` with the parts of its interactions moved by ``shift``; ``at`` is empty for the base."""
    weights = np.zeros(len(terms))
    weights[terms.index(focal)] = 1.0
    for column, step in shift:
        name = next(one for one in (BY.join((focal, column)), BY.join((column, focal))) if one in terms)
        weights[terms.index(name)] = step
    used = weights != 0
    k = len(terms)
    slope = float(weights[used] @ model.coefficients[used])
    variance = weights[used] @ model.covariance[:k, :k][np.ix_(used, used)] @ weights[used]
    error = float(np.sqrt(max(variance, 0.0)))
    known = stats.norm if model.degrees is None else stats.t(model.degrees)
    reach = float(known.ppf(0.975)) * error
    p_value = float(2 * known.sf(abs(slope / error))) if error > 0 else float("nan")
    return SimpleSlope(focal, moderator, at, value, slope, error, slope - reach, slope + reach, p_value)
