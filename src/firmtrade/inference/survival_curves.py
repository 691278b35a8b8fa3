"""Survival functions and cumulative incidences with late entry, and their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from firmtrade.inference.arrays import Flags, Floats, Integers, codes


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """A step function at its event times: arrays (m,) of time, value, standard error, interval, numbers."""

    time: Floats
    value: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats
    at_risk: Integers
    events: Integers

    def at(self, time: float) -> float:
        """The value just after ``time`` (1 or 0, the curve's start, before the first event)."""
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        return float(self.value[place]) if place >= 0 else float("nan")

    def median(self) -> float | None:
        """First time at which a survival function is at or below one half; None where it never is."""
        below = np.flatnonzero(self.value <= 0.5 + 1e-12)
        return float(self.time[below[0]]) if len(below) else None


def kaplan_meier(start: Floats, stop: Floats, event: Flags, level: float = 0.95) -> SurvivalCurve:
    """Product-limit estimator for rows at risk on (start, stop] (Kaplan & Meier 1958), late entry respected.

    Parameters
    ----------
    start, stop, event
        Arrays (n,). A row is at risk from after ``start`` up to and including ``stop``; the same firm may
        have several rows with consecutive intervals, which is how status that changes is written (the
        curves of Simon & Makuch 1984).

    Greenwood's variance; intervals on the log(-log) scale.
    """
    times, at_risk, events = _risk_table(start, stop, event)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.cumprod(1 - events / at_risk)
        hazard_variance = np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64)))
        std_error = value * np.sqrt(hazard_variance)
        low, high = _log_log_interval(value, np.sqrt(hazard_variance), level)
    std_error = np.where(value > 0, std_error, 0.0)
    return SurvivalCurve(times, value, std_error, low, high, at_risk, events)


def aalen_johansen(
    start: Floats,
    stop: Floats,
    cause: Integers,
    causes: tuple[int, ...],
    *,
    clusters: Integers | None = None,
    level: float = 0.95,
) -> dict[int, SurvivalCurve]:
    """Cumulative incidence of competing causes (Aalen & Johansen 1978), late entry respected.

    Parameters
    ----------
    start, stop
        Arrays (n,): at risk on (start, stop].
    cause
        Array (n,): 0 for censored, else the cause of the event at ``stop``.
    causes
        The causes to return.
    clusters
        Array (n,): rows of one firm; without it every row is a unit of its own.

    The variance is the infinitesimal jackknife over clusters, as in the `survival` package of R. Intervals
    are on the log scale of the incidence.
    """
    times, at_risk, events = _risk_table(start, stop, cause > 0)
    survival = np.cumprod(1 - events / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    cluster = np.arange(len(start)) if clusters is None else codes(clusters)[0]
    reach = float(stats.norm.ppf(0.5 + level / 2))
    curves = {}
    for which in causes:
        at = np.searchsorted(times, stop[cause == which])
        own = np.bincount(at, minlength=len(times)).astype(np.int64)
        incidence = np.cumsum(before * own / at_risk)
        variance = _jackknife_variance(
            start, stop, cause, which, cluster, (times, at_risk, events, own, before)
        )
        std_error = np.sqrt(variance)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(incidence > 0, reach * std_error / incidence, 0.0)
        low, high = incidence * np.exp(-spread), np.minimum(incidence * np.exp(spread), 1.0)
        curves[which] = SurvivalCurve(times, incidence, std_error, low, high, at_risk, own)
    return curves


def _risk_table(start: Floats, stop: Floats, event: Flags) -> tuple[Floats, Integers, Integers]:
    times = np.unique(stop[event])
    entered = np.searchsorted(np.sort(start), times, side="left")
    left = np.searchsorted(np.sort(stop), times, side="left")
    at_risk = (entered - left).astype(np.int64)
    events = np.bincount(np.searchsorted(times, stop[event]), minlength=len(times)).astype(np.int64)
    return times, at_risk, events


def _log_log_interval(value: Floats, relative_error: Floats, level: float) -> tuple[Floats, Floats]:
    reach = float(stats.norm.ppf(0.5 + level / 2))
    log_value = np.log(value)
    spread = reach * relative_error / -log_value
    inner = np.log(-log_value)
    inside = (value > 0) & (value < 1)
    low = np.where(inside, np.exp(-np.exp(inner + spread)), value)
    high = np.where(inside, np.exp(-np.exp(inner - spread)), value)
    return low, high


def _jackknife_variance(
    start: Floats,
    stop: Floats,
    cause: Integers,
    which: int,
    cluster: Integers,
    table: tuple[Floats, Integers, Integers, Integers, Floats],
) -> Floats:
    """Squared influences summed over clusters, at each time.

    Rows that enter, leave and end alike have the same influence, so it is worked out once per such pattern.
    """
    times, at_risk, events, own, before = table
    entry = np.searchsorted(times, start, side="right")
    leaving = np.searchsorted(times, stop, side="right")
    ending = np.where(cause == which, 2, np.where(cause > 0, 1, 0))
    pattern, n_patterns = codes((entry * (len(times) + 1) + leaving) * 3 + ending)
    example = np.zeros(n_patterns, dtype=np.int64)
    example[pattern] = np.arange(len(pattern))
    patterns = np.column_stack([entry[example], leaving[example], ending[example]])
    moment = np.arange(len(times))
    present = (moment >= patterns[:, :1]) & (moment < patterns[:, 1:2])
    last = moment == patterns[:, 1:2] - 1
    any_end, own_end = last & (patterns[:, 2:] > 0), last & (patterns[:, 2:] == 2)

    hazard, own_hazard = events / at_risk, own / at_risk
    on_hazard = (any_end - present * hazard) / at_risk
    on_own_hazard = (own_end - present * own_hazard) / at_risk
    surviving = np.where(hazard < 1, 1 - hazard, 1.0)
    accumulated = np.cumsum(on_hazard / surviving, axis=1)
    on_survival_before = -before * np.column_stack([np.zeros(len(patterns)), accumulated[:, :-1]])
    influence = np.cumsum(before * on_own_hazard + own_hazard * on_survival_before, axis=1)
    n_clusters = int(cluster.max()) + 1
    variance = [
        float(np.sum(np.bincount(cluster, weights=influence[pattern, place], minlength=n_clusters) ** 2))
        for place in range(len(times))
    ]
    return np.array(variance)
