"""The system of what was collected: statements, facts and targets as rows over atoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import gcd, inf, isfinite

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from firmtrade.protection.binding.bound import BoundCell
from firmtrade.protection.binding.collected import ALONE, FLAG, BoundSum, Collected, Named, StatedRow
from firmtrade.protection.binding.judge import COUNTS, measure_of
from firmtrade.protection.binding.lines import lines
from firmtrade.protection.binding.merge import merged
from firmtrade.protection.binding.parts import unit_of
from firmtrade.protection.problem import KnownRows, LineFamily, Numbers, Problem, StatementRows
from firmtrade.protection.rules import Measure
from firmtrade.query.cells import Formula, TableSpec

Line = Mapping[int, float]
"""Weights by quantity."""

WHOLE_PLACES = 6
"""Decimal places of the totals of a room: as whole numbers they are that many places longer."""


def problem_of(
    found: Collected, cells: Sequence[BoundCell], tables: Sequence[TableSpec], *, zeros_shown: bool
) -> Problem:
    """The system of what was collected from cells, with the totals of lines of the tables, and with atoms that every
    row treats alike made one. With ``zeros_shown`` every reader knows that no hidden number of firms is zero."""
    granted = tuple(dict.fromkeys(found.granted()))
    true = ((each.whole, each.parts) for each in granted if not each.left)
    sums = dict.fromkeys((*lines(tables, found.numbers, found.quantities), *true))
    families = tuple(LineFamily(total, parts) for total, parts in sums)
    there = _there(found, cells, zeros_shown=zeros_shown)
    nothing = csr_array((0, found.atoms.width), dtype=np.int64)
    quantities = csr_array(vstack([nothing, *found.quantities]))
    given = found.given().and_also(_at_most(found, quantities)).and_also(_somebody(quantities, there))
    given = given.and_also(_known_before(found, quantities)).and_also(_nearly(found, granted))
    rows = found.rows.values()
    return merged(
        Problem(
            statements=_statements(found, quantities),
            cost=np.array([row.weight for row in rows]),
            primary=np.array([row.primary for row in rows], dtype=bool),
            quantities=quantities,
            of_statement=np.array(
                [over if under == ALONE else -1 for over, under in found.rows], dtype=np.int64
            ),
            low=_lows(found),
            high=np.full(found.atoms.width, inf),
            whole=_wholes(found),
            given=given,
            targets=tuple(found.targets[at] for at in sorted(found.targets)),
            kept=np.array([row.kept and not row.primary for row in rows], dtype=bool),
            families=families,
            numbers=_numbers(found, families, there),
        )
    )


def _statements(found: Collected, quantities: csr_array) -> StatementRows:
    ends = [(at, end) for at, (key, row) in enumerate(found.rows.items()) for end in _ends(found, key, row)]
    exact = [_exactly(found, key, row) for key, row in found.rows.items()]
    return StatementRows(
        _over([line for _, (line, _, _) in ends], quantities, np.float64),
        np.array([low for _, (_, low, _) in ends], dtype=np.float64),
        np.array([high for _, (_, _, high) in ends], dtype=np.float64),
        np.array([at for at, _ in ends], dtype=np.int64),
        _over(exact, quantities, np.int64),
    )


def _ends(found: Collected, key: Named, row: StatedRow) -> list[tuple[Line, float, float]]:
    """A statement as rows over quantities with their intervals."""
    unit = unit_of(row.over.measure)
    if row.under is None:
        return [({key[0]: 1.0}, row.low / unit, row.high / unit)]
    factor = unit_of(row.under.measure) / unit
    bounds = ((row.high, -inf, 0.0), (row.low, 0.0, inf))
    ends = list[tuple[Line, float, float]]()
    for ratio, least, most in bounds:
        if isfinite(ratio):
            line = {key[0]: 1.0}
            line[key[1]] = line.get(key[1], 0.0) - ratio * factor
            ends.append((line, least, most))
    return ends


def _numbers(found: Collected, families: Sequence[LineFamily], there: Sequence[int]) -> Numbers:
    """The system over quantities."""
    width = len(found.quantities)
    said = [line for key, row in found.rows.items() for line, _, _ in _ends(found, key, row)]
    sure: list[tuple[Line, float, float]] = [
        ({family.total: 1.0} | dict.fromkeys(family.parts, -1.0), 0.0, 0.0) for family in families
    ]
    sure += [({whole: 1.0, part: -1.0, rest: -1.0}, 0.0, 0.0) for rest, (whole, part) in found.rests.items()]
    sure += [
        ({over: 1.0, under: -1.0}, -inf, 0.0)
        for over, under in found.rows
        if under >= 0 and over != under and _inside(found, over, under)
    ]
    sure += [(line, -inf, 0.0) for line in found.not_positive()]
    sure += [({at: 1.0}, 0.0, 0.0) for at in sorted(found.nothing)]
    sure += [({at: 1.0}, 1.0, inf) for at in there]
    sure += [end for key, row in found.told.items() for end in _ends(found, key, row)]
    lines, low, high = zip(*sure, strict=True) if sure else ((), (), ())
    facts = KnownRows.of(
        _weights(lines, width, np.float64), low, high, csr_array((len(lines), width), dtype=np.int64)
    )
    return Numbers(_weights(said, width, np.float64), facts)


def _inside(found: Collected, part: int, whole: int) -> bool:
    """Whether one quantity counts some of what another counts."""
    left = found.quantities[whole] - found.quantities[part]
    return bool((left.data >= 0).all())


def _known_before(found: Collected, quantities: csr_array) -> KnownRows:
    """What was printed before, as facts for every reader."""
    lines: list[Line] = []
    exact: list[Mapping[int, int]] = []
    low, high = list[float](), list[float]()
    for key, row in found.told.items():
        whole = _exactly(found, key, row)
        if row.under is None and row.low < row.high and row.over.measure in COUNTS:
            whole = {}
        for at, (line, least, most) in enumerate(_ends(found, key, row)):
            lines.append(line)
            low.append(least)
            high.append(most)
            exact.append({} if at else whole)
    return KnownRows.of(_over(lines, quantities, np.float64), low, high, _over(exact, quantities, np.int64))


def _at_most(found: Collected, quantities: csr_array) -> KnownRows:
    """Terms that are never more than others together."""
    lines = found.not_positive()
    rows = _over(lines, quantities, np.float64)
    ends = np.full(len(lines), -inf), np.zeros(len(lines))
    return KnownRows.of(rows, *ends, csr_array(rows.shape, dtype=np.int64))


def _nearly(found: Collected, granted: Sequence[BoundSum]) -> KnownRows:
    """Sums that readers take for granted and that do not quite hold: the interval has what is true, and the exact row
    what is taken for it, because who is a little wrong comes close."""
    wrong = [each for each in granted if each.left]
    rows = csr_array(vstack([csr_array((0, found.atoms.width)), *map(found.left_of, wrong)]))
    low = [-inf if each.left < 0 else 0.0 for each in wrong]
    return KnownRows.of(rows, low, np.full(len(wrong), inf))


def _somebody(quantities: csr_array, there: Sequence[int]) -> KnownRows:
    """Numbers of firms that every reader knows to be at least one: of rows that are printed only where a firm
    stands in them; all of them where zeros are shown."""
    rows = quantities[list(there)]
    ends = np.ones(len(there)), np.full(len(there), inf)
    return KnownRows.of(rows, *ends, csr_array(rows.shape, dtype=np.int64))


def _there(found: Collected, cells: Sequence[BoundCell], *, zeros_shown: bool) -> list[int]:
    groups = {found.quantity(each.spec.group) for each in cells if each.spec.optional}
    counts = {
        found.quantity(each.spec.terms["count"])
        for each in cells
        if each.spec.formula is Formula.COUNT and zeros_shown
    }
    return [at for at in sorted(groups | counts) if at not in found.parts or found.parts[at].firms]


def _lows(found: Collected) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The least that atoms may be: 0, unless a measure has a sign. Corrections make a total of declarations negative;
    whoever sees that of one expects it of others."""
    negative = {
        (found.atoms.terms[part.term].universe, part.term.measure)
        for part in found.parts.values()
        if part.total < 0
    }
    low = np.zeros(found.atoms.width)
    for block in found.atoms.blocks:
        if measure_of(block.family[1]) is Measure.SIGNED or block.family in negative:
            low[block.start : block.start + block.cells.height] = -inf
    return low


