"""How good forecasts of a rare event are: ranking, sharpness and calibration, each beside what knowing nothing gives.

Accuracy is no measure here: where one firm in twenty starts, calling every firm a non-starter is right nineteen times
in twenty. Average precision is the area under precision and recall (its value without information is the base rate),
lift the rate among the firms ranked highest over the base rate, Brier's skill the share of the squared error of a
constant forecast that is saved (Brier 1950; Murphy 1973), and the line of calibration the logistic regression of the
outcome on the log odds of the forecast (Cox 1958: slope 1 and intercept 0 where forecasts mean what they say).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from firmtrade.inference.arrays import Flags, Floats, Integers, codes
from firmtrade.inference.binary import logit_terms

CLIP = 1e-6
"""Forecasts nearer to zero or one than this count as this when their log odds are taken."""


@dataclass(frozen=True, slots=True)
class ForecastQuality:
    """Measures of one set of forecasts.

    ``base_rate`` is the share with the event, ``no_information_rate`` the accuracy of the best constant answer.
    """

    base_rate: float
    no_information_rate: float
    average_precision: float
    lift: float
    brier_skill: float
    intercept: float
    slope: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of like size: how many, their mean, and how often the event came."""

    n: int
    events: int
    predicted: float
    observed: float


def quality(outcome: Flags, forecast: Floats, reference: float, top: float = 0.1) -> ForecastQuality:
    """All measures of forecasts (n,) of an outcome (n,) that has both values.

    Parameters
    ----------
    reference
        The constant forecast that skill is measured against: the base rate of the years known before.
    top
        Share of the firms ranked highest that lift is taken over.
    """
    base = float(outcome.mean())
    intercept, slope = calibration_line(outcome, forecast)
    precision, lifted, skill = _Ranking(outcome, forecast, reference).measures(np.ones(len(outcome)), top)
    return ForecastQuality(base, max(base, 1 - base), precision, lifted, skill, intercept, slope)


def intervals(
    outcome: Flags,
    forecast: Floats,
    clusters: Integers,
    reference: float,
    *,
    top: float = 0.1,
    level: float = 0.95,
    draws: int = 400,
) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap over clusters (firms) of ``average_precision``, ``lift`` and ``brier_skill``.

    The draws begin at the same number every time. Those without an event say nothing and are left out.
    """
    random = np.random.default_rng(20)
    cluster, n = codes(clusters)
    ranking = _Ranking(outcome, forecast, reference)
    found = []
    for _ in range(draws):
        weight = np.bincount(random.integers(0, n, n), minlength=n)[cluster].astype(np.float64)
        if weight[outcome].sum() > 0:
            found.append(ranking.measures(weight, top))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(np.array(found), tails, axis=0)
    names = ("average_precision", "lift", "brier_skill")
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(names)}


def bins(outcome: Flags, forecast: Floats, number: int = 10) -> tuple[Bin, ...]:
    """Forecasts in ``number`` bins of like count, from the smallest up; equal forecasts share one bin."""
    edges = np.unique(np.quantile(forecast, np.linspace(0, 1, number + 1)[1:-1]))
    place = np.searchsorted(edges, forecast, side="right")
    counts = np.bincount(place, minlength=len(edges) + 1)
    events = np.bincount(place, weights=outcome, minlength=len(edges) + 1)
    total = np.bincount(place, weights=forecast, minlength=len(edges) + 1)
    return tuple(
        Bin(int(n), int(some), float(sum_of / n), float(some / n))
        for n, some, sum_of in zip(counts, events, total, strict=True)
        if n
    )


def calibration_line(outcome: Flags, forecast: Floats) -> tuple[float, float]:
    """Intercept and slope of the logistic regression of the outcome on the log odds of the forecast.

    NaN where the forecasts do not vary, or separate the outcome from the rest.
    """
    odds = logit(np.clip(forecast, CLIP, 1 - CLIP))
    if np.ptp(odds) == 0:
        return float("nan"), float("nan")
    design = np.column_stack([np.ones(len(odds)), odds])
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        terms = logit_terms(outcome.astype(np.float64), design @ beta)
        information = design.T @ (design * terms.curvature[:, None])
        if np.linalg.cond(information) > 1e14:
            return float("nan"), float("nan")
        step = np.linalg.solve(information, design.T @ terms.slope)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            return float(beta[0]), float(beta[1])
    return float("nan"), float("nan")


class _Ranking:
    """Rows from the highest forecast down, rows of one forecast together, ready to be weighted again and again."""

    def __init__(self, outcome: Flags, forecast: Floats, reference: float) -> None:
        self._order = np.argsort(-forecast, kind="stable")
        self._ends = np.flatnonzero(np.append(np.diff(forecast[self._order]) != 0, True))
        self._outcome = outcome[self._order].astype(np.float64)
        self._errors = np.column_stack([(forecast - outcome) ** 2, (reference - outcome) ** 2])

    def measures(self, weight: Floats, top: float) -> tuple[float, float, float]:
        """Average precision, lift and Brier's skill of rows that count ``weight`` (n,) times."""
        weights = weight[self._order]
        events = np.cumsum(weights * self._outcome)[self._ends]
        rows = np.cumsum(weights)[self._ends]
        base = events[-1] / rows[-1]
        precision = np.divide(events, rows, out=np.zeros(len(rows)), where=rows > 0)
        average = float(np.diff(events, prepend=0.0) @ precision / events[-1])
        wanted = top * rows[-1]
        lifted = float(np.interp(wanted, np.append(0.0, rows), np.append(0.0, events)) / wanted / base)
        error, constant = weight @ self._errors
        return average, lifted, float(1 - error / constant)
