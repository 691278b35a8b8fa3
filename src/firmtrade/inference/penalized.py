"""Firth's penalized likelihood: finite estimates where the likelihood has no maximum.

The penalty is half the logarithm of the determinant of the information, Jeffreys' prior (Firth 1993, Biometrika 80,
27-38); it exists for logits (Heinze & Schemper 2002, Statistics in Medicine 21, 2409-2419) and for Cox models (Heinze
& Schemper 2001, Biometrics 57, 114-119). Wald intervals are of no use there, so intervals and tests are those of the
penalized profile likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from firmtrade.inference.arrays import Flags, Floats, inverse_of
from firmtrade.inference.fits import Effect
from firmtrade.inference.unfitted import UnfittedError

Objective = Callable[[Floats], tuple[float, Floats, Floats]]
"""Coefficients (k,) to the penalized log-likelihood, its score (k,) and the information (k, k)."""

_STEP, _SETTLED = 1.0, 1e-6
"""Longest step of an iteration, and the step at which it ends, in standard errors."""


@dataclass(frozen=True, slots=True)
class PenalizedFit:
    """Coefficients (k,), their covariance (k, k) and the penalized log-likelihood at the maximum."""

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    objective: Objective

    def effect(self, name: str, level: float = 0.95) -> Effect:
        """A coefficient with its profile-likelihood interval and the p-value of the likelihood-ratio test.

        A limit that the profile does not reach within fifty standard errors is infinite.
        """
        place = self.names.index(name)
        estimate = float(self.coefficients[place])
        error = float(np.sqrt(self.covariance[place, place]))
        critical = float(stats.chi2.ppf(level, 1)) / 2

        def drop(value: float) -> float:
            return self.log_likelihood - self._profile(place, value) - critical

        limits = []
        for side in (-1, 1):
            reach = 2.0 * error
            while drop(estimate + side * reach) < 0 and reach < 50 * error:
                reach *= 1.3
            if drop(estimate + side * reach) < 0:
                limits.append(side * np.inf)
            else:
                limits.append(_root(drop, estimate, estimate + side * reach, 1e-6 * error))
        statistic = 2 * (self.log_likelihood - self._profile(place, 0.0))
        low, high = limits
        return Effect(estimate, error, low, high, float(stats.chi2.sf(max(statistic, 0.0), 1)))

    def _profile(self, place: int, value: float) -> float:
        free = np.ones(len(self.names), dtype=np.bool_)
        free[place] = False
        start = self.coefficients.copy()
        slope = self.covariance[:, place] / self.covariance[place, place]
        start += slope * (value - start[place])
        start[place] = value
        return _maximize(self.objective, start, free)[1]


def penalized_fit(objective: Objective, names: tuple[str, ...], start: Floats | None = None) -> PenalizedFit:
    """Maximize a penalized likelihood, from zero where no start (k,) is given.

    Raises
    ------
    UnfittedError
        If it does not settle: the columns are not independent, say.
    """
    k = len(names)
    begin = np.zeros(k) if start is None else start
    beta, likelihood, information = _maximize(objective, begin, np.ones(k, dtype=np.bool_))
    return PenalizedFit(names, beta, inverse_of(information), likelihood, objective)


def _root(drop: Callable[[float], float], inside: float, outside: float, precision: float) -> float:
    return float(brentq(drop, inside, outside, xtol=precision))


def _maximize(objective: Objective, start: Floats, free: Flags) -> tuple[Floats, float, Floats]:
    """Scoring steps with halving over the ``free`` coefficients."""
    beta = start.copy()
    likelihood, score, information = objective(beta)
    if not free.any():
        return beta, likelihood, information
    for _ in range(200):
        part = information[np.ix_(free, free)]
        inverse = inverse_of(part)
        variances, move = np.diag(inverse), inverse @ score[free]
        if not ((variances > 0).all() and np.isfinite(variances).all() and np.isfinite(move).all()):
            raise np.linalg.LinAlgError("the matrix has no inverse")
        errors = np.sqrt(variances)
        move = move / max(1.0, float(np.abs(move / errors).max()) / _STEP)
        step = np.zeros(len(beta))
        step[free] = move
        for _ in range(30):
            trial = objective(beta + step)
            if trial[0] >= likelihood - 1e-12 * abs(likelihood):
                break
            step = step / 2
        else:
            break
        beta = beta + step
        likelihood, score, information = trial
        if float(np.abs(step[free] / errors).max()) < _SETTLED:
            return beta, likelihood, information
    raise UnfittedError("no_penalized_maximum")


def penalized_value(likelihood: float, information: Floats) -> float:
    """The likelihood plus half the logarithm of the determinant of the information."""
    sign, logarithm = np.linalg.slogdet(information)
    return likelihood + 0.5 * float(logarithm) if sign > 0 else -np.inf
