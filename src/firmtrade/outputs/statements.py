"""Everything that a study, its evidence or a survey states: cells, estimates and curves under one set of keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, TypeVar

from firmtrade.errors import DataError
from firmtrade.outputs.cell import Cell, CellKey
from firmtrade.outputs.curve import Curve
from firmtrade.outputs.estimate import Estimate
from firmtrade.outputs.status import Confidentiality

Statement: TypeAlias = Cell | Estimate | Curve
"""What has a key, a unit, a status, a confidentiality and contributions."""

Stated = TypeVar("Stated", Cell, Estimate, Curve)


@dataclass(frozen=True)
class Statements:
    """Cells, estimates and curves; no key stands twice among them.

    Raises
    ------
    DataError
        A key stands twice.
    """

    cells: tuple[Cell, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    curves: tuple[Curve, ...] = ()

    def __post_init__(self) -> None:
        twice = [key for key, count in Counter(one.key for one in self).items() if count > 1]
        if twice:
            raise DataError(
                f"two statements have the key {twice[0]}", fix="Give each statement a key of its own."
            )

    def __iter__(self) -> Iterator[Statement]:
        yield from self.cells
        yield from self.estimates
        yield from self.curves

    def __repr__(self) -> str:
        return f"<{len(self.cells):,} cells, {len(self.estimates):,} estimates, {len(self.curves):,} curves>"

    def __len__(self) -> int:
        return len(self.cells) + len(self.estimates) + len(self.curves)

    @cached_property
    def by_key(self) -> Mapping[CellKey, Statement]:
        """Each statement by its key."""
        return {one.key: one for one in self}

    def changed(self, change: Callable[[Statement], Statement]) -> Statements:
        """The statements that ``change`` makes of these; it keeps the kind of each.

        >>> hide = lambda one: one.hidden(Confidentiality.PRIMARY)
        >>> cell = Cell(CellKey("4", "services", "export", "n"), 3.0, "count", "2002", 0)
        >>> Statements((cell,)).changed(hide).cells[0].value is None
        True
        """

        def made(these: tuple[Stated, ...]) -> tuple[Stated, ...]:
            found = tuple(map(change, these))
            assert all(type(new) is type(old) for new, old in zip(found, these, strict=True))
            return found  # type: ignore[return-value]

        return Statements(made(self.cells), made(self.estimates), made(self.curves))

    def stamped(self, *, synthetic: bool) -> Statements:
        """The statements of synthetic data, which are free, or of real data, which stay inside."""
        flag = Confidentiality.FREE if synthetic else Confidentiality.INTERNAL
        return self.changed(lambda one: replace(one, confidentiality=flag, synthetic=synthetic))
