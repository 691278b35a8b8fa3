"""Small tables as systems: from printed cells of a cross table, and from records with the cells that they stand in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Record = Mapping[str, str]
INSTANCES = Path(__file__).parent / "protection" / "instances"


def instance(name: str) -> list[dict[str, str]]:
    """The rows of a published instance."""
    with (INSTANCES / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class CrossTable:
    """Printed cells of a table with totals: their names, their rows over inner cells, and their values."""

    def __init__(
        self, rows: Sequence[Record], dimensions: Sequence[str], value: str, total: str = "T"
    ) -> None:
        self.names = [tuple(row[each] for each in dimensions) for row in rows]
        inner = [name for name in self.names if total not in name]
        self.cells = np.array(
            [
                [all(own in (total, other) for own, other in zip(name, atom, strict=True)) for atom in inner]
                for name in self.names
            ],
            dtype=np.int64,
        )
        self.values = np.array([float(row[value] or "nan") for row in rows])

    def at(self, *name: str) -> int:
        """The row of a cell."""
        return self.names.index(name)

    def where(self, mask: Any) -> list[tuple[str, ...]]:
        """The names of the cells of a mask."""
        return [self.names[at] for at in np.flatnonzero(mask)]


class Records:
    """Cells over records: atoms are the records that stand in the same cells.

    ``cells`` maps a name to a condition on a record. ``inside[c, r]`` says whether record ``r`` stands in cell
    ``c``."""

    def __init__(
        self,
        records: Sequence[Record],
        cells: Mapping[Any, Callable[[Record], bool]],
        value: str | None = None,
    ) -> None:
        self.names = list(cells)
        inside = np.array([[bool(test(each)) for each in records] for test in cells.values()], dtype=np.int64)
        self.amounts = np.array([float(each[value]) if value else 1.0 for each in records])
        self.inside = inside
        patterns, self.atom_of = np.unique(inside, axis=1, return_inverse=True)
        self.cells: NDArray[np.int64] = patterns
        self.values = inside @ self.amounts
        self.counts = inside.sum(axis=1)
        self.atoms = np.bincount(self.atom_of, weights=self.amounts, minlength=patterns.shape[1])

    def at(self, *name: Any) -> int:
        """The row of a cell."""
        return self.names.index(name if len(name) > 1 else name[0])

    def units(self, owners: Sequence[str]) -> dict[int, dict[int, float]]:
        """What each unit contributes to each atom; units are numbered in the order of their names."""
        number = {name: at for at, name in enumerate(sorted(set(owners)))}
        held: dict[int, dict[int, float]] = {}
        for owner, atom, amount in zip(owners, self.atom_of.tolist(), self.amounts.tolist(), strict=True):
            own = held.setdefault(number[owner], {})
            own[atom] = own.get(atom, 0.0) + amount
        return held


def lines(names: Sequence[tuple[str, ...]], total: str = "T") -> list[tuple[int, tuple[int, ...]]]:
    """Every total of a cross table with the parts that it adds up along one dimension."""
    found = []
    for at, name in enumerate(names):
        for place, label in enumerate(name):
            if label != total:
                continue
            parts = tuple(
                other
                for other, each in enumerate(names)
                if each[place] != total
                and each[:place] == name[:place]
                and each[place + 1 :] == name[place + 1 :]
            )
            if parts:
                found.append((at, parts))
    return found
