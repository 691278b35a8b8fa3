"""The shortlist: markets that no filter stops, from the most attractive on, each with its reasons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from firmtrade.advice.answers import Offer
from firmtrade.advice.markets import filters
from firmtrade.advice.markets.attraction import Ranked, ranked
from firmtrade.advice.markets.facts import Source, distances, economies, restrictions, terms
from firmtrade.advice.markets.figures import Figures
from firmtrade.advice.markets.filters import FilterOutcome, FilterVerdict, Found
from firmtrade.advice.markets.potential import Potential, potentials
from firmtrade.advice.markets.traits import Traits, bounds, traits
from firmtrade.advice.markets.wishes import Wishes

COMPARED = 3
"""Markets that a firm compares before it chooses one."""

Read = Mapping[str, Found]
"""Figures by indicator and country."""


@dataclass(frozen=True, slots=True)
class Market:
    """A market: its traits, what the filters say, and how it attracts.

    ``veto`` is the reason that shuts it out, whatever else it offers. ``attraction`` is 100 for the most attractive
    market, ``places`` the best and worst place among the markets that pass; both are None for one that does not.
    """

    country: str
    traits: Traits
    verdicts: tuple[FilterVerdict, ...]
    veto: str | None
    attraction: float | None
    places: tuple[int, int] | None
    potential: Potential | None

    @property
    def kept(self) -> bool:
        """Whether the firm sells there already."""
        return self.verdicts[-1].reason == "keep"

    @property
    def failed(self) -> tuple[FilterVerdict, ...]:
        """The filters that stop it."""
        return tuple(each for each in self.verdicts if each.outcome is FilterOutcome.FAILED)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The filters without figures."""
        return tuple(each.filter for each in self.verdicts if each.outcome is FilterOutcome.UNCHECKED)


@dataclass(frozen=True, slots=True)
class Markets:
    """Markets that pass, the most attractive first; those that were asked about and do not; those with a veto.

    ``named`` are the markets that the firm asked about. ``failed`` counts the markets that each filter stops, each at
    the first that does. ``years`` are the oldest and the latest of the figures that were used, None without any;
    ``old`` says that the facts are past their time.
    """

    home: str
    offer: Offer
    product: str | None
    tongues: tuple[str, ...]
    named: tuple[str, ...]
    passing: tuple[Market, ...]
    asked: tuple[Market, ...]
    vetoed: tuple[Market, ...]
    failed: Mapping[str, int]
    notes: tuple[str, ...]
    facts: tuple[Source, ...]
    as_of: date
    old: bool
    years: tuple[int, int] | None

    @property
    def new(self) -> tuple[str, ...]:
        """Markets that pass and that the firm does not sell to, the most attractive first."""
        return tuple(each.country for each in self.passing if not each.kept)

    @property
    def kept(self) -> tuple[str, ...]:
        """Markets that pass and that the firm sells to already."""
        return tuple(each.country for each in self.passing if each.kept)

    @property
    def compared(self) -> tuple[str, ...]:
        """The new markets to compare: up to two that the firm asked about, and the first of all others."""
        asked = [country for country in self.new if country in self.named][: COMPARED - 1]
        return (*asked, *[country for country in self.new if country not in asked][: COMPARED - len(asked)])


def markets(wishes: Wishes, figures: Figures | None = None) -> Markets:
    """The markets of a firm.

    Parameters
    ----------
    wishes
        What the firm says of itself and of markets.
    figures
        Its own figures on markets; without them demand and risk are unchecked.
    """
    by, day = terms(), wishes.day or terms().as_of
    read = _read(wishes, figures or Figures())
    km = distances(wishes.home, wishes.region)
    found = {code: traits(code, wishes, km[code], day) for code in economies() if code in km}
    verdicts, order = _sifted(found, wishes, read)
    best = max(order.values(), key=lambda each: each[0], default=(0.0, 0, 0))[0]
    potential = _potential(wishes, read, by.potential.years)
    every = {
        code: Market(
            code,
            found[code],
            verdicts[code],
            _veto(code, wishes),
            100 * math.exp(order[code][0] - best) if code in order else None,
            order[code][1:] if code in order else None,
            potential.get(code),
        )
        for code in found
    }
    known = read["imports"]
    passing = sorted(
        (every[code] for code in order),
        key=lambda each: (bool(known) and each.country not in known, -(each.attraction or 0), each.country),
    )
    years = [figure.year for one in read.values() for figure in one.values()]
    return Markets(
        wishes.home,
        wishes.offer,
        wishes.product,
        wishes.tongues,
        wishes.consider,
        tuple(passing),
        tuple(every[code] for code in wishes.consider if code in every and code not in order),
        tuple(each for each in every.values() if each.veto and each.country not in wishes.consider),
        _stopped(every.values()),
        _notes(wishes, figures, read),
        by.facts,
        by.as_of,
        (day - by.as_of).days > by.old_after_days,
        (min(years), max(years)) if years else None,
    )


