"""Counts: parts and totals, one population with one size, the same statistic printed twice, printed codes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit, other_digits
from firmtrade.linked.identities.printed import Group, Printed, PrintedTable, Whole
from firmtrade.linked.interval import Interval, total
from firmtrade.linked.words import Words, listing, number, span
from firmtrade.query.cells import Formula, Term

PARTS = "parts and totals"
SAME = "the same statistic in two places"
SIZE = "one population has one size"
CODES = "printed codes"


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


def _parts_message(printed: Printed, one: Whole, gap: float) -> str:
    words, whole, parts = printed.words, one.whole.cell, [part.cell for part in one.parts]
    shown = listing([f"{_part(words, part, whole)} ({part.printed})" for part in parts[:6]])
    shown += f" and {len(parts) - 6} more" if len(parts) > 6 else ""
    place = f"{words.table(whole.key)}, {whole.key.population}"
    name = _part(words, whole, None)
    added = sum(part.value for part in parts)
    if not one.all_of_it:
        verb = "are parts" if len(parts) > 1 else "is a part"
        return f"{place}: {shown} {verb} of {name} ({whole.printed}), yet {number(gap)} firms more."
    sign = "more" if whole.value > added else "fewer"
    return (
        f"{place}: {shown} make {number(added)} firms, but {name} is printed as {whole.printed}, "
        f"{number(gap)} {sign}."
    )


def _part(words: Words, cell: PrintedCell, whole: PrintedCell | None) -> str:
    """A part's name: by its column within one row, by its group within one column."""
    if whole is not None and whole.key.row == cell.key.row != "n" and whole.key.column != cell.key.column:
        return words.column(cell.key)
    return words.group(cell.key)


def one_size(printed: Printed) -> Iterator[Check]:
    """Tables about the same firms count the same number; a table that leaves the unknown out counts no
    more.
    """
    by_firms: dict[object, list[tuple[PrintedTable, tuple[Group, ...], bool]]] = {}
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
            said = [
                f"{'' if whole else 'at least '}{span(size, 0)} by {_split(printed, groups)}"
                for size, whole, groups in zip(
                    sizes, (all_of_one, all_of_other), (first, second), strict=True
                )
            ]
            message = (
                f"{_firms(printed, one)} are {said[0]} but {said[1]}: the same firms cannot be {number(gap)} "
                f"more in one table than in the other."
            )
            yield Check(SIZE, keys(*cells), gap, 1.0, message)


def _firms(printed: Printed, table: PrintedTable) -> str:
    population = table.cells[0].key.population
    year = printed.edition.study.head
    if table.universe.period == "window":
        return f"The panel firms of {population} ({year.window[0]}-{year.window[1]})"
    return f"The firms of {population} in {year.reference_year}"


def _split(printed: Printed, groups: tuple[Group, ...]) -> str:
    """``Table 5 (Export 3,979 and No export 18,072)``."""
    words = printed.words
    shown = [f"{words.group(group.cell.key)} {group.cell.printed}" for group in groups[:4]]
    more = [f"{len(groups) - 4} more"] if len(groups) > 4 else []
    return f"{words.table(groups[0].cell.key)} ({listing([*shown, *more])})"


def _first_of_each(
    tables: list[tuple[PrintedTable, tuple[Group, ...], bool]],
) -> list[tuple[PrintedTable, tuple[Group, ...], bool]]:
    """One table for each way to split the firms: where two split them alike, their cells are compared one
    by one.
    """
    seen: dict[frozenset[Term], tuple[PrintedTable, tuple[Group, ...], bool]] = {}
    for table, groups, whole in tables:
        seen.setdefault(frozenset(group.cell.spec.terms["count"] for group in groups), (table, groups, whole))
    return list(seen.values())


def same_statistic(printed: Printed) -> Iterator[Check]:
    """A statistic that two tables print is the same number in both: digit for digit, where both have as many."""
    by_meaning: dict[object, list[PrintedCell]] = {}
    for cell in printed.edition.numbers:
        if cell.spec.formula is Formula.DISTRIBUTION:
            continue
        meaning = (cell.spec.formula, tuple(cell.spec.terms.items()), cell.spec.years)
        by_meaning.setdefault(meaning, []).append(cell)
    for cells in by_meaning.values():
        for one, other in combinations(cells, 2):
            gap = max(one.interval.gap(other.interval), other_digits(one, other))
            message = (
                f"{printed.words.row(one.key)}, {printed.words.column(one.key)} of {one.key.population} is "
                f"{one.printed} in {printed.words.table(one.key)} and {other.printed} in "
                f"{printed.words.table(other.key)}: print the same number in both."
            )
            yield Check(SAME, keys(one, other), gap, last_digit(one, other), message)


def codes(printed: Printed) -> Iterator[Check]:
    """The code printed in a row is the code of the row."""
    for cell in printed.edition.cells:
        if cell.spec.formula is Formula.CODE:
            message = (
                f"{printed.words.table(cell.key)}: the row {cell.key.row} prints the code {cell.printed}, "
                f"which is not {cell.spec.code}."
            )
            yield Check(CODES, keys(cell), float(cell.printed != cell.spec.code), 1.0, message)


RULES = (parts_and_totals, one_size, same_statistic, codes)
