"""Binary models with Firth's penalty: one objective for every link, and the logit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from firmtrade.inference.arrays import Flags, Floats
from firmtrade.inference.binary import DesignColumns, LinkTerms, design_of, inverse_in, logit_terms
from firmtrade.inference.penalized import Objective, PenalizedFit, penalized_fit, penalized_value

Link = Callable[[Floats, Floats], LinkTerms]
"""Outcome (n,) and linear predictor (n,) to what they make of the likelihood."""


def firth_objective(link: Link, design: DesignColumns, outcome: Floats, kept: Flags) -> Objective:
    """The penalized log-likelihood of a binary model over the columns that are ``kept`` (size,)."""

    def objective(part: Floats) -> tuple[float, Floats, Floats]:
        beta = np.zeros(design.size)
        beta[kept] = part
        terms = link(outcome, design.linear(beta))
        information = design.gram(terms.curvature)
        hat = terms.curvature * design.leverage(inverse_in(information, kept))
        score = design.score(terms.slope + 0.5 * hat * terms.bend)
        inside = information[np.ix_(kept, kept)]
        return penalized_value(float(terms.likelihood.sum()), inside), score[kept], inside

    return objective


def firth_logit(design: Floats, outcome: Floats, names: tuple[str, ...]) -> PenalizedFit:
    """A logit with Firth's penalty (Heinze & Schemper 2002, Statistics in Medicine 21, 2409-2419).

    Parameters
    ----------
    design, names
        Array (n, k), its intercept among the columns, and its k names. The columns are independent.
    outcome
        Array (n,) of zeros and ones.

    Raises
    ------
    UnfittedError
        If it does not settle.

    >>> outcome, group = np.array([1.0, 0, 1, 0, 0]), np.array([0.0, 0, 0, 1, 1])
    >>> fit = firth_logit(np.column_stack([np.ones(5), group]), outcome, ("intercept", "group"))
    >>> fit.coefficients.round(3).tolist()
    [0.511, -2.12]
    """
    whole = design_of(design, ())
    kept = np.ones(whole.size, dtype=np.bool_)
    return penalized_fit(firth_objective(logit_terms, whole, outcome, kept), names)
