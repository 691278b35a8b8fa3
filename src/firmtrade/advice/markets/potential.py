"""The potential of exports to a market, in the shape of the International Trade Centre's: supply x demand x ease.

Supply is the home country's share in the imports of all markets of the file; demand the imports of the market,
projected with their growth; ease the home country's share in all imports of the market against its mean share. So a
market where home goods sell well in general is expected to take more of this product too. For goods only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Potential:
    """Potential exports of the home country to a market, and what is there already, in the money of the file."""

    potential: float
    actual: float
    supply: float
    demand: float
    ease: float
    unrealised: float
    """What is left of it; nothing where more is sold already."""


def potentials(
    imports: Mapping[str, float],
    imports_from_home: Mapping[str, float],
    imports_all: Mapping[str, float],
    imports_all_from_home: Mapping[str, float],
    growth: Mapping[str, float],
    years: int,
) -> dict[str, Potential]:
    """The potential of each market of which all four imports are known; growth (percent a year) may be missing.

    >>> found = potentials({"FR": 100, "US": 300}, {"FR": 10, "US": 10}, {"FR": 1, "US": 1}, {"FR": 1, "US": 1}, {}, 3)
    >>> found["FR"].potential, found["US"].unrealised
    (5.0, 5.0)
    """
    known = sorted(
        imports.keys() & imports_from_home.keys() & imports_all.keys() & imports_all_from_home.keys()
    )
    whole, whole_all = (sum(each[country] for country in known) for each in (imports, imports_all))
    ours, ours_all = (
        sum(each[country] for country in known) for each in (imports_from_home, imports_all_from_home)
    )
    if not (whole > 0 and whole_all > 0 and ours_all > 0):
        return {}
    supply, found = ours / whole, {}
    for country in known:
        if imports_all[country] <= 0:
            continue
        demand = imports[country] * (1 + growth.get(country, 0.0) / 100) ** years
        ease = (imports_all_from_home[country] / imports_all[country]) / (ours_all / whole_all)
        expected, actual = supply * demand * ease, imports_from_home[country]
        found[country] = Potential(expected, actual, supply, demand, ease, max(expected - actual, 0.0))
    return found
