"""Who reads a protected study, and what the populations that fit leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from every_population.drawing import Drawn
from every_population.numbers import THOUSAND, numbers_of, printed
from every_population.places import Place, located
from every_population.vectors import MOST, every_vector, writable
from every_population.world import COUNTS, Mask, Numbers
from firmtrade.outputs import Cell, Confidentiality, ObsStatus
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import (
    FIRMS,
    FTE_END,
    FTE_START,
    VALUE,
    VALUE_ADDED_END,
    VALUE_ADDED_START,
    VALUE_EXTRA,
    VALUE_INTRA,
)
from firmtrade.query.where import Where


class Reader:
    """Who reads the cells of a release, and writes down every population that fits.

    ``zeros_shown`` says that a number of firms is never hidden where it is zero; ``more`` are cells of other releases
    of the same firms; ``units`` are those that the profile asks for."""

    def __init__(
        self,
        drawn: Drawn,
        cells: Sequence[Cell],
        *,
        units: int,
        zeros_shown: bool = False,
        more: Sequence[Cell] = (),
    ) -> None:
        self.drawn, self.zeros_shown, self.units = drawn, zeros_shown, units
        self.cells = (*printed(cells), *printed(more))
        self.terms: dict[Place, dict[str, list[Where]]] = {}
        for spec in drawn.specs.values():
            for term in (*spec.terms.values(), spec.group):
                place, where = located(drawn.study, term)
                held = self.terms.setdefault(place, {}).setdefault(term.measure, [])
                if where not in held:
                    held.append(where)
        self.fitting = {place: _Fitting(self, place) for place in self.terms}

    def values(self, whole: Term, part: Term | None = None) -> set[int] | None:
        """What a total, or what a part leaves of it, may be; None where there are too many populations to tell."""
        place, where = located(self.drawn.study, whole)
        if not self.fitting[place].written(whole.measure):
            return None
        fitting = self.fitting[place]
        found = fitting.totals(whole.measure, where)
        if part is not None:
            found = found - fitting.totals(part.measure, located(self.drawn.study, part)[1])
        values = set(np.unique(found).tolist())
        return values if len(values) > 1 or fitting.all_written(whole.measure) else None


PAIRS = {
    Formula.LEVEL: ((VALUE_ADDED_START, FTE_START), (VALUE_ADDED_END, FTE_END)),
    Formula.AMOUNT: ((VALUE_INTRA, VALUE_EXTRA),),
    Formula.CAGR: ((FTE_START, FTE_END), (VALUE_ADDED_START, VALUE_ADDED_END)),
}
"""Measures that are written down together, because a printed number speaks of both."""


def _own(measure: str) -> str:
    return FIRMS if measure in COUNTS else measure


class _Fitting:
    """The populations of one universe and date that fit."""

    def __init__(self, reader: Reader, place: Place) -> None:
        self.drawn, self.place = reader.drawn, place
        self.world = self.drawn.worlds[place]
        self.cells = [
            (self.drawn.specs[cell.key], cell)
            for cell in reader.cells
            if any(
                located(self.drawn.study, term)[0] == place
                for term in self.drawn.specs[cell.key].terms.values()
            )
        ]
        wheres = [where for held in reader.terms[place].values() for where in held]
        rows = np.array([self.world.inside(where) for where in wheres])
        open_kinds = rows.any(axis=0)
        for where in self._nobody(reader):
            open_kinds &= ~self.world.inside(where)
        self.kinds, self.kind_of = np.unique(rows[:, open_kinds], axis=1, return_inverse=True)
        self.open, self.wheres = np.flatnonzero(open_kinds), {where: at for at, where in enumerate(wheres)}
        self.tables: dict[str, Numbers] = {}
        self.most = 0
        self._count(reader)
        for formula, pairs in PAIRS.items():
            if any(spec.formula is formula for spec, _ in self.cells):
                self._amounts(pairs)

    def written(self, measure: str) -> bool:
        """Whether the populations are written down as far as a measure goes."""
        return _own(measure) in self.tables

    def all_written(self, measure: str) -> bool:
        """Whether no other population can fit: numbers of firms that are shown leave no room for more."""
        if measure not in COUNTS:
            return True
        shown = [
            (self.kinds[self.wheres[located(self.drawn.study, spec.terms["count"])[1]]], cell.value)
            for spec, cell in self.cells
            if spec.formula is Formula.COUNT and cell.value is not None
        ]
        if not shown:
            return False
        rows, values = zip(*shown, strict=True)
        room = linprog(-np.ones(self.kinds.shape[1]), A_eq=np.array(rows, dtype=np.float64), b_eq=values)
        return bool(room.status == 0 and -room.fun <= self.most + 1e-6)

    def totals(self, measure: str, where: Where) -> Numbers:
        """A total in every population that fits."""
        return np.asarray(self.tables[_own(measure)] @ self.kinds[self.wheres[where]])

    def _nobody(self, reader: Reader) -> Iterator[Where]:
        """Conditions that no firm meets, as everybody sees: of optional rows that are not printed."""
        there = {cell.key for cell in reader.cells}
        for key, spec in self.drawn.specs.items():
            place, where = located(self.drawn.study, spec.group)
            if place == self.place and spec.optional and key not in there:
                yield where

    def _true(self, own: Numbers) -> Numbers:
        """A total of each kind as it is in truth."""
        place = {kind: self.kind_of.ravel()[at] for at, kind in enumerate(self.open.tolist())}
        seen = [at for at, kind in enumerate(self.world.kind.tolist()) if kind in place]
        found = np.zeros(self.kinds.shape[1], dtype=np.int64)
        np.add.at(found, [place[self.world.kind[at]] for at in seen], own[seen])
        return found

    def _count(self, reader: Reader) -> None:
        true = self._true(np.ones_like(self.world.kind))
        firms = most = int(true.sum())
        while writable(len(true), most) and most < 2 * firms + 2:
            most += 1
        if most == firms:
            return
        self.most, self.tables[FIRMS] = most, every_vector(len(true), most)
        self._keep(COUNTS)
        for spec, cell in self.cells:
            self._by_flag(reader, spec, cell)
        assert (self.tables[FIRMS] == true).all(axis=1).any(), "the true population fits what is printed"

    def _by_flag(self, reader: Reader, spec: CellSpec, cell: Cell) -> None:
        """What a reader knows of hidden numbers of firms, and of rows that are printed only where somebody is."""
        known = [spec.group] if spec.optional else []
        hidden = cell.value is None and spec.formula is Formula.COUNT
        if hidden and (reader.zeros_shown or cell.confidentiality is Confidentiality.PRIMARY):
            known.append(spec.terms["count"])
        for term in known:
            place, where = located(self.drawn.study, term)
            if place == self.place:
                self.tables[FIRMS] = self.tables[FIRMS][self.totals(FIRMS, where) >= 1]
        if hidden and cell.confidentiality is Confidentiality.PRIMARY:
            place, where = located(self.drawn.study, spec.terms["count"])
            few = self.drawn.contribution(spec.terms["count"]).n_firms < reader.units
            if place == self.place and few:
                self.tables[FIRMS] = self.tables[FIRMS][self.totals(FIRMS, where) < reader.units]

    def _amounts(self, pairs: tuple[tuple[str, str], ...]) -> None:
        """Write down both measures of each pair together, then keep what goes with something of the other pair."""
        for pair in pairs:
            true = [self._true(self.world.amounts[name]) for name in pair]
            unit = [1 if name in (FTE_START, FTE_END) else THOUSAND for name in pair]
            scales = [
                np.arange(min(-1, *(one // own)) if own > 1 else 0, max(one // own) + 3) * own
                for one, own in zip(true, unit, strict=True)
            ]
            axes = [scale for scale in scales for _ in range(self.kinds.shape[1])]
            if np.prod([len(axis) for axis in axes], dtype=float) > 8 * MOST:
                continue
            grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
            half = self.kinds.shape[1]
            self.tables |= {pair[0]: grid[:, :half], pair[1]: grid[:, half:]}
            if VALUE_INTRA in pair:
                self.tables[VALUE] = grid[:, :half] + grid[:, half:]
            self._keep((*pair, VALUE))
            fits = (self.tables[pair[0]] == true[0]).all(axis=1) & (self.tables[pair[1]] == true[1]).all(
                axis=1
            )
            assert fits.any(), "the true amounts fit what is printed"

    def _keep(self, measures: tuple[str, ...]) -> None:
        """Keep the populations that give every printed number that speaks of these measures alone."""
        for spec, cell in self.cells:
            names = {term.measure for term in spec.terms.values()}
            if not names <= set(measures):
                continue
            total = {
                name: self.totals(term.measure, located(self.drawn.study, term)[1]).astype(float)
                for name, term in spec.terms.items()
            }
            keys = [key for key in self.tables if key in measures]
            fits = _fits(spec, cell, total)
            for key in keys:
                self.tables[key] = self.tables[key][fits]


def _fits(spec: CellSpec, cell: Cell, total: Mapping[str, NDArray[np.float64]]) -> Mask:
    """The populations that give a cell as it is printed; a hidden one says nothing."""
    number = numbers_of(spec, total)
    if cell.value is not None:
        half = 0.0 if spec.formula is Formula.COUNT else 0.5 * 10.0**-spec.decimals
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(number - cell.value) <= half + 1e-9)
    if cell.status is ObsStatus.UNDEFINED:
        return np.asarray(np.isnan(number))
    return np.ones(len(number), dtype=bool)
