"""Estimates from a sample with weights, and their standard errors.

Totals are sums of weighted numbers; shares and means are ratios of two of them. Variances are those of a sample drawn
with replacement within strata, of ratios after Taylor linearization (Särndal, Swensson and Wretman 1992, sections 5.5,
5.6 and 2.9), and groups of firms are domains of the whole sample: what R's ``survey`` gives for
``svydesign(ids = ~1, strata = ~stratum, weights = ~weight)``. A stratum that was taken whole adds nothing. Sums are
exact; roots and quotients come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import sqrt

from firmtrade.query.distributions import Number, Spread, StratumSums
from firmtrade.query.statistic import ESTIMATES, Statistic

HUNDRED = 100
Result = tuple[float | None, Number | None, Number | None]
"""Value (None where undefined), numerator, denominator."""


def evaluate(statistic: Statistic, numbers: Mapping[str, Spread], scale: int) -> Result:
    """A statistic of the weighted numbers of terms, in the order in which it names them.

    A total has one term. A share has the weights of a part and of the whole, a ratio the numbers above and below.
    """
    terms = list(numbers.values())
    over = terms[0].total or 0
    if statistic in (Statistic.WEIGHTED_TOTAL, Statistic.TOTAL_ERROR):
        value = float(Fraction(over) / scale) if statistic in ESTIMATES else _total_error(terms[0])
        in_units = value if statistic in ESTIMATES or value is None else value / scale
        return in_units, over if statistic in ESTIMATES else None, None
    under = terms[1].total or 0
    ratio = Fraction(over) / Fraction(under) if under > 0 else None
    of_share = statistic in (Statistic.WEIGHTED_SHARE, Statistic.SHARE_ERROR)
    factor = Fraction(HUNDRED) if of_share else Fraction(1, scale)
    if statistic in ESTIMATES:
        return None if ratio is None else float(ratio * factor), over, under
    strata = _shared(terms) if of_share else terms[0].strata.values()
    error = None if ratio is None else ratio_error(strata, ratio, Fraction(under))
    return None if error is None else error * float(factor), None, None


def _shared(terms: Iterable[Spread]) -> Iterable[StratumSums]:
    """The strata of a share: those of the part and the whole, whose weights are the same."""
    part, whole = (spread.strata for spread in terms)
    for name, stratum in whole.items():
        inside = part.get(name)
        over, squares = (inside.over, inside.over_squared) if inside else (Fraction(0), Fraction(0))
        yield StratumSums(stratum.sampled, over, stratum.over, squares, squares, stratum.over_squared)


def _total_error(numbers: Spread) -> float | None:
    return _root(_within(one.sampled, one.over, one.over_squared) for one in numbers.strata.values())


def ratio_error(strata: Iterable[StratumSums], ratio: Fraction, under: Fraction) -> float | None:
    """Standard error of a ratio: that of the total of its residuals, over what stands below."""
    error = _root(
        _within(
            one.sampled,
            one.over - ratio * one.under,
            one.over_squared - 2 * ratio * one.product + ratio**2 * one.under_squared,
        )
        for one in strata
    )
    return None if error is None else error / float(under)


def _within(sampled: int, total: Fraction, squares: Fraction) -> Fraction | None:
    """The variance that a stratum adds to that of a total; None where one firm was drawn of several.

    ``total`` and ``squares`` are sums over the firms of a domain: every other firm of the stratum has 0.
    """
    if sampled == 0:
        return Fraction(0)
    if sampled == 1:
        return None
    return Fraction(sampled, sampled - 1) * (squares - total**2 / sampled)


def _root(variances: Iterable[Fraction | None]) -> float | None:
    found = list(variances)
    known = [one for one in found if one is not None]
    return sqrt(sum(known, Fraction(0))) if len(known) == len(found) else None