def _wholes(found: Collected) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    whole = np.zeros(found.atoms.width, dtype=bool)
    for block in found.atoms.blocks:
        whole[block.start : block.start + block.cells.height] = block.family[1] in COUNTS
    return whole


def _weights(lines: Sequence[Line], width: int, kind: type[np.generic]) -> csr_array:
    """Weights by column as rows."""
    entries = [
        (at, column, weight) for at, line in enumerate(lines) for column, weight in line.items() if weight
    ]
    at, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((weights, (at, columns)), shape=(len(lines), width), dtype=kind))


def _over(lines: Sequence[Line], quantities: csr_array, kind: type[np.generic]) -> csr_array:
    """Weights by quantity as rows over atoms."""
    rows = csr_array(_weights(lines, quantities.shape[0], kind) @ quantities)
    rows.eliminate_zeros()
    rows.sort_indices()
    return rows


def _exactly(found: Collected, key: Named, row: StatedRow) -> Mapping[int, int]:
    """What is 0 where the unrounded number holds, in whole numbers by quantity: a total, or a ratio of two; empty where
    that is not known."""
    over, under = key
    if row.under is None:
        return {} if under == FLAG else {over: 1}
    if over not in found.parts or under not in found.parts:
        return {}
    first, second = (int(found.parts[at].total.scaleb(WHOLE_PLACES)) for at in (over, under))
    divisor = gcd(first, second) or 1
    line = {over: second // divisor}
    line[under] = line.get(under, 0) - first // divisor
    return line
