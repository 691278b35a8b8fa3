"""The four filters: risk and size, demand, access, and the position that the home country has already.

A filter that lacks its figures does not pass and does not fail: it is unchecked, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firmtrade.advice.markets.facts import Cuts, Economy
from firmtrade.advice.markets.figures import MarketFigure

Found = Mapping[str, MarketFigure]
"""Figures of one indicator by country."""


class FilterOutcome(StrEnum):
    """What a filter says of a market."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class FilterVerdict:
    """What a filter says, why (a key of ``advice.markets.reasons``), and the year of the oldest figure behind it."""

    filter: str
    outcome: FilterOutcome
    reason: str
    year: int | None = None


def risk(economy: Economy, risks: Found, cuts: Cuts) -> FilterVerdict:
    """Filter 1: country risk, and an economy of some size."""
    if economy.gdp_bounds[1] < cuts.gdp_least:
        return FilterVerdict("risk", FilterOutcome.FAILED, "small_economy")
    found = risks.get(economy.country)
    if found is None:
        return FilterVerdict("risk", FilterOutcome.UNCHECKED, "no_risk")
    high = found.value >= cuts.risk_from
    return FilterVerdict(
        "risk",
        FilterOutcome.FAILED if high else FilterOutcome.PASSED,
        "high_risk" if high else "low_risk",
        found.year,
    )


def demand(country: str, imports: Found, growth: Found, cuts: Cuts) -> FilterVerdict:
    """Filter 2: imports of the product that are large, or that grow no slower than those of all markets together."""
    found, grows = imports.get(country), growth.get(country)
    years = [each.year for each in (found, grows) if each is not None]
    year = min(years) if years else None
    whole = sum(each.value for each in imports.values())
    large = None if found is None or whole <= 0 else 100 * found.value / whole >= cuts.imports_share_least
    mean = mean_growth(imports, growth)
    growing = None if grows is None or mean is None else grows.value >= mean
    if large or growing:
        reason = "large_growing" if large and growing else "large" if large else "growing"
        return FilterVerdict("demand", FilterOutcome.PASSED, reason, year)
    if large is False and growing is False:
        return FilterVerdict("demand", FilterOutcome.FAILED, "little_demand", year)
    return FilterVerdict("demand", FilterOutcome.UNCHECKED, "no_demand", year)


def mean_growth(imports: Found, growth: Found) -> float | None:
    """Growth of all markets together: weighted by imports where they are known; None without any."""
    known = [country for country in growth if country in imports]
    whole = sum(imports[country].value for country in known)
    if whole <= 0:
        return sum(each.value for each in growth.values()) / len(growth) if growth else None
    return sum(growth[country].value * imports[country].value for country in known) / whole


def access(
    country: str, last: Collection[str], concentration: Found, logistics: Found, cuts: Cuts
) -> FilterVerdict:
    """Filter 3: not among the markets that are hardest to reach (``last``), not held by few, and able to deliver to."""
    held, delivers = concentration.get(country), logistics.get(country)
    if held is not None and held.value >= cuts.concentration_from:
        return FilterVerdict("access", FilterOutcome.FAILED, "held_by_few", held.year)
    if delivers is not None and delivers.value < cuts.logistics_least:
        return FilterVerdict("access", FilterOutcome.FAILED, "hard_to_deliver", delivers.year)
    if country in last:
        return FilterVerdict("access", FilterOutcome.FAILED, "hard_to_reach")
    years = [each.year for each in (held, delivers) if each is not None]
    return FilterVerdict("access", FilterOutcome.PASSED, "within_reach", min(years) if years else None)


def position(
    country: str, imports: Found, from_home: Found, sold_to: Sequence[str], cuts: Cuts
) -> FilterVerdict:
    """Filter 4: what to do in a market, from the place that the firm or its country has there already."""
    if country in sold_to:
        return FilterVerdict("position", FilterOutcome.PASSED, "keep")
    both = [each for each in imports if each in from_home]
    whole = sum(imports[each].value for each in both)
    mean = sum(from_home[each].value for each in both) / whole if whole > 0 else 0.0
    if country not in both or mean <= 0 or imports[country].value <= 0:
        return FilterVerdict("position", FilterOutcome.UNCHECKED, "explore")
    share = from_home[country].value / imports[country].value
    year = min(imports[country].year, from_home[country].year)
    established = share >= mean * cuts.established_from
    return FilterVerdict(
        "position",
        FilterOutcome.PASSED,
        "join" if established else "expand" if share > 0 else "explore",
        year,
    )
