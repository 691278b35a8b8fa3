"""The system of what was collected: statements, facts and targets as rows over atoms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import gcd, inf, isfinite

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from firmtrade.protection.binding.bound import BoundCell
from firmtrade.protection.binding.collected import ALONE, FLAG, Collected, Named, StatedRow
from firmtrade.protection.binding.judge import COUNTS, measure_of
from firmtrade.protection.binding.lines import lines
from firmtrade.protection.binding.merge import merged
from firmtrade.protection.binding.parts import unit_of
from firmtrade.protection.problem import KnownRows, LineFamily, Numbers, Problem, StatementRows
from firmtrade.protection.rules import Measure
from firmtrade.query.cells import Formula, TableSpec

WHOLE_PLACES = 6
"""Decimal places of the totals of a room: as whole numbers they are that many places longer."""


def problem_of(
    found: Collected, cells: Sequence[BoundCell], tables: Sequence[TableSpec], *, zeros_shown: bool
) -> Problem:
    """The system of what was collected from cells, with the totals of lines of the tables, and with atoms that every
    row treats alike made one. With ``zeros_shown`` every reader knows that no hidden number of firms is zero."""
    families = tuple(
        LineFamily(total, parts) for total, parts in lines(tables, found.numbers, found.quantities)
    )
    there = _there(found, cells, zeros_shown=zeros_shown)
    given = found.given().and_also(_at_most(found)).and_also(_somebody(found, there))
    given = given.and_also(_known_before(found))
    rows = found.rows.values()
    return merged(
        Problem(
            statements=_statements(found),
            cost=np.array([row.weight for row in rows]),
            primary=np.array([row.primary for row in rows], dtype=bool),
            quantities=csr_array(
                vstack([csr_array((0, found.atoms.width), dtype=np.int64), *found.quantities])
            ),
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


def _statements(found: Collected) -> StatementRows:
    written = [_written(found, key, row) for key, row in found.rows.items()]
    width = found.atoms.width
    matrix, low, high, owner = [], [], [], []
    for at, (ratios, _) in enumerate(written):
        for line, least, most in ratios:
            matrix.append(line)
            low.append(least)
            high.append(most)
            owner.append(at)
    return StatementRows(
        csr_array(vstack(matrix)) if matrix else csr_array((0, width)),
        np.array(low),
        np.array(high),
        np.array(owner, dtype=np.int64),
        csr_array(vstack([exact for _, exact in written]))
        if written
        else csr_array((0, width), dtype=np.int64),
    )


def _written(
    found: Collected, key: Named, row: StatedRow
) -> tuple[list[tuple[csr_array, float, float]], csr_array]:
    """A statement as rows with their intervals, and as the row that holds for the unrounded number: empty where
    that is not known."""
    one = found.quantities[key[0]]
    ratios = [
        (csr_array(sum(found.quantities[at] * weight for at, weight in line.items())), least, most)
        for line, least, most in _ends(found, key, row)
    ]
    if row.under is None:
        return ratios, csr_array(one.shape, dtype=np.int64) if key[1] == FLAG else one
    other = found.quantities[key[1]]
    if key[0] not in found.parts or key[1] not in found.parts:
        return ratios, csr_array(one.shape, dtype=np.int64)
    return ratios, _exact_ratio(one, other, found.parts[key[0]].total, found.parts[key[1]].total)


def _ends(found: Collected, key: Named, row: StatedRow) -> list[tuple[dict[int, float], float, float]]:
    """A statement as rows over quantities with their intervals."""
    unit = unit_of(row.over.measure)
    if row.under is None:
        return [({key[0]: 1.0}, row.low / unit, row.high / unit)]
    factor = unit_of(row.under.measure) / unit
    bounds = ((row.high, -inf, 0.0), (row.low, 0.0, inf))
    ends = []
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
    sure: list[tuple[dict[int, float], float, float]] = [
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
    facts = KnownRows.of(_over(lines, width), low, high, csr_array((len(lines), width), dtype=np.int64))
    return Numbers(_over(said, width), facts)


def _inside(found: Collected, part: int, whole: int) -> bool:
    """Whether one quantity counts some of what another counts."""
    left = found.quantities[whole] - found.quantities[part]
    return bool((left.data >= 0).all())


def _known_before(found: Collected) -> KnownRows:
    """What was printed before, as facts for every reader."""
    nothing = csr_array((1, found.atoms.width), dtype=np.int64)
    matrix, low, high, exact = [], [], [], []
    for key, row in found.told.items():
        ratios, whole = _written(found, key, row)
        if row.under is None and row.low < row.high and row.over.measure in COUNTS:
            whole = nothing
        for at, (line, least, most) in enumerate(ratios):
            matrix.append(line)
            low.append(least)
            high.append(most)
            exact.append(nothing if at else whole)
    return (
        KnownRows.of(vstack(matrix), low, high, vstack(exact))
        if matrix
        else KnownRows.none(found.atoms.width)
    )


def _at_most(found: Collected) -> KnownRows:
    """Terms that are never more than others together."""
    lines = found.not_positive()
    nothing = csr_array((0, found.atoms.width), dtype=np.int64)
    rows = csr_array(_over(lines, len(found.quantities)) @ csr_array(vstack([nothing, *found.quantities])))
    ends = np.full(len(lines), -inf), np.zeros(len(lines))
    return KnownRows.of(rows, *ends, csr_array(rows.shape, dtype=np.int64))


def _somebody(found: Collected, there: Sequence[int]) -> KnownRows:
    """Numbers of firms that every reader knows to be at least one: of rows that are printed only where a firm
    stands in them; all of them where zeros are shown."""
    nobody = csr_array((0, found.atoms.width), dtype=np.int64)
    rows = csr_array(vstack([nobody, *(found.quantities[at] for at in there)]))
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


def _over(lines: Sequence[Mapping[int, float]], width: int) -> csr_array:
    """Weights by column as rows."""
    entries = [
        (at, column, weight) for at, line in enumerate(lines) for column, weight in line.items() if weight
    ]
    at, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((weights, (at, columns)), shape=(len(lines), width), dtype=np.float64))


def _exact_ratio(over: csr_array, under: csr_array, upper: Decimal, lower: Decimal) -> csr_array:
    """The row that is 0 where the unrounded ratio holds, in whole numbers."""
    first, second = (int(total.scaleb(WHOLE_PLACES)) for total in (upper, lower))
    divisor = gcd(first, second) or 1
    return csr_array(over * (second // divisor) - under * (first // divisor))
