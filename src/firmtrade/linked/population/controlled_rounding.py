"""From whole margins to whole firms: tables with given row and column totals, rounded without losing either.

Given the pattern of flows, each further fact of a firm is attached by one controlled rounding: a transport
problem, so that whole margins have a whole solution.
"""

from __future__ import annotations

import numpy as np

from firmtrade.linked.population.base import MODES, Base, mode_of_pattern
from firmtrade.linked.population.counts import Margins
from firmtrade.linked.population.program import Program

NOT_IN_PANEL = len(MODES)
"""The class of ``first`` for firms outside the panel."""
STAYS_BY_SIZE = 0.35
"""Log odds per size class that a firm is in the panel, and that it traded in the first year already."""
HARDLY = 1e-3
"""Firms below which a cell is one that should stay empty, if the totals allow."""
FAR = 50.0
"""Cost of leaving the neighbourhood of the wanted number, against 1 for a whole firm inside it."""


def fit(wanted: np.ndarray, rows: np.ndarray, columns: np.ndarray, sweeps: int = 50) -> np.ndarray:
    """Scale a non-negative matrix to row and column totals; empty lines get a little of everything."""
    table = wanted + 1e-9 * (wanted.sum() + 1.0) / wanted.size
    for _ in range(sweeps):
        table *= (rows / np.maximum(table.sum(1), 1e-300))[:, None]
        table *= (columns / np.maximum(table.sum(0), 1e-300))[None, :]
    result: np.ndarray = table
    return result


def controlled_round(
    wanted: np.ndarray, rows: np.ndarray, columns: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Whole numbers next to a matrix, with exactly these whole row and column totals.

    Each fraction meets a random threshold, so that rare combinations come up as often as they should; the
    nearest rounding would never choose them.

    Source: Cox (1987), A constructive procedure for unbiased controlled rounding, JASA 82; solved as a
    transport problem, whose vertices are whole.

    >>> random = np.random.default_rng(0)
    >>> controlled_round(np.full((2, 2), 1.0), np.array([3, 1]), np.array([2, 2]), random).sum(axis=0)
    array([2, 2])
    """
    if not rows.sum():
        return np.zeros(wanted.shape, np.int64)
    table = fit(wanted, rows, columns)
    floor = np.floor(table + 1e-9)
    at_row, at_column = np.nonzero(np.broadcast_to((rows > 0)[:, None] & (columns > 0)[None, :], table.shape))
    program = Program()
    chance = (table - floor)[at_row, at_column]
    hardly = table[at_row, at_column] < HARDLY
    far = np.where(hardly, 4 * FAR, FAR)
    cost = np.where(hardly, far, random.random(len(chance)) - chance)
    up = program.variables(len(chance), 0.0, 1.0, cost=cost)
    more = program.variables(len(chance), cost=far)
    less = program.variables(len(chance), 0.0, floor[at_row, at_column], cost=FAR)
    for lines, totals, now in ((at_row, rows, floor.sum(1)), (at_column, columns, floor.sum(0))):
        order = np.argsort(lines, kind="stable")
        for line, members in zip(*_groups(lines[order], order), strict=True):
            ones = np.ones(len(members))
            indices = np.concatenate([up[members], more[members], less[members]])
            missing = float(totals[line] - now[line])
            program.row(indices, np.concatenate([ones, ones, -ones]), missing, missing)
    solution = program.solve()
    assert solution is not None  # every whole table with these totals is feasible
    step = np.rint(solution[up] + solution[more] - solution[less])
    whole = floor.astype(np.int64)
    whole[at_row, at_column] += step.astype(np.int64)
    return whole


def _groups(sorted_lines: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    lines, starts = np.unique(sorted_lines, return_index=True)
    return lines, np.split(order, starts[1:])


def disaggregate(
    raked: np.ndarray, margins: Margins, base: Base, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """One entry per firm: its class of pattern, activity, size, birth, seat, and of ``first``.

    ``raked`` has the shape of the base. ``first`` is the mode in the first year for firms of the panel and
    :data:`NOT_IN_PANEL` for others.
    """
    parts = [_of_pattern(raked[pattern], pattern, margins, base, random) for pattern in range(base.shape[0])]
    firms = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    firms["first"] = _first(firms, margins, base, random)
    return firms


def _of_pattern(
    raked: np.ndarray, pattern: int, margins: Margins, base: Base, random: np.random.Generator
) -> dict[str, np.ndarray]:
    total = int(margins.tables["size"][pattern].sum())
    cells = {"pattern": np.array([pattern] * (total > 0), np.int64)}
    number = np.array([total] * (total > 0), np.int64)
    for axis, name in enumerate(("activity", "size", "birth", "seat")):
        others = tuple(at for at in range(axis + 1, 4))
        known = raked.sum(axis=others) if others else raked
        given = known[tuple(cells[before] for before in ("activity", "size", "birth")[:axis])]
        given = np.atleast_2d(given) if len(number) else np.zeros((0, base.shape[1 + axis]))
        whole = (
            controlled_round(given, number, margins.tables[name][pattern], random)
            if len(number)
            else given.astype(int)
        )
        row, column = np.nonzero(whole)
        cells = {key: value[row] for key, value in cells.items()} | {name: column}
        number = whole[row, column]
    return {key: np.repeat(value, number) for key, value in cells.items()}


def _first(
    firms: dict[str, np.ndarray], margins: Margins, base: Base, random: np.random.Generator
) -> np.ndarray:
    """Membership in the panel and mode in the first year, larger firms first to stay and to have traded."""
    mode = mode_of_pattern()[firms["pattern"]]
    first = np.full(len(mode), NOT_IN_PANEL)
    modes = np.array(MODES)
    for birth in range(len(base.births)):
        for now in range(len(MODES)):
            members = np.flatnonzero((mode == now) & (firms["birth"] == birth))
            inside = margins.panel[birth, now]
            if not len(members) or not inside.sum():
                continue
            columns = np.append(inside, len(members) - inside.sum())
            size = np.minimum(firms["size"], len(base.sizes) - 2)[members]
            kind = size * base.shape[0] + firms["pattern"][members]
            kinds, code = np.unique(kind, return_inverse=True)
            rows = np.bincount(code)
            stays = np.append(modes.sum(1) + 1.0, 0.0)
            wanted = (
                rows[:, None] * columns * np.exp(STAYS_BY_SIZE * (kinds // base.shape[0])[:, None] * stays)
            )
            whole = controlled_round(wanted, rows, columns, random)
            order = np.argsort(code, kind="stable")
            first[members[order]] = np.repeat(np.tile(np.arange(len(columns)), len(kinds)), whole.ravel())
    return first
