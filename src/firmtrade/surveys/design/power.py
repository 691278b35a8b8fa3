"""What a sample of a given size can show, and the size that an aim asks for."""

from __future__ import annotations

import math

from scipy import optimize, stats


def margin_of_error(n: int, population: int | None = None, share: float = 0.5, level: float = 0.95) -> float:
    """Half-width of the interval of a share in a simple random sample, with finite population correction.

    >>> round(100 * margin_of_error(359), 2)
    5.17
    """
    correction = 1.0 if population is None else max((population - n) / max(population - 1, 1), 0.0)
    z = float(stats.norm.ppf((1 + level) / 2))
    return z * math.sqrt(share * (1 - share) / n * correction)


def sample_for_margin(
    margin: float,
    population: int | None = None,
    share: float = 0.5,
    level: float = 0.95,
    *,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Firms to draw so that a share is known within ``margin`` (Cochran 1977, section 4.4).

    >>> sample_for_margin(0.05), sample_for_margin(0.05, 2000), sample_for_margin(0.05, response_rate=0.25)
    (385, 323, 1537)
    """
    z = float(stats.norm.ppf((1 + level) / 2))
    infinite = design_effect * z**2 * share * (1 - share) / margin**2
    answers = infinite if population is None else infinite / (1 + (infinite - 1) / population)
    return math.ceil(answers / response_rate - 1e-9)


def detectable_correlation(n: int, power: float = 0.8, level: float = 0.05) -> float:
    """Smallest correlation that a two-sided test finds with the given power (Fisher's z).

    >>> round(detectable_correlation(359), 3)
    0.147
    """
    reach = float(stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)) / math.sqrt(n - 3)
    return math.tanh(reach)


def detectable_difference(n: int, power: float = 0.8, level: float = 0.05) -> float:
    """Smallest standardized difference between two halves of the sample, by the noncentral t.

    >>> round(detectable_difference(359), 3)
    0.297
    """
    one, two = n // 2, n - n // 2
    degrees = n - 2
    critical = float(stats.t.ppf(1 - level / 2, degrees))
    scale = math.sqrt(one * two / n)

    def gap(size: float) -> float:
        return float(stats.nct.sf(critical, degrees, size * scale)) - power

    return float(optimize.brentq(gap, 1e-6, 5.0, xtol=1e-8))


def detectable_f2(
    n: int, tested: int, predictors: int | None = None, power: float = 0.8, level: float = 0.05
) -> float:
    """Smallest Cohen's f2 of ``tested`` coefficients in a model with ``predictors`` (noncentrality f2 n:
    Faul, Erdfelder, Buchner and Lang 2009, Behavior Research Methods 41, 1149-1160).

    >>> [round(detectable_f2(359, tested, total), 3) for tested, total in [(1, 10), (6, 6), (10, 10)]]
    [0.022, 0.039, 0.046]
    """
    degrees = n - (predictors or tested) - 1
    critical = float(stats.f.ppf(1 - level, tested, degrees))

    def gap(size: float) -> float:
        return float(stats.ncf.sf(critical, tested, degrees, size * n)) - power

    return float(optimize.brentq(gap, 1e-5, 5.0, xtol=1e-9))
