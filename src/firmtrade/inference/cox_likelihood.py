"""The partial likelihood of Cox's model for rows at risk on intervals, fast on data with few event times.

Annual data has many ties and few distinct times, so the sums over risk sets are accumulated per time, never
per row: every row adds its terms where its interval begins and takes them away where it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Where each row is at risk: event times ``first`` to ``last`` (exclusive) of ``n_times``."""

    first: Integers
    last: Integers
    at_event: Integers
    event: Flags
    n_times: int


@dataclass(frozen=True, slots=True)
class EfronTerms:
    """Sums per event time over the steps l = 0..d-1 of Efron's approximation."""

    c0: Floats
    c1: Floats
    mean: Floats
    e0: Floats
    e1: Floats


def risk_sets(start: Floats, stop: Floats, event: Flags, strata: Integers | None) -> RiskSets:
    """The event times at which rows on (start, stop] are at risk, stratum by stratum."""
    stratum = np.zeros(len(start), dtype=np.int64) if strata is None else codes(strata)[0]
    scale = float(np.abs(np.concatenate([start, stop])).max()) + 1.0
    offset = stratum * 4 * scale
    line = np.unique(offset[event] + stop[event])
    first = np.searchsorted(line, offset + start, side="right")
    last = np.searchsorted(line, offset + stop, side="right")
    return RiskSets(first, last, last - 1, event, len(line))


def pairs(sets: RiskSets) -> tuple[Integers, Integers]:
    """Every row with every event time at which it is at risk: positions of both, arrays (m,)."""
    times = sets.last - sets.first
    row = np.repeat(np.arange(len(times)), times)
    begin = np.concatenate([[0], np.cumsum(times)[:-1]])
    return row, np.arange(len(row)) - np.repeat(begin - sets.first, times)


def of_pairs(sets: RiskSets, row: Integers, time: Integers) -> RiskSets:
    """The risk sets of some pairs of row and event time, each a row of its own."""
    return RiskSets(time, time + 1, time, sets.event[row] & (sets.at_event[row] == time), sets.n_times)


def _at_risk_sum(values: Floats, sets: RiskSets) -> Floats:
    """Sum of ``values`` (n,) over the rows at risk at each event time."""
    n = sets.n_times + 1
    change = np.bincount(sets.first, weights=values, minlength=n)
    change -= np.bincount(sets.last, weights=values, minlength=n)
    return np.asarray(np.cumsum(change)[: sets.n_times])


def _tied_sum(values: Floats, sets: RiskSets) -> Floats:
    total: Floats = np.bincount(
        sets.at_event[sets.event], weights=values[sets.event], minlength=sets.n_times
    ).astype(np.float64)
    return total


def evaluate(x: Floats, beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats, EfronTerms]:
    """Partial log-likelihood, its gradient (k,) and information (k, k), and what residuals are made of."""
    k = x.shape[1]
    linear = np.clip(x @ beta, -200, 200)
    risk = np.exp(linear)
    ties = _tied_sum(np.ones(len(x)), sets)
    s0, t0 = _at_risk_sum(risk, sets), _tied_sum(risk, sets)
    s1 = np.column_stack([_at_risk_sum(risk * x[:, j], sets) for j in range(k)])
    t1 = np.column_stack([_tied_sum(risk * x[:, j], sets) for j in range(k)])

    time = np.repeat(np.arange(sets.n_times), ties.astype(np.int64))
    starts = np.concatenate([[0.0], np.cumsum(ties)[:-1]])
    share = (np.arange(len(time)) - starts[time]) / ties[time]
    remaining = s0[time] - share * t0[time]
    if not (remaining > 0).all():
        return -np.inf, np.zeros(k), np.zeros((k, k)), EfronTerms(*[np.zeros((sets.n_times, k))] * 5)
    weight = 1 / remaining

    def per_time(values: Floats) -> Floats:
        return np.bincount(time, weights=values, minlength=sets.n_times).astype(np.float64)

    c0, e0 = per_time(weight), per_time(share * weight)
    w2, w2s, w2ss = per_time(weight**2), per_time(share * weight**2), per_time(share**2 * weight**2)
    mean_sum = s1 * c0[:, None] - t1 * e0[:, None]
    c1 = s1 * w2[:, None] - t1 * w2s[:, None]
    e1 = s1 * w2s[:, None] - t1 * w2ss[:, None]

    likelihood = float(linear[sets.event].sum() + np.log(weight).sum())
    gradient = x[sets.event].sum(axis=0) - mean_sum.sum(axis=0)
    information = np.empty((k, k))
    for i in range(k):
        for j in range(i, k):
            cross = risk * x[:, i] * x[:, j]
            second = _at_risk_sum(cross, sets) @ c0 - _tied_sum(cross, sets) @ e0
            first = (s1[:, i] * s1[:, j]) @ w2 + (t1[:, i] * t1[:, j]) @ w2ss
            first -= (s1[:, i] * t1[:, j] + t1[:, i] * s1[:, j]) @ w2s
            information[i, j] = information[j, i] = second - first
    mean = mean_sum / ties[:, None]
    return likelihood, gradient, information, EfronTerms(c0, c1, mean, e0, e1)


def score_residuals(x: Floats, beta: Floats, sets: RiskSets, terms: EfronTerms) -> Floats:
    """What each row adds to the score at the maximum, an array (n, k) whose columns sum to zero."""
    risk = np.exp(np.clip(x @ beta, -200, 200))
    running0 = np.concatenate([[0.0], np.cumsum(terms.c0)])
    hazard = running0[sets.last] - running0[sets.first]
    residuals = np.empty_like(x)
    event = sets.event
    at = sets.at_event[event]
    for j in range(x.shape[1]):
        running1 = np.concatenate([[0.0], np.cumsum(terms.c1[:, j])])
        drift = running1[sets.last] - running1[sets.first]
        column = -risk * (x[:, j] * hazard - drift)
        own = x[event, j] - terms.mean[at, j]
        own += risk[event] * (x[event, j] * terms.e0[at] - terms.e1[at, j])
        column[event] += own
        residuals[:, j] = column
    return residuals
