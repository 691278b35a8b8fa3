"""The discrete-time proportional hazards model: a binary regression with the complementary log-log link."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes, independent_columns
from firmtrade.inference.binary import DesignColumns, cloglog_terms, design_of, inverse_in
from firmtrade.inference.firth import firth_objective
from firmtrade.inference.fits import Fit
from firmtrade.inference.penalized import PenalizedFit, penalized_fit
from firmtrade.inference.separation import separation
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Listing

_CERTAIN = (-25.0, 3.5)
"""Linear predictors inside, and a step that has vanished: the likelihood has its maximum here."""


def cloglog(
    event: Flags,
    covariates: Floats,
    names: tuple[str, ...],
    *,
    factors: Sequence[Integers] = (),
    clusters: Integers | None = None,
) -> Fit:
    """Fit P(event) = 1 - exp(-exp(x'b)): grouped-time proportional hazards (Prentice & Gloeckler 1978).

    Parameters
    ----------
    event
        Array (n,): whether the spell ends in this period.
    covariates, names
        Array (n, k) and its k names, a constant among them where there are no factors.
    factors
        Arrays (n,) of labels: the baseline hazard by duration, division, year. A level in which nothing ends, or
        everything does, is left out with its rows, which say nothing about the rest. Their effects are absorbed.
    clusters
        Array (n,): with it, the covariance is the sandwich over clusters times G / (G - 1).

    Returns
    -------
    Fit
        The covariates. Those that separate have no estimate and are named in ``separated``; see
        :mod:`firmtrade.inference.separation`.

    Raises
    ------
    UnfittedError
        If nothing ends, or everything does.
    """
    outcome = event.astype(np.float64)
    rows = _informative(event, factors)
    whole = design_of(covariates, factors).rows(rows)
    if not event[rows].any() or event[rows].all():
        raise UnfittedError("all_events" if event[rows].any() else "no_event")
    k = len(names)
    kept = whole.independent()
    collinear = tuple(name for name, known in zip(names, kept[:k], strict=True) if not known)
    found = separation(_margins(whole.columns[:, kept[:k]], outcome[rows]), groups_only=True)
    fitted = None if found else _maximize(outcome[rows], whole, kept)
    if fitted is None:
        found = separation(_margins(whole.dense()[:, kept], outcome[rows]))
        if found is None:
            fitted = _maximize(outcome[rows], whole, kept, certain=(-np.inf, np.inf))
    separated: tuple[str, ...] = ()
    if found is not None:
        open_ = np.zeros(whole.size, dtype=np.bool_)
        open_[kept] = found.unbounded
        separated = tuple(name for name, unbounded in zip(names, open_[:k], strict=True) if unbounded)
        rows = rows.copy()
        rows[np.flatnonzero(rows)[found.rows]] = False
        rows &= _informative(event, factors, rows)
        if not event[rows].any() or len(separated) == len(names) - len(collinear):
            return Fit((), np.empty(0), np.empty((0, 0)), 0, 0, collinear=collinear, separated=separated)
        shown = np.array([name not in (*separated, *collinear) for name in names])
        whole = design_of(covariates[:, shown], factors).rows(rows)
        names, k = tuple(name for name, show in zip(names, shown, strict=True) if show), int(shown.sum())
        kept = whole.independent()
        fitted = _maximize(outcome[rows], whole, kept, certain=(-np.inf, np.inf))
    if fitted is None:
        raise UnfittedError("no_maximum", names=Listing(tuple(names[:6]), "comma"))
    beta, likelihood, information, slope = fitted
    inverse = inverse_in(information, kept)
    n_clusters, covariance = int(rows.sum()), inverse[:k, :k]
    if clusters is not None:
        cluster, n_clusters = codes(clusters[rows])
        totals = whole.cluster_scores(slope, cluster, n_clusters, inverse[:, :k])
        covariance = totals.T @ totals * (n_clusters / max(n_clusters - 1, 1))
    known = kept[:k]
    return Fit(
        tuple(name for name, keep in zip(names, known, strict=True) if keep),
        beta[:k][known],
        covariance[np.ix_(known, known)],
        n_obs=int(rows.sum()),
        n_clusters=n_clusters,
        collinear=collinear,
        log_likelihood=likelihood,
        separated=separated,
    )


def firth_cloglog(
    event: Flags, covariates: Floats, names: tuple[str, ...], *, factors: Sequence[Integers] = ()
) -> PenalizedFit:
    """The model with Firth's penalty; arguments as :func:`cloglog`. Rows of one firm count as independent.

    Raises
    ------
    UnfittedError
        If nothing ends, or everything does.
    """
    rows = _informative(event, factors)
    if not event[rows].any() or event[rows].all():
        raise UnfittedError("all_events" if event[rows].any() else "no_event")
    whole, outcome = design_of(covariates, factors).rows(rows), event[rows].astype(np.float64)
    kept = whole.independent()

    dummies = tuple(f"level {place}" for place in range(whole.size - len(names)))
    every = (*names, *dummies)
    used = tuple(name for name, keep in zip(every, kept, strict=True) if keep)
    start = np.zeros(whole.size)
    level = float(np.log(-np.log1p(-outcome.mean())))
    if whole.levels:
        start[len(names) : len(names) + whole.levels[0]] = level
    return penalized_fit(firth_objective(cloglog_terms, whole, outcome, kept), used, start[kept])


def _margins(columns: Floats, outcome: Floats) -> Floats:
    return columns * (2 * outcome - 1)[:, None]


def _informative(event: Flags, factors: Sequence[Integers], rows: Flags | None = None) -> Flags:
    """Rows outside levels in which nothing ends, or everything does, again and again until none is left out."""
    left = np.ones(len(event), dtype=np.bool_) if rows is None else rows.copy()
    changed = True
    while changed:
        before = int(left.sum())
        for factor in factors:
            code, levels = codes(factor)
            here = np.bincount(code[left], minlength=levels)
            ends = np.bincount(code[left & event], minlength=levels)
            left &= ((ends > 0) & (ends < here))[code]
        changed = int(left.sum()) < before
    return left


def _maximize(
    outcome: Floats, design: DesignColumns, kept: Flags, certain: tuple[float, float] = _CERTAIN
) -> tuple[Floats, float, Floats, Floats] | None:
    """Fisher scoring with halved steps; coefficients, log-likelihood, information, slopes of the rows.

    None where it leaves the range in which its end is certain.
    """
    beta = np.zeros(design.size)
    level = float(np.log(-np.log1p(-outcome.mean())))
    working = design.score(np.full(len(outcome), level))
    beta = inverse_in(design.gram(np.ones(len(outcome))), kept) @ working
    terms = cloglog_terms(outcome, design.linear(beta))
    scale = np.diag(design.gram(np.ones(len(outcome))))[kept]
    for _ in range(200):
        information = design.gram(terms.curvature)
        if not independent_columns(information[np.ix_(kept, kept)], scale).all():
            return None
        step = inverse_in(information, kept) @ design.score(terms.slope)
        move = design.linear(step)
        value = float(terms.likelihood.sum())
        if float(np.abs(move).max()) < 1e-9:
            return beta, value, information, terms.slope
        for _ in range(30):
            trial = cloglog_terms(outcome, design.linear(beta + step))
            if float(trial.likelihood.sum()) >= value - 1e-10 * abs(value):
                break
            step = step / 2
        beta, terms = beta + step, trial
        linear = design.linear(beta)
        if linear.min() < certain[0] or linear.max() > certain[1]:
            return None
    return None
