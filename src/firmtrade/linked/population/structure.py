"""The structure of a population: how many firms of each kind, so that printed counts and shares come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import DIMENSIONS, MODES, Base, mode_of_pattern
from firmtrade.linked.population.conditions import CountBound, bounds_of, conditions_of, mask
from firmtrade.linked.population.controlled_rounding import disaggregate
from firmtrade.linked.population.counts import Margins, whole_margins
from firmtrade.linked.population.prior import prior
from firmtrade.linked.population.rake import SummedCells, rake
from firmtrade.linked.population.target import CellTarget

STAYS = 0.94
"""Prior share of the firms founded up to the window's first year that the panel holds."""
PERSISTS = 0.8
"""Prior share of a year's traders that traded in the first year of the window."""
STARTED = 0.05
"""Prior share of those without trade that traded then."""


@dataclass(frozen=True)
class Structure:
    """Firms of one root population by class."""

    base: Base
    firms: dict[str, np.ndarray]

    @property
    def size(self) -> int:
        return len(self.firms["pattern"])


def structure(
    base: Base,
    populations: Sequence[str],
    targets: Sequence[CellTarget],
    scale: int,
    random: np.random.Generator,
    margins: Margins | None = None,
) -> Structure:
    """Fit, round and disaggregate one root population with the populations that are parts of it.

    ``margins`` are whole margins solved beforehand; they are solved for where not given."""
    bounds = bounds_of(targets, base, populations, "reference", scale)
    raked = _raked(base, bounds, scale)
    if margins is None:
        margins = _margins(raked, bounds, bounds_of(targets, base, populations, "window", scale), base)
    return Structure(base, disaggregate(raked, margins, base, random))


def solve_margins(
    base: Base, populations: Sequence[str], targets: Sequence[CellTarget], scale: int = 1
) -> Margins:
    """The whole margins of one root population."""
    bounds = bounds_of(targets, base, populations, "reference", scale)
    window = bounds_of(targets, base, populations, "window", scale)
    return _margins(_raked(base, bounds, scale), bounds, window, base)


def _margins(
    raked: np.ndarray, reference: Sequence[CountBound], window: Sequence[CountBound], base: Base
) -> Margins:
    tables = {
        name: raked.sum(axis=tuple(at for at in range(1, 5) if at != 1 + DIMENSIONS.index(name)))
        for name in DIMENSIONS
    }
    panel = _panel(base, tables["birth"], window)
    return whole_margins(tables, panel, _hard(reference), _hard(window), base)


def _hard(bounds: Sequence[CountBound]) -> list[CountBound]:
    return [bound for bound in bounds if not bound.target.fact]


def _raked(base: Base, bounds: Sequence[CountBound], scale: int) -> np.ndarray:
    """Facts pull first; then the printed cells alone, from where the facts have pulled."""
    facts = conditions_of([bound for bound in bounds if bound.target.fact], base)
    printed = conditions_of(_hard(bounds), base)
    with_facts = rake(prior(base).ravel() * scale, [*facts, *printed], sweeps=25)
    return rake(with_facts, printed, sweeps=40).reshape(base.shape)


def _panel(base: Base, births: np.ndarray, bounds: Sequence[CountBound]) -> np.ndarray:
    """The panel by birth, mode now and mode in the first year, near the printed numbers."""
    modes = np.array(MODES, float)
    by_mode = np.stack([births[mode_of_pattern() == mode].sum(0) for mode in range(len(MODES))], axis=1)
    before = np.where(modes > 0, PERSISTS, STARTED)
    chance = np.prod(np.where(modes[None, :, :] > 0, before[:, None, :], 1 - before[:, None, :]), axis=2)
    start = (by_mode * base.before_window[:, None] * STAYS)[:, :, None] * chance
    conditions = []
    for bound in sorted(bounds, key=lambda bound: not bound.target.fact):
        low, high = bound.low, bound.high
        if bound.base is not None:
            whole = start.ravel()[mask(bound.base, base.panel_cells)].sum()
            low, high = low * whole, high * whole
        conditions.append(SummedCells(np.flatnonzero(mask(bound.count, base.panel_cells)), low, high))
    return rake(start.ravel(), conditions, sweeps=60).reshape(start.shape)
