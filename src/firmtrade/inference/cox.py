"""Cox's proportional hazards model, with what it can say where its likelihood has no maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from firmtrade.inference.arrays import (
    Flags,
    Floats,
    Integers,
    codes,
    independent_columns,
    inverse_of,
    sums_by,
)
from firmtrade.inference.cox_likelihood import (
    EfronTerms,
    RiskSets,
    evaluate,
    of_pairs,
    pairs,
    risk_sets,
    score_residuals,
)
from firmtrade.inference.fits import Fit
from firmtrade.inference.penalized import PenalizedFit, penalized_fit, penalized_value
from firmtrade.inference.separation import Separation, separation
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Listing

_CERTAIN = 30.0
"""Log hazards that differ by less, and a step that has vanished: the likelihood has its maximum here. Where it grows
for ever, the step along which it does stays as long as the margins are."""


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
        Log hazard ratios, and the partial log-likelihood. Covariates that separate (a group in which nothing ends,
        say) have none and are named in ``separated``; the others are estimated in the limit, without the rows
        that the separated ones predict.

    Raises
    ------
    UnfittedError
        If nothing ends, or no covariate varies where firms are compared.
    """
    if not event.any():
        raise UnfittedError("no_event")
    sets = risk_sets(start, stop, event, strata)
    x, keep, behind, differences, level = _prepared(covariates, sets)
    used = tuple(name for name, kept in zip(names, keep, strict=True) if kept)
    collinear = tuple(name for name in names if name not in used)
    found = separation(differences, level, groups_only=True)
    fitted = None if found else _maximize(x, sets)
    if fitted is None and found is None:
        found = separation(differences, level)
        fitted = None if found else _maximize(x, sets, certain=np.inf)
        if fitted is None and found is None:
            raise UnfittedError("no_maximum", names=Listing(tuple(used), "comma"))
    if found is None:
        assert fitted is not None
        rows = np.arange(len(x))
        return _fit(fitted, x, sets, used, np.ones(len(used), np.bool_), (rows, clusters), collinear)
    separated = tuple(name for name, open_ in zip(used, found.unbounded, strict=True) if open_)
    row, time = behind[0][~found.rows], behind[1][~found.rows]
    left = of_pairs(sets, row, time)
    columns = _columns(differences[~found.rows], found)
    if not (columns & ~found.unbounded).any():
        return Fit((), np.empty(0), np.empty((0, 0)), 0, 0, collinear=collinear, separated=separated)
    fitted = _maximize(x[row][:, columns], left, certain=np.inf)
    if fitted is None:
        raise UnfittedError("no_maximum", names=Listing(tuple(used), "comma"))
    names_left = tuple(name for name, kept in zip(used, columns, strict=True) if kept)
    shown = ~found.unbounded[columns]
    part = x[row][:, columns]
    fit = _fit(fitted, part, left, names_left, shown, (row, clusters), collinear)
    silent = np.setdiff1d(behind[0], row)
    return replace(fit, n_obs=len(start) - len(silent), separated=separated)


def firth_cox(
    start: Floats,
    stop: Floats,
    event: Flags,
    covariates: Floats,
    names: tuple[str, ...],
    *,
    strata: Integers | None = None,
) -> PenalizedFit:
    """Cox's model with Firth's penalty (Heinze & Schemper 2001); arguments as :func:`cox`.

    Finite also where covariates separate. Rows of one firm count as independent.

    Raises
    ------
    UnfittedError
        If nothing ends, or no covariate varies where firms are compared.
    """
    if not event.any():
        raise UnfittedError("no_event")
    sets = risk_sets(start, stop, event, strata)
    x, keep, *_ = _prepared(covariates, sets)
    used = tuple(name for name, kept in zip(names, keep, strict=True) if kept)
    step = 1e-4 / np.maximum(x.std(axis=0), 1e-12)

    def objective(beta: Floats) -> tuple[float, Floats, Floats]:
        likelihood, gradient, information, _ = evaluate(x, beta, sets)
        slope = np.empty(len(beta))
        for place in range(len(beta)):
            move = np.zeros(len(beta))
            move[place] = step[place]
            up, down = (penalized_value(0.0, evaluate(x, beta + side * move, sets)[2]) for side in (1, -1))
            slope[place] = (up - down) / (2 * step[place])
        return penalized_value(likelihood, information), gradient + slope, information

    return penalized_fit(objective, used)


def _prepared(
    covariates: Floats, sets: RiskSets
) -> tuple[Floats, Flags, tuple[Integers, Integers], Floats, Flags]:
    """Centred columns that vary where firms are compared, which they are, and for every pair of row and event time
    the difference of the row that ends from it; a tied end must stay level."""
    centred = covariates - covariates.mean(axis=0)
    row, time = pairs(sets)
    ends = np.flatnonzero(sets.event)
    ending = np.empty(sets.n_times, dtype=np.int64)
    ending[sets.at_event[ends]] = ends
    differences = centred[ending[time]] - centred[row]
    keep = independent_columns(differences.T @ differences, np.sum(covariates**2, axis=0))
    if not keep.any():
        raise UnfittedError("no_covariate")
    level = sets.event[row] & (sets.at_event[row] == time)
    return np.asfortranarray(centred[:, keep]), keep, (row, time), differences[:, keep], level


def _columns(rest: Floats, found: Separation) -> Flags:
    """Columns that span what the rows left can tell, those with an estimate first."""
    order = np.argsort(found.unbounded, kind="stable")
    gram = rest.T @ rest
    kept = independent_columns(gram[np.ix_(order, order)], np.maximum(np.diag(gram)[order], 1e-300))
    columns = np.zeros(len(order), dtype=np.bool_)
    columns[order[kept]] = True
    return columns


def _fit(
    fitted: tuple[Floats, float, Floats, EfronTerms],
    x: Floats,
    sets: RiskSets,
    names: Sequence[str],
    shown: Flags,
    owners: tuple[Integers, Integers | None],
    collinear: tuple[str, ...],
) -> Fit:
    beta, likelihood, information, terms = fitted
    rows, clusters = owners
    covariance = inverse = inverse_of(information)
    n_clusters = int(sets.event.sum())
    if clusters is not None:
        cluster, n_clusters = codes(clusters[rows])
        scores = sums_by(cluster, n_clusters, score_residuals(x, beta, sets, terms))
        covariance = inverse @ (scores.T @ scores) @ inverse
    return Fit(
        tuple(name for name, show in zip(names, shown, strict=True) if show),
        beta[shown],
        covariance[np.ix_(shown, shown)],
        n_obs=len(rows),
        n_clusters=n_clusters,
        collinear=collinear,
        log_likelihood=likelihood,
    )


def _maximize(
    x: Floats, sets: RiskSets, certain: float = _CERTAIN
) -> tuple[Floats, float, Floats, EfronTerms] | None:
    """Newton's method with halved steps; None where it leaves the range in which its end is certain."""
    beta = np.zeros(x.shape[1])
    likelihood, gradient, information, terms = evaluate(x, beta, sets)
    for _ in range(100):
        if not independent_columns(information, np.sum(x**2, axis=0)).all():
            return None
        step = inverse_of(information) @ gradient
        if float(np.abs(x @ step).max()) < 1e-8:
            return beta, likelihood, information, terms
        for _ in range(30):
            trial = evaluate(x, beta + step, sets)
            if trial[0] >= likelihood - 1e-10 * abs(likelihood):
                break
            step = step / 2
        beta = beta + step
        likelihood, gradient, information, terms = trial
        if float(np.abs(x @ beta).max()) > certain:
            return None
    return None
