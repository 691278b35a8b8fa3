"""Whole firms: margins that keep every printed count and share, as near as can be to the raked table.

One mixed-integer program per population. Its variables stand on the cliques {pattern, activity}, {pattern,
size}, {pattern, birth} and {pattern, seat}, which must agree on the pattern, and on the panel by birth and
mode in the reference and the first year. The full table is lifted from these margins afterwards
(:mod:`firmtrade.linked.population.lift`), which always succeeds: given the pattern, the margins are
independent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl

from firmtrade.linked.population.base import DIMENSIONS, MODES, Base, mode_of_pattern
from firmtrade.linked.population.conditions import Bound, mask, needed
from firmtrade.linked.population.program import INFINITY, Program
from firmtrade.outputs import CellKey

FIRM = 1e-3
"""Shares keep this distance, in firms, from the edge of their interval, so rounding is never in doubt."""
SLACK = 1e-4
"""Slack, in firms, below which a bound holds."""
ROUNDS = 8
"""Rounds of reweighting."""
REACH = (2, 8, None)
"""How far a whole number may lie from the raked one; tried in this order."""


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
    reference: Sequence[Bound],
    window: Sequence[Bound],
    base: Base,
) -> Margins | None:
    """Whole numbers near raked margins that keep all bounds, or None where no whole numbers do.

    ``raked`` maps each base dimension to its table by pattern and class; ``panel`` has the shape of
    ``Margins.panel``. Bounds that ask for two base dimensions at once are not of the cliques: left out.
    """
    for reach in REACH:
        program = Program()
        blocks = {name: _near(program, raked[name], reach).reshape(raked[name].shape) for name in DIMENSIONS}
        members = _near(program, panel, reach).reshape(panel.shape)
        _cliques(program, blocks, members, base)
        for bound, frame, variables in _placed(reference, window, blocks, members, base):
            for indices, values, low, high in _rows(bound, frame, variables):
                program.row(indices, values, low, high)
        solution = program.solve(gap=0.05)
        if solution is not None:
            whole = np.rint(solution).astype(np.int64)
            return Margins({name: whole[index] for name, index in blocks.items()}, whole[members])
    return None


def contradictions(reference: Sequence[Bound], window: Sequence[Bound], base: Base) -> set[CellKey]:
    """Cells to give up so that all other counts and shares can hold; none of them could be kept as well.

    Elastic program with reweighting (Candes, Wakin and Boyd 2008), then every cell that can return does.
    """
    elastic = _Elastic(reference, window, base)
    slack = elastic.solve(set())
    for _ in range(ROUNDS):
        if slack is None or max(slack.values(), default=0.0) <= SLACK:
            break
        slack = elastic.solve(set(), {key: 1.0 / (value + SLACK) for key, value in slack.items()})
    given = {key for key, value in (slack or {}).items() if value > SLACK}
    for key in sorted(given, key=lambda key: (slack or {})[key]):
        if elastic.holds_without(given - {key}):
            given -= {key}
    return given


class _Elastic:
    """The cliques with a slack on every bound of the edition."""

    def __init__(self, reference: Sequence[Bound], window: Sequence[Bound], base: Base) -> None:
        self.base, self.reference, self.window = base, reference, window

    def solve(
        self, given: set[CellKey], price: dict[CellKey, float] | None = None
    ) -> dict[CellKey, float] | None:
        """The slack of each cell, in firms, at the cheapest total; cells in ``given`` are not asked for."""
        program, slacks = self._program(given, price or {})
        solution = program.solve()
        if solution is None:
            return None
        found: dict[CellKey, float] = {}
        for key, index in slacks:
            found[key] = found.get(key, 0.0) + float(solution[index])
        return found

    def holds_without(self, given: set[CellKey]) -> bool:
        slack = self.solve(given)
        return slack is not None and max(slack.values(), default=0.0) <= SLACK

    def _program(
        self, given: set[CellKey], price: dict[CellKey, float]
    ) -> tuple[Program, list[tuple[CellKey, int]]]:
        base, program = self.base, Program()
        sizes = dict(zip(DIMENSIONS, base.shape[1:], strict=True))
        blocks = {d: program.variables(base.shape[0] * n).reshape(base.shape[0], n) for d, n in sizes.items()}
        members = program.variables(base.panel_cells.height).reshape(-1, len(MODES), len(MODES))
        _cliques(program, blocks, members, base)
        slacks: list[tuple[CellKey, int]] = []
        for bound, frame, variables in _placed(self.reference, self.window, blocks, members, base):
            key = bound.target.key
            if bound.target.fact or key in given:
                continue
            for indices, values, low, high in _rows(bound, frame, variables):
                more, less = program.variables(2, cost=price.get(key, 1.0))
                slacks += [(key, more), (key, less)]
                program.row(np.append(indices, [more, less]), np.append(values, [1.0, -1.0]), low, high)
        return program, slacks


def _near(program: Program, wanted: np.ndarray, reach: int | None) -> np.ndarray:
    """Whole variables that pay for their distance from ``wanted``, relative to its square root."""
    wanted = wanted.ravel()
    low = np.zeros_like(wanted) if reach is None else np.maximum(np.floor(wanted) - reach, 0)
    high = np.full_like(wanted, INFINITY) if reach is None else np.ceil(wanted) + reach
    variables = program.variables(len(wanted), low, high, whole=True)
    price = 1.0 / np.sqrt(wanted + 0.3)
    above = program.variables(len(wanted), cost=price)
    below = program.variables(len(wanted), cost=price)
    for variable, more, less, value in zip(variables, above, below, wanted, strict=True):
        program.row(np.array([variable, more, less]), np.array([1.0, -1.0, 1.0]), value, value)
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
        more = program.variables(1, cost=10.0)
        indices = np.concatenate([letters, unsized, more])
        values = np.concatenate([np.ones(len(letters)), -np.ones(1), -np.ones(1)])
        program.row(indices, values, -INFINITY, 0.0)


def _balance(program: Program, one: np.ndarray, other: np.ndarray) -> None:
    values = np.concatenate([np.ones(len(one)), -np.ones(len(other))])
    program.row(np.concatenate([one, other]), values, 0.0, 0.0)


def _placed(
    reference: Sequence[Bound],
    window: Sequence[Bound],
    blocks: dict[str, np.ndarray],
    members: np.ndarray,
    base: Base,
) -> Iterator[tuple[Bound, pl.DataFrame, np.ndarray]]:
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
    bound: Bound, frame: pl.DataFrame, variables: np.ndarray
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
