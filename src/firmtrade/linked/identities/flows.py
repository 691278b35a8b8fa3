"""Conditional shares: Bayes within a table, and against the numbers of firms that other tables give."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit
from firmtrade.linked.identities.printed import Printed, PrintedTable
from firmtrade.linked.identities.shares import mode_counts
from firmtrade.linked.interval import Interval
from firmtrade.linked.words import span
from firmtrade.messages import Listing, message
from firmtrade.query.cells import Formula
from firmtrade.query.where import Where

BAYES = message("audit.rules.bayes")
AGAINST = message("audit.rules.conditional")


def bayes(printed: Printed) -> Iterator[Check]:
    """P(B|A) P(C|B) P(A|C) = P(C|A) P(B|C) P(A|B): both are the firms with all pairs, around the triangle."""
    for table in printed.of_kind("conditional"):
        cells = _cells(table)
        flags = list(dict.fromkeys(row for row, _ in cells))
        for one, two, three in combinations(flags, 3):
            forth = [cells.get(pair) for pair in ((one, two), (two, three), (three, one))]
            back = [cells.get(pair) for pair in ((two, one), (three, two), (one, three))]
            there = [cell for cell in (*forth, *back) if cell is not None]
            if len(there) < 6:
                continue
            products = [_product(found) for found in (there[:3], there[3:])]
            gap = products[0].gap(products[1])
            names = [printed.words.row(there[number].key) for number in range(3)]
            sentence = message(
                "audit.shares.bayes",
                table=printed.words.table(there[0].key),
                names=Listing(tuple(names)),
                one=span(products[0].scaled(100), 2),
                other=span(products[1].scaled(100), 2),
            )
            yield Check(BAYES, keys(*there), 100 * gap, last_digit(*there), sentence)


def against_counts(printed: Printed) -> Iterator[Check]:
    """Firms with A and B are the same from either side: N(A) P(B|A) = N(B) P(A|B)."""
    for table in printed.of_kind("conditional"):
        modes = mode_counts(printed, table.universe)
        cells = _cells(table)
        if modes is None:
            continue
        flags = list(dict.fromkeys(row for row, _ in cells))
        for one, other in combinations(flags, 2):
            there, back = cells.get((one, other)), cells.get((other, one))
            if there is None or back is None:
                continue
            first, second = _where(there), _where(back)
            n_first, used = modes.bounds(first)
            n_second, also = modes.bounds(second)
            both, _ = modes.bounds(first & second)
            pairs = [
                (there, (n_first * there.interval).scaled(0.01)),
                (back, (n_second * back.interval).scaled(0.01)),
            ]
            gap = (
                pairs[0][1].meet(both).gap(pairs[1][1].meet(both))
                if _overlap(pairs, both)
                else _miss(pairs, both)
            )
            sentence = message(
                "audit.shares.conditional",
                one=printed.words.cell(there),
                other=printed.words.cell(back),
                modes=printed.words.table(used[0].key),
                one_firms=span(pairs[0][1], 0),
                other_firms=span(pairs[1][1], 0),
                both=span(both, 0),
            )
            digit = max(1.0, last_digit(there, back) / 100 * max(n_first.high, n_second.high))
            yield Check(AGAINST, keys(there, back, *used, *also), gap, digit, sentence)


def _overlap(pairs: list[tuple[PrintedCell, Interval]], both: Interval) -> bool:
    return all(found.holds(both) for _, found in pairs)


def _miss(pairs: list[tuple[PrintedCell, Interval]], both: Interval) -> float:
    return max(found.gap(both) for _, found in pairs)


def _cells(table: PrintedTable) -> dict[tuple[str, str], PrintedCell]:
    return {
        (cell.key.row, cell.key.column): cell
        for cell in table.cells
        if cell.spec.formula is Formula.SHARE and cell.key.row != cell.key.column
    }


def _where(cell: PrintedCell) -> Where:
    """The firms of a row."""
    return cell.spec.terms["base"].where


def _product(cells: list[PrintedCell]) -> Interval:
    answer = Interval.point(1)
    for cell in cells:
        answer = answer * cell.interval.scaled(0.01)
    return answer


RULES = (bayes, against_counts)