def _read(wishes: Wishes, figures: Figures) -> Read:
    """The figures that bear on what the firm sells."""
    return {
        name: {} if indicator.goods and wishes.offer == "services" else figures.of(name, wishes.product)
        for name, indicator in terms().indicators.items()
    }


def _sifted(
    found: Mapping[str, Traits], wishes: Wishes, read: Read
) -> tuple[dict[str, tuple[FilterVerdict, ...]], dict[str, tuple[float, int, int]]]:
    """The verdicts on every market; score, best and worst place of those that pass.

    A filter is asked of all, but the markets that are hardest to reach are those among what the filters before left.
    """
    by, cuts, codes = terms(), terms().filters, list(found)
    weights = getattr(by.attraction, wishes.delivery).values
    low, high = bounds(found, wishes, read["imports"], read["tariff"])
    before = {
        code: (
            filters.risk(economies()[code], read["risk"], cuts),
            filters.demand(code, read["imports"], read["imports_growth"], cuts),
        )
        for code in codes
    }
    able = [at for at, code in enumerate(codes) if _veto(code, wishes) is None and not _fails(before[code])]
    reach = ((low + high) / 2)[:, 1:] @ weights[1:]
    last = _last(able, codes, reach, cuts.access_last)
    verdicts: dict[str, tuple[FilterVerdict, ...]] = {
        code: (
            *before[code],
            filters.access(code, last, read["concentration"], read["logistics"], cuts),
            filters.position(code, read["imports"], read["imports_from_home"], wishes.sold_to, cuts),
        )
        for code in codes
    }
    left = [at for at in able if not _fails(verdicts[codes[at]])]
    order: Ranked = ranked(low[left], high[left], weights, by.attraction.doubt)
    places = zip(order.central.tolist(), order.best.tolist(), order.worst.tolist(), strict=True)
    return verdicts, dict(zip((codes[at] for at in left), places, strict=True))


def _fails(verdicts: Iterable[FilterVerdict]) -> bool:
    return any(each.outcome is FilterOutcome.FAILED for each in verdicts)


def _veto(code: str, wishes: Wishes) -> str | None:
    if code in restrictions():
        return "restricted"
    return "excluded" if code in wishes.exclude else None


def _last(able: Sequence[int], codes: Sequence[str], reach: np.ndarray, share: float) -> frozenset[str]:
    ordered = sorted(able, key=lambda at: (reach[at], codes[at]))
    return frozenset(codes[at] for at in ordered[: int(share * len(ordered))])


def _potential(wishes: Wishes, read: Read, years: int) -> Mapping[str, Potential]:
    if wishes.offer == "services":
        return {}
    plain = {name: {code: each.value for code, each in found.items()} for name, found in read.items()}
    return potentials(
        plain["imports"],
        plain["imports_from_home"],
        plain["imports_all"],
        plain["imports_all_from_home"],
        plain["imports_growth"],
        years,
    )


def _stopped(every: Iterable[Market]) -> dict[str, int]:
    return dict(Counter(each.failed[0].filter for each in every if each.veto is None and each.failed))


def _notes(wishes: Wishes, figures: Figures | None, read: Read) -> tuple[str, ...]:
    """What is to be known of the comparison, as keys of ``advice.markets.notes``."""
    of_products = {name for name, indicator in terms().indicators.items() if indicator.of == "product"}
    given = figures is not None and any(name in of_products for name, _, _ in figures.latest)
    used = any(read[name] for name in of_products)
    found = {
        "home_assumed": wishes.home_assumed,
        "home_asked": wishes.home in (*wishes.consider, *wishes.sold_to),
        "offer_assumed": wishes.offer_assumed,
        "region_open": bool(wishes.perhaps),
        "sourcing": wishes.sources,
        "services": wishes.offer == "services" and not wishes.on_site,
        "on_site": wishes.on_site,
        "sold_to_open": wishes.sells_abroad and not wishes.sold_to,
        "no_figures": figures is None,
        "no_product": given and wishes.product is None,
        "other_product": given and wishes.product is not None and not used,
        "no_potential": wishes.offer == "goods"
        and bool(read["imports"])
        and not read["imports_all_from_home"],
    }
    return tuple(key for key, holds in found.items() if holds)
