"""The four filters: risk and size, demand, access, and the position that the home country has already.

A filter that lacks its figures does not pass and does not fail: it is unchecked, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from firmtrade.advice.markets.facts import Cuts, Economy
from firmtrade.advice.markets.figures import Figure

Found = Mapping[str, Figure]
"""Figures of one indicator by country."""


class Outcome(StrEnum):
    """What a filter says of a market."""

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a filter says, why (a key of ``advice.markets.reasons``), and the year of the oldest figure behind it."""

    filter: str
    outcome: Outcome
    reason: str
    year: int | None = None


def risk(economy: Economy, risks: Found, cuts: Cuts) -> Verdict:
    """Filter 1: country risk, and an economy of some size."""
    if economy.gdp_bounds[1] < cuts.gdp_least:
        return Verdict("risk", Outcome.FAILED, "small_economy")
    found = risks.get(economy.country)
    if found is None:
        return Verdict("risk", Outcome.UNCHECKED, "no_risk")
    high = found.value >= cuts.risk_from
    return Verdict(
        "risk", Outcome.FAILED if high else Outcome.PASSED, "high_risk" if high else "low_risk", found.year
    )


def demand(country: str, imports: Found, growth: Found, cuts: Cuts) -> Verdict:
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
        return Verdict("demand", Outcome.PASSED, reason, year)
    if large is False and growing is False:
        return Verdict("demand", Outcome.FAILED, "little_demand", year)
    return Verdict("demand", Outcome.UNCHECKED, "no_demand", year)


def mean_growth(imports: Found, growth: Found) -> float | None:
    """Growth of all markets together: weighted by imports where they are known; None without any."""
    known = [country for country in growth if country in imports]
    whole = sum(imports[country].value for country in known)
    if whole <= 0:
        return sum(each.value for each in growth.values()) / len(growth) if growth else None
    return sum(growth[country].value * imports[country].value for country in known) / whole


def access(
    country: str, last: Collection[str], concentration: Found, logistics: Found, cuts: Cuts
) -> Verdict:
    """Filter 3: not among the markets that are hardest to reach (``last``), not held by few, and able to deliver to."""
    held, delivers = concentration.get(country), logistics.get(country)
    if held is not None and held.value >= cuts.concentration_from:
        return Verdict("access", Outcome.FAILED, "held_by_few", held.year)
    if delivers is not None and delivers.value < cuts.logistics_least:
        return Verdict("access", Outcome.FAILED, "hard_to_deliver", delivers.year)
    if country in last:
        return Verdict("access", Outcome.FAILED, "hard_to_reach")
    years = [each.year for each in (held, delivers) if each is not None]
    return Verdict("access", Outcome.PASSED, "within_reach", min(years) if years else None)


def position(country: str, imports: Found, from_home: Found, sold_to: Sequence[str], cuts: Cuts) -> Verdict:
    """Filter 4: what to do in a market, from the place that the firm or its country has there already."""
    if country in sold_to:
        return Verdict("position", Outcome.PASSED, "keep")
    both = [each for each in imports if each in from_home]
    whole = sum(imports[each].value for each in both)
    mean = sum(from_home[each].value for each in both) / whole if whole > 0 else 0.0
    if country not in both or mean <= 0 or imports[country].value <= 0:
        return Verdict("position", Outcome.UNCHECKED, "explore")
    share = from_home[country].value / imports[country].value
    year = min(imports[country].year, from_home[country].year)
    established = share >= mean * cuts.established_from
    return Verdict(
        "position", Outcome.PASSED, "join" if established else "expand" if share > 0 else "explore", year
    )
