"""Shares of firms with intervals that hold at 0 and 100 per cent."""

from __future__ import annotations

import math

from scipy import stats

from firmtrade.inference.fits import Effect


def share_effect(share: float, n: int, std_error: float | None = None, level: float = 0.95) -> Effect:
    """A share with Wilson's interval (1927, Journal of the American Statistical Association 22, 209-212).

    Parameters
    ----------
    share
        Between 0 and 1.
    n
        Independent firms behind it.
    std_error
        Its error where firms count more than once; the interval is then that of as many independent ones as have
        this error (Korn & Graubard 1998). By default that of a simple share.

    No test is made: that a share is zero is no hypothesis.

    >>> found = share_effect(0.0, 20)
    >>> found.conf_low, round(found.conf_high, 4)
    (0.0, 0.1611)
    """
    variance = share * (1 - share)
    error = math.sqrt(variance / n) if std_error is None else std_error
    effective = variance / error**2 if variance > 0 and error > 0 else float(n)
    z = float(stats.norm.ppf(0.5 + level / 2))
    middle = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
    reach = z / (1 + z**2 / effective) * math.sqrt(variance / effective + z**2 / (4 * effective**2))
    low = 0.0 if share == 0 else max(middle - reach, 0.0)
    high = 1.0 if share == 1 else min(middle + reach, 1.0)
    return Effect(share, error, low, high, float("nan"))


def in_percent(effect: Effect) -> Effect:
    """A share times one hundred."""
    return Effect(
        100 * effect.estimate, 100 * effect.std_error, 100 * effect.conf_low, 100 * effect.conf_high,
        effect.p_value,
    )  # fmt: skip
