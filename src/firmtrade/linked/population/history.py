"""Histories: which flows a firm has in each year, and what its accounts say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import MODES, PATTERNS
from firmtrade.linked.population.controlled_rounding import NOT_IN_PANEL
from firmtrade.linked.population.firms import INSIDE, FirmArrays, first_and_last
from firmtrade.study import Study

CONTINUES = 0.93
"""Share of firms that trade at both ends of a span and did so in a year between."""
SAME_ZONES = 0.8
"""Share of traders whose partners lie in the same zones in another year."""
PERSISTS, STARTED = 0.8, 0.05
"""As in the prior of the panel: for firms outside it."""
SPORADIC = 0.01
"""Share of firms without trade at both ends of a span that traded in a year between."""
ENTERS = 0.08
"""Share of the traders of a year before the window that began in it; as many ended in it."""

PRODUCTIVITY = 45_000.0
"""Value added per full-time equivalent in the first year, currency units: a prior."""
SPREAD = 0.38
"""Standard deviation of log productivity between firms (Syverson 2011, JEL 49)."""
INFLATION = 0.02
MEAN_GROWTH = 0.015
GROWTH_SPREAD = 0.05
"""Annual growth of employment: mean, and standard deviation between firms."""


@dataclass
class Accounts:
    """Matrices of firms by year; NaN: no value, and no row at all where ``present`` is false."""

    years: np.ndarray
    present: np.ndarray
    fte: np.ndarray
    value_added: np.ndarray


def account_years(study: Study) -> np.ndarray:
    """Every year of the population."""
    first, last = first_and_last(study)
    return np.arange(first, last + 1)


def trade_years(study: Study) -> np.ndarray:
    """Every year of the population up to the reference year."""
    return np.arange(first_and_last(study)[0], study.reference_year + 1)


def exists(firms: FirmArrays, years: np.ndarray) -> np.ndarray:
    """Whether each firm exists in each year."""
    return (firms.founded[:, None] <= years) & (firms.closed[:, None] >= years)


def trade_history(firms: FirmArrays, study: Study, random: np.random.Generator) -> np.ndarray:
    """The four flows of each firm in each year, booleans of shape (firms, years of trade, flows).

    Exact in the reference year, and by direction in the first year for firms of the panel; in between a trader goes on,
    a new one starts once and one that stopped stops once. Before the window traders begin and end as they do in it.
    """
    years, number = trade_years(study), len(firms)
    flags = np.zeros((number, len(years), 4), bool)
    now = np.array(PATTERNS)[firms.pattern]
    modes = np.array(MODES)
    traded_now = modes[firms.mode]
    drawn = random.random((number, 2)) < np.where(traded_now, PERSISTS, STARTED)
    in_panel = (firms.first != NOT_IN_PANEL)[:, None]
    traded_first = np.where(in_panel, modes[np.minimum(firms.first, len(MODES) - 1)], drawn)
    alive = exists(firms, years)
    for direction, (low, high) in enumerate(((2, 4), (0, 2))):
        active = _spells(traded_first[:, direction], traded_now[:, direction], years, study, random)
        zones = _zones(now[:, low:high], len(years), random)
        flags[:, :, low:high] = zones & active[:, :, None]
    flags &= alive[:, :, None]
    flags[:, years == study.reference_year] = now[:, None, :] & alive[:, -1:, None]
    return flags


def _spells(
    first: np.ndarray, now: np.ndarray, years: np.ndarray, study: Study, random: np.random.Generator
) -> np.ndarray:
    """Whether each firm trades in each year, given both ends of the window."""
    number, begin, end = len(first), study.first_year, study.reference_year
    turn = random.integers(begin + 1, max(end, begin + 1) + 1, number)[:, None]
    chance = random.random((number, len(years)))
    both, none = (first & now)[:, None], (~first & ~now)[:, None]
    started, stopped = (~first & now)[:, None], (first & ~now)[:, None]
    # Traders of the first year that stop began later than others, and those that had just begun stop first.
    began = random.geometric(np.where(stopped, 2 * ENTERS, ENTERS))
    turn = np.where(stopped & (began == 1), begin + 1, turn)
    # Some of those that start were traders all along, and paused in the first year as others do in other years.
    paused = started & _some(started, (1 - CONTINUES) * both.sum(), random)
    active = ((both | paused) & (chance < CONTINUES)) | (none & (chance < SPORADIC))
    active |= (started & ~paused & (years >= turn)) | (stopped & (years < turn))
    early = years < begin
    ago, traders = begin - years[early], first[:, None] | paused
    active[:, early] = _before(traders & (ago < began), none, ago, chance[:, early], random)
    active[:, years == begin] = first[:, None]
    active[:, years == end] = now[:, None]
    result: np.ndarray = active
    return result


def _before(
    traders: np.ndarray, others: np.ndarray, ago: np.ndarray, chance: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Whether firms trade in the years ``ago`` before the window: ``traders`` of these years but for a pause, some of
    the ``others`` until they ended, and a few for a year."""
    number, years = traders.shape
    if not years:
        return traders
    ended = random.integers(1, years + 1, number)[:, None]
    left = others & _some(others, ENTERS * years * traders[:, -1].sum(), random)
    trading = (traders | (left & (ago >= ended))) & (chance < CONTINUES)
    result: np.ndarray = trading | (others & (chance < SPORADIC))
    return result


