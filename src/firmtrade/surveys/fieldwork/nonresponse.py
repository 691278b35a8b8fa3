"""Do those who answered look like those who did not, and like the register?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from firmtrade.inference.effect_sizes import EffectSize, cramers_v, standardized_difference
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.models import logit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A difference of two groups, the test that it is zero, and the two one-sided tests that it is small.

    ``bound`` is in standard deviations; ``equivalent_p`` below the level says that the difference lies
    inside.
    """

    difference: float
    t: float
    degrees: float
    p_value: float
    equivalent_p: float
    low: float
    high: float
    effect: EffectSize
    n: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FrameComparison:
    """Respondents against frame and drawn sample on one attribute: shares per level and a chi-square test.

    The test is against the drawn sample where it is known: strata that were drawn more often are no
    non-response.
    """

    attribute: str
    levels: tuple[str, ...]
    frame: Array
    sample: Array | None
    respondents: Array
    weighted: Array | None
    chi_square: float
    degrees: int
    p_value: float
    effect: EffectSize


def equivalence(one: Array, two: Array, bound: float, *, level: float = 0.05) -> Equivalence:
    """Welch's test with equivalence: no significant difference is not yet the same.

    Two one-sided tests (Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680)
    against plus and minus ``bound`` standard deviations (the pooled one); the interval has level 1 - 2 x
    ``level``.

    Raises
    ------
    DataError
        A group has fewer than two answers.
    """
    one, two = one[~np.isnan(one)], two[~np.isnan(two)]
    n, m = len(one), len(two)
    if min(n, m) < 2:
        raise ImpossibleError("small_group")
    first, second = one.var(ddof=1) / n, two.var(ddof=1) / m
    error = float(np.sqrt(first + second))
    pooled = float(np.sqrt(((n - 1) * one.var(ddof=1) + (m - 1) * two.var(ddof=1)) / (n + m - 2)))
    difference = float(one.mean() - two.mean())
    if error == 0:
        raise ImpossibleError("flat_groups")
    degrees = (first + second) ** 2 / (first**2 / (n - 1) + second**2 / (m - 1))
    limit = bound * pooled
    below = float(stats.t.cdf((difference - limit) / error, degrees))
    above = float(stats.t.sf((difference + limit) / error, degrees))
    reach = float(stats.t.ppf(1 - level, degrees)) * error
    p_value = float(2 * stats.t.sf(abs(difference / error), degrees))
    return Equivalence(
        difference, difference / error, float(degrees), p_value, max(below, above), difference - reach,
        difference + reach, standardized_difference(one, two), (n, m),
    )  # fmt: skip


def wave_comparison(wave: Array, variables: dict[str, Array], bound: float) -> dict[str, Equivalence]:
    """First wave against last: late respondents stand in for those who never answered (Armstrong and Overton
    1977, Journal of Marketing Research 14, 396-402). Variables that cannot be compared are left out."""
    known = wave[~np.isnan(wave)]
    if known.size == 0 or known.min() == known.max():
        return {}
    early, late = wave == known.min(), wave == known.max()
    found = {}
    for name, values in variables.items():
        one, two = values[early], values[late]
        one, two = one[~np.isnan(one)], two[~np.isnan(two)]
        if min(len(one), len(two)) > 1 and (one.var() > 0 or two.var() > 0):
            found[name] = equivalence(one, two, bound)
    return found


def frame_comparison(
    frame: pl.DataFrame,
    respondents: pl.DataFrame,
    attribute: str,
    weights: Array | None = None,
    sample: pl.DataFrame | None = None,
) -> FrameComparison:
    """Shares of an attribute among respondents against the frame, missing as a level of its own.

    Parameters
    ----------
    frame, respondents
        Rows with the attribute.
    weights
        Final weights of the respondents, for the weighted shares.
    sample
        The drawn firms. The chi-square is then that of homogeneity of respondents and non-respondents;
        without it, of goodness of fit to the frame's shares.
    """
    levels = tuple(sorted(frame[attribute].cast(pl.String).fill_null("unknown").unique().to_list()))

    def counted(rows: pl.DataFrame, weight: Array | None = None) -> Array:
        column = rows[attribute].cast(pl.String).fill_null("unknown")
        ones = np.ones(len(rows)) if weight is None else weight
        return np.array([float(ones[(column == level).to_numpy()].sum()) for level in levels])

    whole, part = counted(frame), counted(respondents)
    drawn = None if sample is None else counted(sample)
    rest = (whole if drawn is None else drawn) - part
    if drawn is None:
        expected = whole / whole.sum() * part.sum()
        chi_square = _chi_square(part, expected)
    else:
        share = part.sum() / drawn.sum()
        chi_square = _chi_square(part, drawn * share) + _chi_square(rest, drawn * (1 - share))
    degrees = int((whole > 0).sum()) - 1
    return FrameComparison(
        attribute=attribute,
        levels=levels,
        frame=whole / whole.sum(),
        sample=None if drawn is None else drawn / drawn.sum(),
        respondents=part / part.sum(),
        weighted=None if weights is None else counted(respondents, weights) / weights.sum(),
        chi_square=chi_square,
        degrees=degrees,
        p_value=float(stats.chi2.sf(chi_square, degrees)),
        effect=cramers_v(np.stack([part, np.maximum(rest, 0)])),
    )


def _chi_square(observed: Array, expected: Array) -> float:
    there = expected > 0
    return float(((observed[there] - expected[there]) ** 2 / expected[there]).sum())


def representativity(
    sample: pl.DataFrame, answered: Array, attributes: tuple[str, ...]
) -> tuple[float, Array]:
    """R-indicator of a sample, 1 where everyone is equally likely to answer, and the estimated propensities.

    R = 1 - 2 S, S the standard deviation of propensities from a logit on the attributes (Schouten, Cobben and
    Bethlehem 2009, Survey Methodology 35, 101-113). Design weights are used where ``sample`` has ``weight``.
    """
    dummies = [np.ones(len(sample))]
    for attribute in attributes:
        column = sample[attribute].cast(pl.String).fill_null("unknown")
        counts = column.value_counts().sort(attribute)
        dummies += [(column == level).to_numpy().astype(float) for level in counts[attribute].to_list()[1:]]
    design = np.stack(dummies, axis=1)
    weights = sample["weight"].to_numpy() if "weight" in sample.columns else np.ones(len(sample))
    if answered.min() == answered.max():  # everybody or nobody: all are equally likely
        return 1.0, answered.astype(float)
    fit = logit(design, answered.astype(float), weights=weights)
    propensity = fit.fitted
    mean = float(weights @ propensity / weights.sum())
    spread = float(np.sqrt(weights @ (propensity - mean) ** 2 / weights.sum()))
    return 1 - 2 * spread, np.asarray(propensity)
