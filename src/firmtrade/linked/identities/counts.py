"""Counts: parts and totals, one population with one size, the same statistic printed twice, printed codes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit, other_digits
from firmtrade.linked.identities.printed import Printed, PrintedGroup, PrintedTable, Whole
from firmtrade.linked.interval import Interval, total
from firmtrade.linked.words import CellWords, first_of, span
from firmtrade.messages import Count, Message, Number, Slot, Year, message
from firmtrade.query.cells import Formula, Term

PARTS = message("audit.rules.parts")
SAME = message("audit.rules.same")
SIZE = message("audit.rules.size")
CODES = message("audit.rules.codes")

MOST_PARTS = 6
"""Parts of a whole that a message names."""
MOST_GROUPS = 4
"""Groups of a population that it names."""


def parts_and_totals(printed: Printed) -> Iterator[Check]:
    """Parts that do not overlap add up to their whole, or to less where some parts are not printed."""
    for table in printed.tables:
        for one in table.wholes(table.groups(Formula.COUNT)):
            parts = [part.cell for part in one.parts]
            found, stated = total(part.interval for part in parts), one.whole.cell.interval
            if not one.all_of_it:
                found = Interval(found.low, float("inf"))
            gap = found.gap(stated)
            yield Check(
                PARTS,
                keys(one.whole.cell, *parts),
                gap,
                1.0,
                _parts_message(printed, one, gap),
            )


def _parts_message(printed: Printed, one: Whole, gap: float) -> Message:
    words, whole, parts = printed.words, one.whole.cell, [part.cell for part in one.parts]
    place, name = words.place(whole), _part(words, whole, None)
    shown = first_of([words.with_number(_part(words, part, whole), part) for part in parts], MOST_PARTS)
    if not one.all_of_it:
        return message(
            "audit.counts.parts_more",
            place=place,
            parts=shown,
            n=Count(len(parts)),
            whole=words.with_number(name, whole),
            gap=Number(gap),
        )
    added = sum(part.value for part in parts)
    return message(
        "audit.counts.parts_make_less" if whole.value > added else "audit.counts.parts_make_more",
        place=place,
        parts=shown,
        sum=Number(added),
        name=name,
        printed=whole.printed,
        gap=Number(gap),
    )


def _part(words: CellWords, cell: PrintedCell, whole: PrintedCell | None) -> Slot:
    """A part's name: by its column within one row, by its group within one column."""
    if whole is not None and whole.key.row == cell.key.row != "n" and whole.key.column != cell.key.column:
        return words.column(cell.key)
    return words.group(cell.key)


def one_size(printed: Printed) -> Iterator[Check]:
    """Tables about the same firms count the same number; a table that leaves the unknown out counts no
    more.
    """
    by_firms: dict[object, list[tuple[PrintedTable, tuple[PrintedGroup, ...], bool]]] = {}
    for table in printed.tables:
        cover = table.cover(table.groups(Formula.COUNT))
        if cover is not None:
            by_firms.setdefault(table.about, []).append((table, *cover))
    for tables in by_firms.values():
        different = _first_of_each(tables)
        for (one, first, all_of_one), (_, second, all_of_other) in combinations(different, 2):
            if not (all_of_one or all_of_other):
                continue
            sizes = [total(group.cell.interval for group in groups) for groups in (first, second)]
            bounds = [
                size if whole else Interval(size.low, float("inf"))
                for size, whole in zip(sizes, (all_of_one, all_of_other), strict=True)
            ]
            cells = [group.cell for group in (*first, *second)]
            gap = bounds[0].gap(bounds[1])
            texts = [
                message(
                    "audit.counts.by" if whole else "audit.counts.at_least_by",
                    size=span(size, 0),
                    split=_split(printed, groups),
                )
                for size, whole, groups in zip(
                    sizes, (all_of_one, all_of_other), (first, second), strict=True
                )
            ]
            sentence = message(
                "audit.counts.size", firms=_firms(printed, one), one=texts[0], other=texts[1], gap=Number(gap)
            )
            yield Check(SIZE, keys(*cells), gap, 1.0, sentence)


def _firms(printed: Printed, table: PrintedTable) -> Message:
    population, head = table.cells[0].key.population, printed.edition.study.head
    if table.universe.period == "window":
        first, last = head.window
        return message("audit.counts.panel_firms", population=population, first=Year(first), last=Year(last))
    return message("audit.counts.firms", population=population, year=Year(head.reference_year))


def _split(printed: Printed, groups: tuple[PrintedGroup, ...]) -> Message:
    """``Table 5 (Export 3,979 and No export 18,072)``."""
    words = printed.words
    shown = [
        message("audit.words.number", label=words.group(group.cell.key), printed=group.cell.printed)
        for group in groups
    ]
    return message(
        "audit.counts.split", table=words.table(groups[0].cell.key), groups=first_of(shown, MOST_GROUPS)
    )


def _first_of_each(
    tables: list[tuple[PrintedTable, tuple[PrintedGroup, ...], bool]],
) -> list[tuple[PrintedTable, tuple[PrintedGroup, ...], bool]]:
    """One table for each way to split the firms: where two split them alike, their cells are compared one
    by one.
    """
    seen: dict[frozenset[Term], tuple[PrintedTable, tuple[PrintedGroup, ...], bool]] = {}
    for table, groups, whole in tables:
        seen.setdefault(frozenset(group.cell.spec.terms["count"] for group in groups), (table, groups, whole))
    return list(seen.values())


def same_statistic(printed: Printed) -> Iterator[Check]:
    """A statistic that two tables print is the same number in both: digit for digit, where both have as many."""
    by_meaning: dict[object, list[PrintedCell]] = {}
    for cell in printed.edition.numbers:
        if cell.spec.formula in (Formula.DISTRIBUTION, Formula.WEIGHTED):
            continue
        meaning = (cell.spec.formula, tuple(cell.spec.terms.items()), cell.spec.years)
        by_meaning.setdefault(meaning, []).append(cell)
    for cells in by_meaning.values():
        for one, other in combinations(cells, 2):
            gap = max(one.interval.gap(other.interval), other_digits(one, other))
            sentence = message(
                "audit.counts.same",
                row=printed.words.row(one.key),
                column=printed.words.column(one.key),
                population=one.key.population,
                one=one.printed,
                table=printed.words.table(one.key),
                other=other.printed,
                other_table=printed.words.table(other.key),
            )
            yield Check(SAME, keys(one, other), gap, last_digit(one, other), sentence)


def codes(printed: Printed) -> Iterator[Check]:
    """The code printed in a row is the code of the row."""
    for cell in printed.edition.cells:
        if cell.spec.formula is Formula.CODE:
            sentence = message(
                "audit.counts.code",
                table=printed.words.table(cell.key),
                row=cell.key.row,
                printed=cell.printed,
                code=cell.spec.code,
            )
            yield Check(CODES, keys(cell), float(cell.printed != cell.spec.code), 1.0, sentence)


RULES = (parts_and_totals, one_size, same_statistic, codes)
