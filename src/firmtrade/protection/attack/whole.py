"""Whole firms, as a reader with a pencil counts them: every number of firms has a least and a greatest value, and each
printed number narrows those of its neighbours until nothing moves.

A total less the least that its other parts can be is the most that a part can be; a share of 49.5% to 50.5% of six or
seven firms is three firms, and so it is of six. What is left of a hidden number is tried value by value: one that leads
to where no whole number is left is impossible (bounds consistency with shaving, Apt 2003, "Principles of Constraint
Programming", chapter 6)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from math import ceil, floor, inf

from firmtrade.outputs import CellKey
from firmtrade.protection.attack.polytope import contradiction
from firmtrade.protection.attack.published import PublishedRelease
from firmtrade.protection.attack.worlds import Worlds
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import COMPLETE, FIRMS

TRIED = 12
"""Values of a hidden number up to which each is tried."""

SLACK = 1e-9

Firms = frozenset[int]
"""The kinds of firms that a number counts."""
Condition = tuple[dict[int, float], float, float]
"""Weights of numbers, and the ends of their sum."""


class _NothingLeftError(Exception):
    """No whole number is left."""


class WholeFirmSearch:
    """The numbers of firms that a release speaks of, and what whole firms leave of each.

    Raises
    ------
    DataError
        Nothing is left: the printed numbers contradict one another.
    """

    def __init__(self, published: PublishedRelease, worlds: Worlds) -> None:
        self.worlds = worlds
        self.place: dict[Firms, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.conditions: list[Condition] = []
        for key, value in published.values.items():
            self._read(published.specs[key], value, published.few.get(key))
            if published.specs[key].optional and not published.specs[key].group.by:
                there = self._number(self._firms(published.specs[key].group))
                self.low[there] = max(self.low[there], 1.0)
        for term in published.nothing:
            self.high[self._number(self._firms(term))] = 0.0
        for line in _lines(published):
            self._add_up({self._firms(term) for term in line})
        self.about: list[list[int]] = [[] for _ in self.low]
        for at, (weights, _, _) in enumerate(self.conditions):
            for number in weights:
                self.about[number].append(at)
        try:
            self._narrow(self.low, self.high, range(len(self.conditions)))
        except _NothingLeftError:
            raise contradiction() from None

    def interval(self, term: Term) -> tuple[float, float]:
        """What whole firms leave of a number of firms."""
        at = self.place.get(self._firms(term))
        if at is None:
            return 0.0, inf
        low, high = self.low[at], self.high[at]
        if high - low >= TRIED:
            return low, high
        left = [value for value in range(int(low), int(high) + 1) if self._possible(at, value)]
        return (float(left[0]), float(left[-1])) if left else (low, high)

    def _possible(self, at: int, value: int) -> bool:
        low, high = self.low.copy(), self.high.copy()
        low[at] = high[at] = float(value)
        try:
            self._narrow(low, high, self.about[at])
        except _NothingLeftError:
            return False
        return True

    def _narrow(self, low: list[float], high: list[float], first: Iterable[int]) -> None:
        """Narrow numbers, condition by condition, until nothing moves."""
        waiting = deque(first)
        held = set(waiting)
        while waiting:
            at = waiting.popleft()
            held.discard(at)
            for number in self._apply(self.conditions[at], low, high):
                for other in self.about[number]:
                    if other not in held:
                        held.add(other)
                        waiting.append(other)

    @staticmethod
    def _apply(condition: Condition, low: list[float], high: list[float]) -> Iterator[int]:
        """Narrow the numbers of one condition; gives those that moved."""
        weights, least, most = condition
        for number, weight in weights.items():
            others = [(other, of) for other, of in weights.items() if other != number]
            up = sum(of * (high[other] if of > 0 else low[other]) for other, of in others)
            down = sum(of * (low[other] if of > 0 else high[other]) for other, of in others)
            ends = (least - up) / weight, (most - down) / weight
            fresh = (
                max(low[number], ceil(min(ends) - SLACK)) if min(ends) > -inf else low[number],
                min(high[number], floor(max(ends) + SLACK)) if max(ends) < inf else high[number],
            )
            if fresh[0] > fresh[1]:
                raise _NothingLeftError
            if fresh != (low[number], high[number]):
                low[number], high[number] = fresh
                yield number

    def _firms(self, term: Term) -> Firms:
        return frozenset(self.worlds.row(term))

    def _number(self, firms: Firms) -> int:
        if firms not in self.place:
            self.place[firms] = len(self.low)
            self.low.append(0.0)
            self.high.append(inf)
        return self.place[firms]

    def _read(self, spec: CellSpec, value: float | None, few: int | None) -> None:
        """What one cell says of numbers of firms."""
        terms = _counted(spec)
        if spec.formula is Formula.COUNT and terms:
            at = self._number(self._firms(terms[0]))
            if value is not None:
                self.low[at] = self.high[at] = value
            elif few is not None:
                self.low[at], self.high[at] = max(self.low[at], 1.0), min(self.high[at], float(few))
        if spec.formula is Formula.SHARE and len(terms) == 2:
            part, base = map(self._firms, terms)
            one, other = self._number(part), self._number(base)
            if one == other:
                return
            if part < base:
                self.conditions.append(({other: 1.0, one: -1.0}, 0.0, inf))
            if value is not None:
                half = 0.5 * 10.0**-spec.decimals
                low, high = (value - half) / 100, (value + half) / 100
                self.conditions.append(({one: 1.0, other: -low}, 0.0, inf))
                self.conditions.append(({one: 1.0, other: -high}, -inf, 0.0))
                self.low[other] = max(self.low[other], 1.0)

    def _add_up(self, line: set[Firms]) -> None:
        """The totals of a line with the parts that make them up: the smallest there are."""
        for total in line:
            inside = [firms for firms in line if firms and firms < total]
            smallest = [one for one in inside if not any(other < one for other in inside)]
            if smallest and sum(map(len, smallest)) == len(total) == len(frozenset().union(*smallest)):
                weights = {self._number(total): 1.0} | {self._number(part): -1.0 for part in smallest}
                self.conditions.append((weights, 0.0, 0.0))


def _counted(spec: CellSpec) -> list[Term]:
    """The numbers of firms that a cell speaks of; none where one of its terms is something else."""
    terms = list(spec.terms.values())
    return [] if any(term.by or term.measure not in (FIRMS, COMPLETE) for term in terms) else terms


def _lines(published: PublishedRelease) -> Iterator[list[Term]]:
    """The numbers of firms along each row and each column of the printed tables."""
    held: dict[tuple[str, ...], list[Term]] = {}
    for key in published.values:
        for at, term in enumerate(_counted(published.specs[key])):
            for name in _places(key):
                held.setdefault((*name, str(at)), []).append(term)
    yield from held.values()


def _places(key: CellKey) -> Iterator[tuple[str, ...]]:
    yield key.table, key.population, "row", key.row
    yield key.table, key.population, "column", key.column
