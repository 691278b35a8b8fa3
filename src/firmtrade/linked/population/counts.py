"""Whole firms: margins that keep every printed count and share, as near as can be to the raked table.

One mixed-integer program per population. Its variables stand on the cliques {pattern, activity}, {pattern,
size}, {pattern, birth} and {pattern, seat}, which must agree on the pattern, and on the panel by birth and
mode in the reference and the first year. The full table is made from these margins afterwards
(:mod:`firmtrade.linked.population.controlled_rounding`), which always succeeds: given the pattern, the margins are
independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from firmtrade.errors import DataError
from firmtrade.linked.population.base import DIMENSIONS, MODES, Base, mode_of_pattern
from firmtrade.linked.population.conditions import CountBound, mask, needed
from firmtrade.linked.population.program import INFINITY, Program

FIRM = 1e-3
"""Shares keep this distance, in firms, from the edge of their interval, so rounding is never in doubt."""
HALF_KNOWN = 1e3
"""Price of a firm that has a headcount and no division."""
GIVE_UP = 1e4
"""Price of a bound that is missed by one firm."""
NODES = 200
"""Nodes of the search for whole firms. The best of so many is nearly always that of a hundred times as many, whose work
goes into the proof; the populations of the chapter of 2008 need one."""
REACH = (2, 8, None)
"""How far a whole number may lie from the wanted one; tried in this order."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Whole firms by pattern and class of each base dimension, and by class of the panel.

    ``panel`` has the shape (birth, mode in the reference year, mode in the first year).
    """

    tables: dict[str, np.ndarray]
    panel: np.ndarray


def whole_margins(
    raked: dict[str, np.ndarray],
    panel: np.ndarray,
    reference: Sequence[CountBound],
    window: Sequence[CountBound],
    base: Base,
) -> Margins:
    """Whole numbers near raked margins that keep all bounds.

    First the nearest table that keeps them, then whole numbers around it. Where no whole numbers do, as few
    bounds as can be are missed, by as little. ``raked`` maps each base dimension to its table by pattern and
    class; ``panel`` has the shape of ``Margins.panel``. Bounds that ask for two base dimensions at once are
    not of the cliques: left out. Raises DataError where the search ends at its limit of work without any.
    """
    near = _solve(raked, panel, reference, window, base, whole=False)
    if near is not None:
        raked, panel = near.tables, near.panel
        for reach in REACH:
            found = _solve(raked, panel, reference, window, base, reach)
            if found is not None:
                return found
    found = _solve(raked, panel, reference, window, base, elastic=True)
    if found is None:
        raise DataError(
            f"no whole numbers of firms near the printed numbers of {base.population} were found within "
            f"{NODES:,} nodes of the search",
            fix="`firmtrade audit` lists what contradicts; correct the edition, then synthesize again.",
        )
    return found


def _solve(
    raked: dict[str, np.ndarray],
    panel: np.ndarray,
    reference: Sequence[CountBound],
    window: Sequence[CountBound],
    base: Base,
    reach: int | None = None,
    *,
    whole: bool = True,
    elastic: bool = False,
) -> Margins | None:
    program = Program()
    blocks = {d: _near(program, raked[d], reach, whole).reshape(raked[d].shape) for d in DIMENSIONS}
    members = _near(program, panel, reach, whole).reshape(panel.shape)
    _cliques(program, blocks, members, base)
    for bound, frame, variables in _placed(reference, window, blocks, members, base):
        for indices, values, low, high in _rows(bound, frame, variables):
            slack = program.variables(2, cost=GIVE_UP) if elastic else np.array([], int)
            program.row(np.append(indices, slack), np.append(values, [1.0, -1.0][: len(slack)]), low, high)
    solution = program.solve(gap=0.05, nodes=NODES)
    if solution is None:
        return None
    values = np.rint(solution).astype(np.int64) if whole else np.maximum(solution, 0.0)
    return Margins({name: values[index] for name, index in blocks.items()}, values[members])


def _near(program: Program, wanted: np.ndarray, reach: int | None, whole: bool) -> np.ndarray:
    """Variables that pay for their distance from ``wanted``, relative to its square root.

    Whole variables pay for what lies beyond the two whole numbers next to the wanted one: which of these two
    it is makes no population better, and a search that need not care ends in a fraction of the time.
    """
    wanted = wanted.ravel()
    low = np.zeros_like(wanted) if reach is None else np.maximum(np.floor(wanted) - reach, 0)
    high = np.full_like(wanted, INFINITY) if reach is None else np.ceil(wanted) + reach
    variables = program.variables(len(wanted), low, high, whole=whole)
    price = 1.0 / np.sqrt(wanted + 0.3)
    above = program.variables(len(wanted), cost=price)
    below = program.variables(len(wanted), cost=price)
    floor, ceiling = (np.floor(wanted), np.ceil(wanted)) if whole else (wanted, wanted)
    for variable, more, less, down, up in zip(variables, above, below, floor, ceiling, strict=True):
        program.row(np.array([variable, more]), np.array([1.0, -1.0]), -INFINITY, up)
        program.row(np.array([variable, less]), np.array([1.0, 1.0]), down, INFINITY)
    return variables


def _cliques(program: Program, blocks: dict[str, np.ndarray], members: np.ndarray, base: Base) -> None:
    """All blocks have the same firms by pattern, and the panel is a part of the births it can come from."""
    first, *others = blocks.values()
    for other in others:
        for pattern in range(len(first)):
            _balance(program, first[pattern], other[pattern])
    modes = mode_of_pattern()
    for birth, mode in product(range(len(base.births)), range(len(MODES))):
        inside = members[birth, mode]
        firms = blocks["birth"][modes == mode, birth] if base.before_window[birth] else np.array([], int)
        values = np.concatenate([np.ones(len(firms)), -np.ones(len(inside))])
        program.row(np.concatenate([firms, inside]), values, 0.0, INFINITY)
    _unplaced_together(program, blocks, base)


def _unplaced_together(program: Program, blocks: dict[str, np.ndarray], base: Base) -> None:
    """A firm without a division should have no headcount either: a register knows both or neither."""
    for pattern in range(base.shape[0]):
        letters, unsized = blocks["activity"][pattern, base.divisions :], blocks["size"][pattern, -1:]
        more = program.variables(1, cost=HALF_KNOWN)
        indices = np.concatenate([letters, unsized, more])
        values = np.concatenate([np.ones(len(letters)), -np.ones(1), -np.ones(1)])
        program.row(indices, values, -INFINITY, 0.0)


def _balance(program: Program, one: np.ndarray, other: np.ndarray) -> None:
    values = np.concatenate([np.ones(len(one)), -np.ones(len(other))])
    program.row(np.concatenate([one, other]), values, 0.0, 0.0)


def _placed(
    reference: Sequence[CountBound],
    window: Sequence[CountBound],
    blocks: dict[str, np.ndarray],
    members: np.ndarray,
    base: Base,
) -> Iterator[tuple[CountBound, pl.DataFrame, np.ndarray]]:
    """Each bound with the block it speaks of."""
    frames = {name: base.frame(name) for name in DIMENSIONS}
    for bound in reference:
        dimensions = needed(bound.dimensions, base)
        if len(dimensions) <= 1 and not bound.target.fact:
            block = dimensions[0] if dimensions else "size"
            yield bound, frames[block], blocks[block].ravel()
    for bound in window:
        if not bound.target.fact:
            yield bound, base.panel_cells, members.ravel()


def _rows(
    bound: CountBound, frame: pl.DataFrame, variables: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, float, float]]:
    """A total between its limits, or a share between them and not of an empty group."""
    count = variables[mask(bound.count, frame)]
    if bound.base is None:
        yield count, np.ones(len(count)), bound.low, bound.high
        return
    whole = variables[mask(bound.base, frame)]
    lacking = np.setdiff1d(whole, count)
    indices = np.concatenate([count, lacking])
    yield whole, np.ones(len(whole)), 1.0, INFINITY
    for share, sign in ((bound.low, 1.0), (bound.high, -1.0)):
        if 0.0 < share < 1.0 or (share == 1.0 and sign > 0):
            values = np.concatenate([np.full(len(count), 1.0 - share), np.full(len(lacking), -share)])
            yield indices, sign * values, FIRM if share < 1.0 else 0.0, INFINITY
