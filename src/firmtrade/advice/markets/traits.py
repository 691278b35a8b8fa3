"""The traits of markets: what attracts to them or keeps from them, as numbers within bounds and as facts to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from firmtrade.advice.markets.facts import NAMES, Agreement, Economy, agreement, economies, languages
from firmtrade.advice.markets.filters import Found
from firmtrade.advice.markets.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Traits:
    """A market from a firm's place.

    ``shared`` are languages of the firm and the market; ``perhaps`` those that it shares if its region speaks them.
    ``eased`` is the agreement that counts for what the firm sells.
    """

    km: float
    neighbour: bool
    shared: tuple[str, ...]
    perhaps: tuple[str, ...]
    eased: Agreement | None
    same_currency: bool
    gdp: float | None


def traits(code: str, wishes: Wishes, km: float, day: date) -> Traits:
    """The traits of a market on a day."""
    home, there = economies()[wishes.home], economies()[code]
    found, tongues = agreement(wishes.home, code, day), languages(code)
    shared = tuple(sorted(tongues & set(wishes.tongues)))
    return Traits(
        km,
        code in (home.neighbours if wishes.borders is None else wishes.borders),
        shared,
        () if shared else tuple(sorted(tongues & set(wishes.perhaps))),
        found if found is not None and (found.services or wishes.offer == "goods") else None,
        home.currency == there.currency,
        there.gdp,
    )


def bounds(
    found: Mapping[str, Traits], wishes: Wishes, imports: Found, tariffs: Found
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest value of every trait, in the order of ``NAMES``, each of shape (markets, traits).

    Demand is the imports of the product where the figures have them, and the gross domestic product where they have
    none. What is unknown of a market lies between the least and the greatest value of all, its product between what
    its people make it. A tariff is unknown where others are known and nothing says that there is none.
    """
    sizes = {code: figure.value for code, figure in imports.items() if figure.value > 0}
    demand = {code: math.log(size) for code, size in sizes.items()}
    home = economies()[wishes.home]
    gaps = {code: gap for code in found if (gap := _income_gap(home, economies()[code])) is not None}
    dues = {code: -math.log1p(figure.value / 100) for code, figure in tariffs.items()}
    free = {**dues, "": 0.0}
    rows: list[Sequence[tuple[float, float]]] = []
    for code, each in found.items():
        inside = each.eased is not None and each.eased.kind == "union"
        rows.append(
            (
                _between(demand, code) if demand else _product(economies()[code]),
                _exactly(-math.log(max(each.km, 1.0))),
                _exactly(each.neighbour),
                (float(bool(each.shared)), float(bool(each.shared or each.perhaps))),
                _exactly(each.eased is not None),
                _exactly(inside),
                _exactly(each.same_currency),
                _between(gaps, code),
                _exactly(0.0) if inside or not dues else _between(free, code),
            )
        )
    array = np.array(rows, dtype=float).reshape(len(rows), len(NAMES), 2)
    return array[:, :, 0], array[:, :, 1]


def _exactly(value: float) -> tuple[float, float]:
    return float(value), float(value)


def _between(known: Mapping[str, float], code: str) -> tuple[float, float]:
    if code in known:
        return _exactly(known[code])
    return (min(known.values()), max(known.values())) if known else (0.0, 0.0)


def _product(economy: Economy) -> tuple[float, float]:
    low, high = economy.gdp_bounds
    return math.log(low), math.log(high)


def _income_gap(home: Economy, other: Economy) -> float | None:
    if home.gdp_per_head is None or other.gdp_per_head is None:
        return None
    return -abs(math.log(other.gdp_per_head / home.gdp_per_head))
