"""Cox's proportional hazards model for rows at risk on intervals, fast on data with few event times.

Annual data has many ties and few distinct times, so the sums over risk sets are accumulated per time, never
per row: every row adds its terms where its interval begins and takes them away where it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes, independent_columns, sums_by
from firmtrade.inference.fits import Fit


@dataclass(frozen=True, slots=True)
class _RiskSets:
    """Where each row is at risk: event times ``first`` to ``last`` (exclusive) of ``n_times``."""

    first: Integers
    last: Integers
    at_event: Integers
    event: Flags
    n_times: int


@dataclass(frozen=True, slots=True)
class _EfronTerms:
    """Sums per event time over the steps l = 0..d-1 of Efron's approximation."""

    c0: Floats
    c1: Floats
    mean: Floats
    e0: Floats
    e1: Floats


def cox(
    start: Floats,
    stop: Floats,
    event: Flags,
    covariates: Floats,
    names: tuple[str, ...],
    *,
    clusters: Integers | None = None,
    strata: Integers | None = None,
) -> Fit:
    """Fit a Cox model (Cox 1972), ties by Efron (1977), at risk on (start, stop].

    Parameters
    ----------
    start, stop, event
        Arrays (n,). Left truncation is a ``start`` above zero; covariates that change are further rows.
    covariates, names
        Array (n, k) and its k names.
    clusters
        Array (n,): with it the covariance is Lin & Wei's (1989) sandwich over clusters, without it the
        inverse information.
    strata
        Array (n,): each stratum has its own baseline hazard.

    Returns
    -------
    Fit
        Log hazard ratios, and the partial log-likelihood.

    Raises
    ------
    ValueError
        If nothing ends, or no covariate varies, or the likelihood has no maximum (a covariate separates
        events from the rest).
    """
    if not event.any():
        raise ValueError("no event")
    sets = _risk_sets(start, stop, event, strata)
    centred = covariates - covariates.mean(axis=0)
    keep = independent_columns(centred.T @ centred)
    if not keep.any():
        raise ValueError("no covariate varies")
    x = np.asfortranarray(centred[:, keep])
    used = tuple(name for name, kept in zip(names, keep, strict=True) if kept)
    beta, likelihood, information, terms = _maximize(x, sets, used)
    inverse = np.linalg.inv(information)
    n_clusters = int(sets.event.sum())
    covariance = inverse
    if clusters is not None:
        cluster, n_clusters = codes(clusters)
        scores = sums_by(cluster, n_clusters, _score_residuals(x, beta, sets, terms))
        covariance = inverse @ (scores.T @ scores) @ inverse
    return Fit(
        used,
        beta,
        covariance,
        n_obs=len(start),
        n_clusters=n_clusters,
        collinear=tuple(name for name, kept in zip(names, keep, strict=True) if not kept),
        log_likelihood=likelihood,
    )


def _risk_sets(start: Floats, stop: Floats, event: Flags, strata: Integers | None) -> _RiskSets:
    stratum = np.zeros(len(start), dtype=np.int64) if strata is None else codes(strata)[0]
    key = np.column_stack([stratum[event].astype(np.float64), stop[event]])
    times = np.unique(key, axis=0)
    scale = float(np.abs(np.concatenate([start, stop])).max()) + 1.0
    line = times[:, 0] * 4 * scale + times[:, 1]
    offset = stratum * 4 * scale
    first = np.searchsorted(line, offset + start, side="right")
    last = np.searchsorted(line, offset + stop, side="right")
    return _RiskSets(first, last, last - 1, event, len(times))


def _maximize(
    x: Floats, sets: _RiskSets, names: tuple[str, ...]
) -> tuple[Floats, float, Floats, _EfronTerms]:
    beta = np.zeros(x.shape[1])
    likelihood, gradient, information, terms = _evaluate(x, beta, sets)
    if not independent_columns(information, np.sum(x**2, axis=0)).all():
        raise ValueError("no risk set holds firms that differ enough to compare")
    for _ in range(50):
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        for _ in range(30):
            trial = _evaluate(x, beta + step, sets)
            if trial[0] >= likelihood - 1e-10 * abs(likelihood):
                break
            step = step / 2
        beta = beta + step
        change = abs(trial[0] - likelihood)
        likelihood, gradient, information, terms = trial
        if np.abs(beta).max() * x.std(axis=0).max() > 50:
            break
        if change <= 1e-12 * (abs(likelihood) + 1) and np.abs(step).max() < 1e-7:
            return beta, likelihood, information, terms
    raise ValueError(f"the likelihood has no maximum in {', '.join(names)}")


def _at_risk_sum(values: Floats, sets: _RiskSets) -> Floats:
    """Sum of ``values`` (n,) over the rows at risk at each event time."""
    n = sets.n_times + 1
    change = np.bincount(sets.first, weights=values, minlength=n)
    change -= np.bincount(sets.last, weights=values, minlength=n)
    return np.asarray(np.cumsum(change)[: sets.n_times])


def _tied_sum(values: Floats, sets: _RiskSets) -> Floats:
    total: Floats = np.bincount(
        sets.at_event[sets.event], weights=values[sets.event], minlength=sets.n_times
    ).astype(np.float64)
    return total


def _evaluate(x: Floats, beta: Floats, sets: _RiskSets) -> tuple[float, Floats, Floats, _EfronTerms]:
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
        return -np.inf, np.zeros(k), np.zeros((k, k)), _EfronTerms(*[np.zeros((sets.n_times, k))] * 5)
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
    return likelihood, gradient, information, _EfronTerms(c0, c1, mean, e0, e1)


def _score_residuals(x: Floats, beta: Floats, sets: _RiskSets, terms: _EfronTerms) -> Floats:
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