def _some(among: np.ndarray, number: float, random: np.random.Generator) -> np.ndarray:
    """So many of the firms among which to choose, about, and at most half of them."""
    share = min(0.5, number / max(among.sum(), 1))
    result: np.ndarray = random.random(among.shape) < share
    return result


def _zones(now: np.ndarray, years: int, random: np.random.Generator) -> np.ndarray:
    """Zones (intra, extra) of each year's flow: mostly those of the reference year, never none."""
    number = len(now)
    other = np.array([(True, False), (False, True), (True, True)])[random.integers(0, 3, (number, years))]
    same = (random.random((number, years)) < SAME_ZONES) & np.any(now, axis=1)[:, None]
    return np.where(same[:, :, None], now[:, None, :], other)


def accounts(firms: FirmArrays, study: Study, random: np.random.Generator) -> Accounts:
    """Employment and value added by year: each firm on a growth path of its own through the reference year.

    Firms of the panel have both in the first and the last year of the window. Other firms of the populations
    lack an employment above 0 in one of them: founded later, closed, or without accounts.
    """
    years, number = account_years(study), len(firms)
    reference = int(np.flatnonzero(years == study.reference_year)[0])
    age = np.clip(study.reference_year - firms.founded, 0, 40)
    growth = random.normal(MEAN_GROWTH + 0.05 * np.exp(-age / 6.0), GROWTH_SPREAD, number)
    growth = np.clip(growth + 0.01 * (firms.pattern > 0), -0.25, 0.35)
    noise = random.normal(0.0, 0.03, (number, len(years)))
    noise[:, reference] = 0.0
    fte = np.maximum(
        np.round(firms.fte[:, None] * np.exp(growth[:, None] * (years - study.reference_year) + noise), 2),
        0.05,
    )
    fte[:, reference] = firms.fte
    level = PRODUCTIVITY * np.exp(random.normal(0.0, SPREAD, number) + 0.1 * (firms.pattern > 0))
    steps = np.exp(INFLATION * (years - study.first_year) + random.normal(0.0, 0.06, (number, len(years))))
    value_added = np.round(fte * level[:, None] * steps, 2)
    present = exists(firms, years) & (random.random((number, len(years))) > 0.02)
    _panel_membership(firms, years, present, fte, study, random)
    missing = random.random((number, len(years))) < 0.012
    value_added[missing] = np.nan
    return Accounts(years, present, fte, value_added)


def keep_inside(firms: FirmArrays, accounts: Accounts, study: Study) -> None:
    """Keep the employment that the populations ask for in all years but the first and the last of the window, in place.

    Value added moves in proportion. So a firm of one employee, and its exports, do not come and go by a hair. At the
    ends of the window printed numbers set employment.
    """
    free = (accounts.years != study.first_year) & (accounts.years < study.last_year)
    stays = np.ix_(firms.kind == INSIDE, free)
    before = accounts.fte[stays]
    accounts.fte[stays] = np.maximum(before, least_employment(study))
    accounts.value_added[stays] = np.round(accounts.value_added[stays] * accounts.fte[stays] / before, 2)


def least_employment(study: Study) -> float:
    """The employment below which a firm is in no population."""
    return min((rule.employment_at_least for rule in study.populations.values()), default=0.0)


def _panel_membership(
    firms: FirmArrays,
    years: np.ndarray,
    present: np.ndarray,
    fte: np.ndarray,
    study: Study,
    random: np.random.Generator,
) -> None:
    inside = firms.kind == INSIDE
    first, last = years == study.first_year, years == study.last_year
    present[:, years == study.reference_year] |= inside[:, None]
    for date in (first, last):
        present[:, date] |= firms.panel[:, None]
    out = inside & ~firms.panel & (firms.founded <= study.first_year)
    ways = [(last, True)] if study.last_year != study.reference_year else []
    ways += [(first, True), (first, False)] if study.first_year != study.reference_year else []
    way = random.integers(0, len(ways), len(firms))
    for at, (date, without_accounts) in enumerate(ways):
        these = out & (way == at)
        if without_accounts:
            present[:, date] &= ~these[:, None]
        else:
            fte[np.ix_(these, date)] = np.nan
