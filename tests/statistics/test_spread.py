"""Means, deviations, quartiles, Herfindahl index and shares of the largest are those of R, made by the script beside
the frozen numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from firmtrade.kinds.weighted import ERRORS
from firmtrade.query.distributions import Spread
from firmtrade.query.statistic import CONCENTRATION, DISTRIBUTION, Statistic
from firmtrade.statistics.spread import evaluate, spread

FROZEN = Path(__file__).parent / "frozen"
REFERENCE = {
    (sample, Statistic(statistic)): value
    for sample, statistic, value in pl.read_csv(FROZEN / "spread.csv").iter_rows()
}
NOTHING = spread(pl.Series([], dtype=pl.Decimal(18, 2)))


def of(*values: int) -> Spread:
    return spread(pl.Series(values, dtype=pl.Decimal(18, 2)))


def sample(name: str) -> Spread:
    """Synthetic values of firms, exact to the cent."""
    rows = pl.read_csv(FROZEN / "spread_values.csv", schema={"sample": pl.String, "value": pl.String})
    return spread(rows.filter(pl.col("sample") == name)["value"].cast(pl.Decimal(18, 2)))


@pytest.mark.parametrize(("name", "statistic"), REFERENCE)
def test_every_statistic_is_that_of_r(name: str, statistic: Statistic) -> None:
    expected = REFERENCE[name, statistic]
    found = evaluate(statistic, sample(name))
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-11))


def test_r_knows_every_statistic_but_estimates_from_samples_which_have_a_reference_of_their_own() -> None:
    assert (
        {statistic for _, statistic in REFERENCE}
        == {*DISTRIBUTION, *CONCENTRATION}
        == set(Statistic) - {Statistic.NUMBER, *ERRORS, *ERRORS.values()}
    )


@pytest.mark.parametrize("statistic", DISTRIBUTION)
def test_a_statistic_in_thousands_is_a_thousandth_and_shares_have_no_unit(statistic: Statistic) -> None:
    whole = evaluate(statistic, sample("skewed"))
    assert whole is not None
    assert evaluate(statistic, sample("skewed"), 1000) == pytest.approx(whole / 1000, rel=1e-15)


@pytest.mark.parametrize("statistic", CONCENTRATION)
def test_a_share_has_no_unit(statistic: Statistic) -> None:
    assert evaluate(statistic, sample("skewed"), 1000) == evaluate(statistic, sample("skewed"))


@pytest.mark.parametrize("statistic", [*DISTRIBUTION, *CONCENTRATION])
def test_nothing_is_known_of_no_firms(statistic: Statistic) -> None:
    assert evaluate(statistic, NOTHING) is None


def test_numbers_are_counted() -> None:
    assert evaluate(Statistic.NUMBER, of(7, 7, 9), 1000) == 3
    assert evaluate(Statistic.NUMBER, NOTHING) == 0


def test_two_firms_have_a_deviation_and_one_has_none() -> None:
    assert evaluate(Statistic.STANDARD_DEVIATION, of(7)) is None
    assert evaluate(Statistic.STANDARD_DEVIATION, of(7, 7)) == 0


@pytest.mark.parametrize("values", [(1, -1), (1, -2), (0, 0)])
def test_a_total_that_is_not_positive_has_no_shares(values: tuple[int, ...]) -> None:
    five = of(*values, *[0] * 98)
    assert {evaluate(statistic, five) for statistic in CONCENTRATION} == {None}
    assert evaluate(Statistic.MEAN, five) is not None


def test_a_small_total_has_shares() -> None:
    cent = spread(pl.Series([Decimal("0.01"), *[Decimal(0)] * 4], dtype=pl.Decimal(18, 2)))
    assert evaluate(Statistic.HERFINDAHL, cent) == 1
    assert evaluate(Statistic.TOP_5, cent) == 100


def test_means_and_quartiles_are_exact_where_floating_point_is_not() -> None:
    """Their sum in binary fractions is off by more than the last digit."""
    cents = [Decimal("0.10")] * 3 + [Decimal("9999999999999999.90")]
    numbers = spread(pl.Series(cents, dtype=pl.Decimal(18, 2)))
    assert evaluate(Statistic.MEAN, numbers) == float(sum(map(Fraction, cents), Fraction(0)) / 4)
    assert evaluate(Statistic.MEDIAN, numbers) == 0.1


def test_deviations_and_indices_are_exact_where_floating_point_is_not() -> None:
    """Squares of these do not fit into the digits of a binary fraction, and their deviations are far smaller."""
    values = [Decimal("1000000000000000.01"), Decimal("1000000000000000.03")]
    numbers = spread(pl.Series(values, dtype=pl.Decimal(18, 2)))
    assert evaluate(Statistic.STANDARD_DEVIATION, numbers) == pytest.approx(0.02 / 2**0.5, rel=1e-15)
    total = sum(map(Fraction, values), Fraction(0))
    index = sum((Fraction(value) / total) ** 2 for value in values)
    assert evaluate(Statistic.HERFINDAHL, numbers) == float(index)
