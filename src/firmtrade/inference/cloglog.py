"""The discrete-time proportional hazards model: a binary regression with the complementary log-log link."""

from __future__ import annotations

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes, independent_columns, sums_by
from firmtrade.inference.fits import Fit

_LIMITS = (-30.0, 4.0)
"""Hazards beyond these are as good as zero and one: their exponentials would overflow."""


def cloglog(
    event: Flags,
    design: Floats,
    names: tuple[str, ...],
    *,
    clusters: Integers | None = None,
    fixed: int = 0,
) -> Fit:
    """Fit P(event) = 1 - exp(-exp(x'b)): grouped-time proportional hazards (Prentice & Gloeckler 1978).

    Parameters
    ----------
    event
        Array (n,): whether the spell ends in this period.
    design, names
        Array (n, k), with the columns of the baseline hazard (dummies of duration) and a constant if wanted.
    clusters
        Array (n,): with it, the covariance is the sandwich over clusters times G / (G - 1).
    fixed
        The last ``fixed`` columns are baseline dummies: one without any event is left out
        with its rows, which say nothing about the rest.

    Raises
    ------
    ValueError
        If nothing ends, everything ends, or the likelihood has no maximum.
    """
    rows = _informative(event, design, fixed)
    event, design = event[rows], design[rows]
    clusters = clusters[rows] if clusters is not None else None
    if not event.any() or event.all():
        raise ValueError("no event" if not event.any() else "every row is an event")
    keep = independent_columns(design.T @ design)
    x = np.asfortranarray(design[:, keep])
    beta, likelihood, information, score = _iterate(event.astype(np.float64), x, names)
    inverse = np.linalg.inv(information)
    n_clusters, covariance = len(event), inverse
    if clusters is not None:
        cluster, n_clusters = codes(clusters)
        totals = sums_by(cluster, n_clusters, x * score[:, None])
        covariance = inverse @ (totals.T @ totals) @ inverse * (n_clusters / max(n_clusters - 1, 1))
    dropped = (name for name, kept in zip(names, keep, strict=True) if not kept)
    baseline = set(names[len(names) - fixed :]) if fixed else set()
    return Fit(
        tuple(name for name, kept in zip(names, keep, strict=True) if kept),
        beta,
        covariance,
        n_obs=len(event),
        n_clusters=n_clusters,
        collinear=tuple(name for name in dropped if name not in baseline),
        log_likelihood=likelihood,
    )


def _informative(event: Flags, design: Floats, fixed: int) -> Flags:
    """Rows outside baseline categories in which nothing ends, or everything does."""
    informative = np.ones(len(event), dtype=np.bool_)
    for column in range(design.shape[1] - fixed, design.shape[1]):
        member = design[:, column] != 0
        if member.any() and (not event[member].any() or event[member].all()):
            informative &= ~member
    return informative


def _iterate(event: Floats, x: Floats, names: tuple[str, ...]) -> tuple[Floats, float, Floats, Floats]:
    """Fisher scoring with halved steps; returns coefficients, log-likelihood, expected information,
    scores."""
    share = float(event.mean())
    working = np.full(len(event), np.log(-np.log(1 - share)))
    beta = np.linalg.lstsq(x, working, rcond=None)[0]
    likelihood = _likelihood(event, x @ beta)
    for _ in range(100):
        hazard = np.exp(np.clip(x @ beta, *_LIMITS))
        probability = -np.expm1(-hazard)
        score = np.where(event > 0, hazard * np.exp(-hazard) / probability, -hazard)
        expected = hazard**2 * np.exp(-hazard) / probability
        information = (x * expected[:, None]).T @ x
        if not independent_columns(information, np.sum(x**2, axis=0)).all():
            break
        step = np.linalg.solve(information, x.T @ score)
        for _ in range(30):
            new = _likelihood(event, x @ (beta + step))
            if new >= likelihood - 1e-10 * abs(likelihood):
                break
            step = step / 2
        beta = beta + step
        change, likelihood = abs(new - likelihood), new
        if change <= 1e-12 * (abs(new) + 1) and np.abs(step * x.std(axis=0)).max() < 1e-8:
            return beta, likelihood, information, score
    raise ValueError(f"the likelihood has no maximum in {', '.join(names[:6])}")


def _likelihood(event: Floats, linear: Floats) -> float:
    hazard = np.exp(np.clip(linear, *_LIMITS))
    return float(np.sum(np.where(event > 0, np.log(-np.expm1(-hazard)), -hazard)))
