"""Differences: of two shown totals one of which lies inside the other, everybody sees what is left.

With and without construction, one class more or less in another table, a row and its complement: where few units are
left over, their total needs protection as if it were printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from firmtrade.protection.binding.atoms import AtomBlock, Atoms
from firmtrade.protection.binding.parts import ContributedTotal
from firmtrade.query.cells import Term


def differences(
    atoms: Atoms, parts: Mapping[int, ContributedTotal], numbers: Mapping[Term, int], threshold: int
) -> Iterator[tuple[int, int]]:
    """Pairs of quantities, the wider first, that differ by fewer firms than ``threshold`` and by at least one. Both
    stand in one block: what no block knows together is linked by the audit alone."""
    for block, held in _by_block(atoms, parts, numbers).items():
        known = sorted(held)
        inside = np.zeros((len(known), block.cells.height), dtype=np.float32)
        for at, quantity in enumerate(known):
            inside[at, held[quantity]] = 1
        sizes = inside.sum(axis=1)
        common = inside @ inside.T
        firms = np.array([parts[quantity].firms for quantity in known])
        left = firms[None, :] - firms[:, None]
        nested = (common == sizes[:, None]) & (sizes[:, None] < sizes[None, :]) & (sizes[:, None] > 0)
        for inner, whole in np.argwhere(nested & (left > 0) & (left < threshold)):
            yield known[whole], known[inner]


def _by_block(
    atoms: Atoms, parts: Mapping[int, ContributedTotal], numbers: Mapping[Term, int]
) -> dict[AtomBlock, dict[int, np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """For each block the base cells of every quantity that it can tell."""
    found: dict[AtomBlock, dict[int, np.ndarray[tuple[int], np.dtype[np.int64]]]] = {}
    for term, quantity in numbers.items():
        if quantity in parts:
            for block, columns in atoms.everywhere(term):
                found.setdefault(block, {}).setdefault(quantity, columns - block.start)
    return found
