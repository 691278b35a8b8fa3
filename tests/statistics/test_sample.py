"""Estimates from a sample are what the firms of the sample give when each of them is at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from random import Random

import pytest

from firmtrade.query.distributions import Spread, StratumSums
from firmtrade.query.statistic import Statistic
from firmtrade.statistics.sample import evaluate


@dataclass(frozen=True)
class Sampled:
    """A firm of the sample: what it reports stands for ``weight`` firms."""

    stratum: str
    weight: int
    amount: int
    under: int
    whole: bool
    part: bool


Weighted = Callable[[Sampled], int]


def drawn(seed: int) -> list[Sampled]:
    rng = Random(seed)
    firms = []
    for stratum in "abc":
        for _ in range(rng.choice([2, 3, 8])):
            whole = rng.random() < 0.7
            part = whole and stratum != "c" and rng.random() < 0.5  # no firm of a stratum may be in the part
            weight, amount, under = rng.randint(1, 9), rng.randint(-5, 20), rng.randint(0, 4)
            firms.append(Sampled(stratum, weight, amount, under, whole, part))
    return firms


def spread(firms: Sequence[Sampled], over: Weighted, under: Weighted, taken_whole: str = "") -> Spread:
    """The sums of the firms for which ``over`` or ``under`` is not nought, by stratum."""
    strata = {}
    for stratum in {firm.stratum for firm in firms}:
        inside = [(over(firm), under(firm)) for firm in firms if firm.stratum == stratum]
        sums = [
            sum(top for top, _ in inside),
            sum(below for _, below in inside),
            sum(top * top for top, _ in inside),
            sum(top * below for top, below in inside),
            sum(below * below for _, below in inside),
        ]
        if any(sums):
            sampled = 0 if stratum == taken_whole else len(inside)
            strata[stratum] = StratumSums(sampled, *map(Fraction, sums))
    values = [over(firm) for firm in firms]
    return Spread(len(values), sum(values), Fraction(sum(one * one for one in values)), {}, {}, strata=strata)


def error(firms: Sequence[Sampled], of: Callable[[Sampled], Fraction], taken_whole: str = "") -> float:
    """The standard error of a total: firms were drawn with replacement within strata."""
    variance = Fraction(0)
    for stratum in {firm.stratum for firm in firms} - {taken_whole}:
        numbers = [of(firm) for firm in firms if firm.stratum == stratum]
        n, mean = len(numbers), sum(numbers, Fraction(0)) / len(numbers)
        variance += Fraction(n, n - 1) * sum((one - mean) ** 2 for one in numbers)
    return sqrt(variance)


def part(firm: Sampled) -> int:
    return firm.weight * firm.part


def whole(firm: Sampled) -> int:
    return firm.weight * firm.whole


def amount(firm: Sampled) -> int:
    return firm.weight * firm.amount * firm.whole


def below(firm: Sampled) -> int:
    return firm.weight * firm.under * firm.whole


def nought(firm: Sampled) -> int:
    return 0


@pytest.mark.parametrize("taken_whole", ["", "a"])
@pytest.mark.parametrize("seed", range(20))
def test_totals_shares_and_ratios_are_those_of_the_firms(seed: int, taken_whole: str) -> None:
    firms, scale = drawn(seed), 100
    top, low = sum(map(amount, firms)), sum(map(below, firms))
    some, all_of = sum(map(part, firms)), sum(map(whole, firms))
    total = {"total": spread(firms, amount, nought, taken_whole)}
    share = {
        "part": spread(firms, part, nought, taken_whole),
        "whole": spread(firms, whole, nought, taken_whole),
    }
    ratio = {
        "over": spread(firms, amount, below, taken_whole),
        "under": spread(firms, below, nought, taken_whole),
    }
    assert evaluate(Statistic.WEIGHTED_TOTAL, total, scale) == (top / scale, top, None)
    assert evaluate(Statistic.TOTAL_ERROR, total, scale) == (
        pytest.approx(error(firms, lambda firm: Fraction(amount(firm)), taken_whole) / scale), None, None,
    )  # fmt: skip
    percent = Fraction(100 * some, all_of)
    assert evaluate(Statistic.WEIGHTED_SHARE, share, scale) == (float(percent), some, all_of)
    assert evaluate(Statistic.SHARE_ERROR, share, scale) == (
        pytest.approx(error(firms, lambda firm: 100 * part(firm) - percent * whole(firm), taken_whole) / all_of),
        None, None,
    )  # fmt: skip
    exact = Fraction(top, low)
    assert evaluate(Statistic.WEIGHTED_RATIO, ratio, scale) == (float(exact / scale), top, low)
    assert evaluate(Statistic.RATIO_ERROR, ratio, scale) == (
        pytest.approx(error(firms, lambda firm: amount(firm) - exact * below(firm), taken_whole) / low / scale),
        None, None,
    )  # fmt: skip


def test_a_share_of_nobody_is_undefined_and_a_share_of_one_firm_is_not() -> None:
    one = [Sampled("a", 1, 1, 1, True, False), Sampled("a", 1, 1, 1, False, False)]
    nobody = [Sampled("a", 1, 1, 1, False, False)]
    for firms, value in ((one, 0.0), (nobody, None)):
        terms = {"part": spread(firms, part, nought), "whole": spread(firms, whole, nought)}
        assert evaluate(Statistic.WEIGHTED_SHARE, terms, 1)[0] == value
