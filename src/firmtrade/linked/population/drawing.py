"""Firms as they are drawn: of the printed classes and around them, with what they trade and what they file, before
their growth is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import base_of, root_populations
from firmtrade.linked.population.counts import Margins
from firmtrade.linked.population.firms import FirmArrays, around, inside, join
from firmtrade.linked.population.history import Accounts, accounts, trade_history
from firmtrade.linked.population.largest import plan_largest
from firmtrade.linked.population.series import approach_series
from firmtrade.linked.population.structure import Structure, structure
from firmtrade.linked.population.targets import Targets
from firmtrade.progress import Progress, silent
from firmtrade.study import Study
from firmtrade.workers import Workers


@dataclass(frozen=True)
class DrawnFirms:
    """Firms with their flows, booleans of shape (firms, years of trade, flows), and their accounts."""

    structures: list[Structure]
    """Of the root populations, in the order of ``firms.population``."""
    firms: FirmArrays
    flags: np.ndarray
    accounts: Accounts


def draw(
    study: Study,
    targets: Targets,
    margins: Mapping[str, Margins],
    *,
    scale: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
) -> DrawnFirms:
    """Draw the firms of a study, ``scale`` times as many as are printed; whole ``margins`` of root populations that are
    not given are solved for."""
    say = progress or silent
    say("fitting the structure")
    roots = root_populations(study)
    wanted = targets.cells + targets.facts
    with Workers() as workers:
        waited_for = [
            workers.submit(
                structure,
                base_of(study, root),
                parts,
                wanted,
                scale,
                random_stream(seed, 100 + at),
                margins.get(root),
            )
            for at, (root, parts) in enumerate(roots.items())
        ]
        structures = [one.result() for one in waited_for]
    say("drawing firms")
    firms = inside(structures, study, random_stream(seed, 1))
    firms = join([firms, around(firms, study, random_stream(seed, 2))])
    with Workers() as workers:
        waited_for_accounts = workers.submit(accounts, firms, study, random_stream(seed, 5))
        flags = trade_history(firms, study, random_stream(seed, 4))
        approach_series(flags, firms, targets.facts, list(roots), study, random_stream(seed, 14))
        filed = waited_for_accounts.result()
    plan_largest(firms, filed, random_stream(seed, 12))
    return DrawnFirms(structures, firms, flags, filed)


def random_stream(seed: int, stream: int) -> np.random.Generator:
    """Random numbers for one thing that is drawn: whatever else is drawn, they are the same."""
    return np.random.default_rng([seed, stream])
