"""Tables that follow single traders: entry and exit, transitions, distributions, concentration, trade by groups.

What an editor sees at once is checked here, table by table and across tables: numbers of firms and amounts are rows of
the linear system too, quartiles, means and what the largest firms hold are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from math import inf

from firmtrade.kinds.concentration import LADDERS
from firmtrade.kinds.dynamics import SURVIVAL
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit
from firmtrade.linked.identities.printed import Printed
from firmtrade.linked.interval import Interval, total
from firmtrade.linked.words import first_of, span
from firmtrade.messages import Count, Listing, Message, Slot, message
from firmtrade.query.cells import Formula, Term
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.statistic import Statistic

ENTRY = message("audit.rules.entry")
TRANSITION = message("audit.rules.transition")
RATIO = message("audit.rules.ratio")
ORDER = message("audit.rules.order")
HELD = message("audit.rules.held")
INDEX = message("audit.rules.index")
ZONE_NAMES = ("intra", "extra")
ZONES = message("audit.rules.zones")
GROUPS = message("audit.rules.groups")
TWO_WAY = message("audit.rules.two_way")

MOST_GROUPS = 4
"""Groups of a total that a message names."""

LARGEST = {
    Statistic.TOP_5: 5,
    Statistic.TOP_10: 10,
    Statistic.TOP_20: 20,
    Statistic.TOP_50: 50,
    Statistic.TOP_100: 100,
}
"""How many firms each step of the ladder holds."""
SIGNED = ("growth",)
"""Parts of the names of measures that may be below zero."""

Line = Mapping[str, PrintedCell]
"""The printed cells of one row or column of a table, by the name of the other side."""


def entry_and_exit(printed: Printed) -> Iterator[Check]:
    """A trader entered, was there, began with a merger or split, or was not asked before; parts are no more than their
    whole; survival falls, and of the entrants those that do not survive one year traded in one year only, or ended with
    a merger or split, or were not asked again."""
    ended = {
        cells[row].key.table
        for cells in _lines(printed, "dynamics", by_column=True)
        for row in ("ended", "not_asked_again")
        if row in cells
    }
    for cells in _lines(printed, "dynamics", by_column=True):
        others = [row for row in ("started", "not_asked_before") if row in cells]
        yield from _sum(printed, ENTRY, cells, "traders", ("entrants", "incumbents", *others))
        for part, whole in (
            ("reentrants", "entrants"),
            ("one_year", "entrants"),
            ("exiters", "traders_before"),
        ):
            yield from _no_more(printed, ENTRY, cells, part, whole)
        for early, late in pairwise(SURVIVAL):
            yield from _no_more(printed, ENTRY, cells, late, early)
        first = next(iter(SURVIVAL))
        has_entry = {"entrants", "one_year", first} <= cells.keys()
        if has_entry and cells["entrants"].key.table not in ended:
            entrants, spell, survival = cells["entrants"], cells["one_year"], cells[first]
            lost = (Interval.point(100) - survival.interval).scaled(0.01) * entrants.interval
            sentence = message(
                "audit.traders.survival",
                place=printed.words.place(spell),
                entrants=entrants.printed,
                survival=survival.printed,
                left=span(lost, 1),
                printed=spell.printed,
            )
            yield _check(ENTRY, (entrants, spell, survival), lost.gap(spell.interval), 1.0, sentence)


def transitions(printed: Printed) -> Iterator[Check]:
    """The ends of the firms of a row are 100 percent of them."""
    for cells in _lines(printed, "transition"):
        parts = [cell for cell in cells.values() if cell.spec.formula is Formula.SHARE]
        table = printed.edition.study.output(next(iter(cells.values())).key.table)
        if len(parts) == len(_columns(printed, table.id, Formula.SHARE)):
            found = total(part.interval for part in parts)
            sentence = message(
                "audit.traders.transition",
                line=printed.words.line(parts[0]),
                made=span(found, parts[0].decimals),
            )
            yield _check(TRANSITION, parts, found.gap(Interval.point(100)), last_digit(*parts), sentence)


def shares_of_printed(printed: Printed) -> Iterator[Check]:
    """A share whose part and whole are printed is the one over the other."""
    amounts: dict[Term, PrintedCell] = {}
    for cell in printed.of_traders:
        if cell.spec.formula in (Formula.COUNT, Formula.AMOUNT):
            amounts.setdefault(next(iter(cell.spec.terms.values())), cell)
    for cell in printed.of_traders:
        if cell.spec.formula is not Formula.SHARE:
            continue
        part, whole = amounts.get(cell.spec.terms["count"]), amounts.get(cell.spec.terms["base"])
        if part is None or whole is None or whole.interval.low <= 0:
            continue
        found = (part.interval / whole.interval).scaled(100)
        sentence = message(
            "audit.traders.ratio",
            cell=printed.words.cell(cell),
            part=part.printed,
            whole=whole.printed,
            made=span(found, cell.decimals + 1),
            printed=cell.printed,
        )
        yield _check(RATIO, (cell, part, whole), found.gap(cell.interval), last_digit(cell), sentence)


def quartiles_and_means(printed: Printed) -> Iterator[Check]:
    """Quartiles are in order. A quarter of the firms lies at or above each of them, so that a mean of numbers that are
    not negative is at least a quarter of their sum; a rate is at most 100."""
    order = (Statistic.FIRST_QUARTILE, Statistic.MEDIAN, Statistic.THIRD_QUARTILE)
    for cells in _lines(printed, "distribution"):
        for lower, upper in (*pairwise(order), (order[0], order[2])):
            yield from _no_more(printed, ORDER, cells, lower, upper)
        any_cell = next(iter(cells.values()))
        measure = str(getattr(printed.edition.study.output(any_cell.key.table), "measure", ""))
        quartiles = [cells[one] for one in order if one in cells]
        mean = cells.get(Statistic.MEAN)
        if mean is None or not quartiles or any(word in measure for word in SIGNED):
            continue
        low = total(one.interval for one in quartiles).scaled(0.25).low
        high = float("inf")
        if mean.spec.unit == "percent":
            high = 100 - total(Interval.point(100) - one.interval for one in quartiles).scaled(0.25).low
        bounds = Interval(low, high)
        sentence = message("audit.traders.mean", **_not_with(printed, mean, quartiles, bounds))
        yield _check(ORDER, (mean, *quartiles), bounds.gap(mean.interval), last_digit(mean), sentence)


def largest_firms(printed: Printed) -> Iterator[Check]:
    """What the largest firms hold rises with their number, by less with every firm."""
    for cells in _lines(printed, "concentration"):
        for ladder in LADDERS:
            for few, many in pairwise([one for one in ladder if one in cells]):
                yield from _no_more(printed, HELD, cells, few, many)
                if few in LARGEST:
                    one, other = cells[few], cells[many]
                    most = one.interval.scaled(LARGEST[many] / LARGEST[few])
                    sentence = message(
                        "audit.traders.largest",
                        line=printed.words.line(other),
                        few=Count(LARGEST[few]),
                        held=one.printed,
                        many=Count(LARGEST[many]),
                        most=span(Interval.point(most.high), 1),
                        printed=other.printed,
                    )
                    gap = max(0.0, other.interval.low - most.high)
                    yield _check(HELD, (one, other), gap, last_digit(other), sentence)


def concentration_index(printed: Printed) -> Iterator[Check]:
    """The index of n firms is at least 1/n, at least what the largest firms make it if they and the others are equal
    among themselves, and at most what the largest firms allow."""
    for cells in _lines(printed, "concentration"):
        index, n = cells.get(Statistic.HERFINDAHL), cells.get("n")
        if index is None:
            continue
        bounds, used = Interval(0, 1), [index]
        if n is not None and n.value >= 1:
            bounds, used = bounds.meet(Interval(1 / n.interval.high, 1)), [*used, n]
        for step, firms in LARGEST.items():
            if step not in cells or n is None or n.value <= firms:
                continue
            held = cells[step].interval.scaled(0.01).meet(Interval(0, 1))
            least = held.low**2 / firms + (1 - held.high) ** 2 / (n.value - firms)
            most = held.high**2 + (1 - held.low) * held.high / firms
            bounds, used = bounds.meet(Interval(least, most)), [*used, cells[step]]
        if len(used) > 1:
            sentence = message("audit.traders.index", **_not_with(printed, index, used[1:], bounds))
            yield _check(INDEX, used, bounds.gap(index.interval), last_digit(index), sentence)


def inside_and_outside(printed: Printed) -> Iterator[Check]:
    """A firm trades inside the union, outside, or both: no zone has more firms than all have, and the two together
    no fewer than those of a known zone."""
    for cells in _lines(printed, "trade"):
        for zone in ZONE_NAMES:
            yield from _no_more(printed, ZONES, cells, f"n_{zone}", "n")
        yield from _zones(printed, cells, "n", "audit.traders.zones_at_least")


def values_inside_and_outside(printed: Printed) -> Iterator[Check]:
    """What firms trade in each zone adds up to no more than what they trade in all, unless corrections left some with
    less than nothing in the other zone."""
    for cells in _lines(printed, "trade"):
        for zone in ZONE_NAMES:
            yield from _no_more(printed, ZONES, cells, f"value_{zone}", "value")
        yield from _zones(printed, cells, "value", "audit.traders.zones_no_more")


def _zones(printed: Printed, cells: Line, measure: str, sentence: str) -> Iterator[Check]:
    """The whole is at most the sum of both zones (firms), or at least (values)."""
    parts = [cells[name] for zone in ZONE_NAMES if (name := f"{measure}_{zone}") in cells]
    whole = cells.get(measure)
    if whole is None or len(parts) < len(ZONE_NAMES):
        return
    both = total(part.interval for part in parts)
    bounds = Interval(both.low, inf) if measure == "value" else Interval(-inf, both.high)
    said = message(
        sentence,
        line=printed.words.line(whole),
        name=printed.words.column(whole.key),
        printed=whole.printed,
        parts=Listing(tuple(part.printed for part in parts)),
    )
    yield _check(ZONES, (whole, *parts), bounds.gap(whole.interval), last_digit(whole, *parts), said)


def groups_and_totals(printed: Printed) -> Iterator[Check]:
    """Firms and values of groups are no more than those of their total."""
    for kind in ("trade", "concentration"):
        for cells in _lines(printed, kind, by_column=True):
            one = next(iter(cells.values()))
            by_partner = getattr(printed.edition.study.output(one.key.table), "rows", "") == "partner"
            if one.spec.formula not in (Formula.COUNT, Formula.AMOUNT) or "total" not in cells:
                continue
            if by_partner and one.spec.formula is Formula.COUNT:
                for row in cells:
                    yield from _no_more(printed, GROUPS, cells, row, "total")
                continue
            lines = {line.key for line in printed.lines(one.key.table) if not line.total}
            parts = [cells[row] for row in cells if row in lines - {UNKNOWN}]
            needed = {row for row in lines if not printed.optional(one.key._replace(row=row))}
            if parts:
                open_ = by_partner or not needed <= cells.keys()
                yield _groups(printed, cells["total"], parts, cells.get(UNKNOWN), open_ or needed != lines)


def _groups(
    printed: Printed, whole: PrintedCell, parts: list[PrintedCell], unknown: PrintedCell | None, open_: bool
) -> Check:
    """Known groups make the total, which may hold the firms of no known group or leave them out."""
    found = total(part.interval for part in parts)
    more = unknown.interval.high if unknown is not None and not open_ else float("inf") if open_ else 0.0
    gap = Interval(found.low, found.high + more).gap(whole.interval)
    sentence = _sum_message(printed, whole, parts, found)
    return _check(GROUPS, (whole, *parts), gap, last_digit(whole, *parts), sentence)


def two_way_traders(printed: Printed) -> Iterator[Check]:
    """Firms that export and import are as many among exporters, among importers and in the table of modes."""
    found: dict[tuple[str, str], list[PrintedCell]] = {}
    for cell in printed.edition.numbers:
        declared = printed.edition.study.output(cell.key.table)
        two_way = declared.kind == "trade" and cell.key.row == "two_way" and cell.key.column == "n"
        both = declared.kind == "mode" and (cell.key.row, cell.key.column) == ("import_and_export", "n")
        if (two_way or both) and not declared.where:
            found.setdefault((cell.key.population, cell.spec.year), []).append(cell)
    for cells in found.values():
        for one, other in pairwise(cells):
            sentence = message(
                "audit.traders.two_way",
                one=printed.words.cell(one),
                other=printed.words.cell(other),
                population=one.key.population,
            )
            yield _check(TWO_WAY, (one, other), one.interval.gap(other.interval), 1.0, sentence)


def _lines(printed: Printed, kind: str, *, by_column: bool = False) -> Iterator[Line]:
    """The printed cells of each row (or column) of the tables of a kind."""
    found: dict[tuple[str, str, str], dict[str, PrintedCell]] = {}
    for cell in printed.of_traders:
        if printed.edition.study.output(cell.key.table).kind == kind:
            line, name = (cell.key.column, cell.key.row) if by_column else (cell.key.row, cell.key.column)
            found.setdefault((cell.key.table, cell.key.population, line), {})[name] = cell
    yield from found.values()


def _columns(printed: Printed, table: str, formula: Formula) -> set[str]:
    return {
        spec.key.column
        for spec in printed.all_specs.values()
        if spec.key.table == table and spec.formula is formula
    }


def _sum(printed: Printed, rule: Message, cells: Line, whole: str, parts: tuple[str, ...]) -> Iterator[Check]:
    """Parts, all of them printed, add up to their whole."""
    if whole not in cells or any(part not in cells for part in parts):
        return
    there, stated = [cells[part] for part in parts], cells[whole]
    found = total(part.interval for part in there)
    sentence = _sum_message(printed, stated, there, found)
    yield _check(rule, (stated, *there), found.gap(stated.interval), last_digit(stated, *there), sentence)


def _no_more(printed: Printed, rule: Message, cells: Line, part: str, whole: str) -> Iterator[Check]:
    """One printed number is not above another."""
    if part == whole or part not in cells or whole not in cells:
        return
    one, other = cells[part], cells[whole]
    sentence = message(
        "audit.traders.no_more",
        place=printed.words.place(one),
        part=_with_number(printed, one),
        whole=_with_number(printed, other),
    )
    gap = max(0.0, one.interval.low - other.interval.high)
    yield _check(rule, (one, other), gap, last_digit(one, other), sentence)


def _check(rule: Message, cells: Iterable[PrintedCell], gap: float, digit: float, sentence: Message) -> Check:
    return Check(rule, keys(*cells), gap, digit, sentence)


def _sum_message(printed: Printed, whole: PrintedCell, parts: list[PrintedCell], made: Interval) -> Message:
    return message(
        "audit.traders.sum",
        place=printed.words.place(whole),
        parts=first_of([_with_number(printed, part) for part in parts], MOST_GROUPS),
        made=span(made, whole.decimals),
        name=_name(printed, whole),
        printed=whole.printed,
    )


def _not_with(
    printed: Printed, cell: PrintedCell, others: Iterable[PrintedCell], allowed: Interval
) -> dict[str, Slot]:
    """A number of a line, others beside it, and what these ask of it."""
    beside = [
        message("audit.words.number", label=printed.words.column(one.key), printed=one.printed)
        for one in others
    ]
    return {
        "line": printed.words.line(cell),
        "printed": cell.printed,
        "others": Listing(tuple(beside)),
        "allowed": span(allowed, cell.decimals + 1),
    }


def _name(printed: Printed, cell: PrintedCell) -> Message:
    return message(
        "audit.words.label", row=printed.words.row(cell.key), column=printed.words.column(cell.key)
    )


def _with_number(printed: Printed, cell: PrintedCell) -> Message:
    return printed.words.with_number(_name(printed, cell), cell)


RULES: tuple[Callable[[Printed], Iterator[Check]], ...] = (
    entry_and_exit,
    transitions,
    shares_of_printed,
    quartiles_and_means,
    largest_firms,
    concentration_index,
    inside_and_outside,
    groups_and_totals,
    two_way_traders,
)
