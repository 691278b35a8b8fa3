"""The panel: levels against change against growth, productivity against its parts, groups between their
parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from firmtrade.linked.binding import growth_factor
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit, unique
from firmtrade.linked.identities.printed import Printed, PrintedGroup
from firmtrade.linked.interval import Interval
from firmtrade.linked.words import span
from firmtrade.messages import Count, Listing, Message, Slot, message
from firmtrade.query.cells import Formula
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START

PRODUCTIVITY = message("audit.rules.productivity")
CHANGE = message("audit.rules.change")
BETWEEN = message("audit.rules.between")
PANEL = message("audit.rules.panel")

TWO_LEVELS = message("audit.window.two_levels")
PRINTED_CHANGE = message("audit.window.printed_change")
PRINTED_GROWTH = message("audit.window.printed_growth")
PARTS = message("audit.window.parts")

EMPLOYMENT = (FTE_START, FTE_END)
VALUE_ADDED = (VALUE_ADDED_START, VALUE_ADDED_END)
LEVELS = ((VALUE_ADDED_START, FTE_START), (VALUE_ADDED_END, FTE_END))


@dataclass(frozen=True)
class ProductivityRatio:
    """One way in which printed numbers tell the ratio of productivity at the end to that at the start."""

    what: Message
    cells: tuple[PrintedCell, ...]
    ratio: Interval


def productivity(printed: Printed) -> Iterator[Check]:
    """Two levels, their change, growth a year, and growth of value added over that of employment tell one
    ratio.
    """
    by_group: dict[object, list[PrintedCell]] = {}
    for cell in printed.edition.statistics:
        group = cell.spec.group
        if group.universe.period == "window" and cell.spec.formula is not Formula.COUNT:
            by_group.setdefault((group.universe, group.where), []).append(cell)
    years = printed.edition.study.last_year - printed.edition.study.first_year
    for cells in by_group.values():
        for one, other in combinations(_evidence(cells), 2):
            every_year = not (one.what in _WHOLE_WINDOW or other.what in _WHOLE_WINDOW)
            power = 1 / years if every_year else 1.0
            first, second = (_percent(each.ratio.power(power)) for each in (one, other))
            cells_said = unique(*one.cells, *other.cells)
            slots: dict[str, Slot] = {
                "population": one.cells[0].key.population,
                "cells": Listing(tuple(printed.words.cell(cell) for cell in cells_said)),
                "one": one.what,
                "one_growth": span(first, 2),
                "other": other.what,
                "other_growth": span(second, 2),
            }
            sentence = (
                message("audit.window.year", **slots)
                if every_year
                else message("audit.window.window", years=Count(years), **slots)
            )
            rule = PRODUCTIVITY if every_year else CHANGE
            digit = last_digit(
                *(cell for cell in (*one.cells, *other.cells) if cell.spec.unit.startswith("percent"))
            )
            yield Check(rule, keys(*one.cells, *other.cells), first.gap(second), digit, sentence)


_WHOLE_WINDOW = (TWO_LEVELS, PRINTED_CHANGE)


def _evidence(cells: list[PrintedCell]) -> list[ProductivityRatio]:
    found: list[ProductivityRatio] = []

    def printed_as(formula: Formula, measures: tuple[str, ...] = ()) -> list[PrintedCell]:
        return [
            one
            for one in cells
            if one.spec.formula is formula and (not measures or tuple(one.spec.terms) == measures)
        ]

    for start, end in product(printed_as(Formula.LEVEL, LEVELS[0]), printed_as(Formula.LEVEL, LEVELS[1])):
        if start.key.table == end.key.table and start.interval.low > 0:
            found.append(ProductivityRatio(TWO_LEVELS, (start, end), end.interval / start.interval))
    for what, formula in (
        (PRINTED_CHANGE, Formula.LEVEL_CHANGE),
        (PRINTED_GROWTH, Formula.PRODUCTIVITY_CAGR),
    ):
        found += [
            ProductivityRatio(what, (one,), growth_factor(one.interval, one.spec.years))
            for one in printed_as(formula)
        ]
    for employment, value_added in product(
        printed_as(Formula.CAGR, EMPLOYMENT), printed_as(Formula.CAGR, VALUE_ADDED)
    ):
        under = growth_factor(employment.interval, employment.spec.years)
        if employment.key.table == value_added.key.table and under.low > 0:
            ratio = growth_factor(value_added.interval, value_added.spec.years) / under
            found.append(ProductivityRatio(PARTS, (employment, value_added), ratio))
    return found


def _percent(ratio: Interval) -> Interval:
    return (ratio - Interval.point(1)).scaled(100)


def between_parts(printed: Printed) -> Iterator[Check]:
    """The level or growth of a group lies between those of its parts: it is their average by size."""
    for table in printed.of_kind("level", "growth"):
        for groups in _averages(table.groups):
            for one in table.wholes(groups):
                if not one.all_of_it:
                    continue
                whole, parts = one.whole.cell, [part.cell for part in one.parts]
                hull = _hull(parts)
                named = [
                    printed.words.with_number(printed.words.row(cell.key), cell) for cell in (whole, *parts)
                ]
                sentence = message(
                    "audit.window.between",
                    place=printed.words.place(whole),
                    column=printed.words.column(whole.key),
                    whole=named[0],
                    parts=Listing(tuple(named[1:])),
                )
                digit = last_digit(whole, *parts)
                yield Check(BETWEEN, keys(whole, *parts), hull.gap(whole.interval), digit, sentence)


def one_growth(printed: Printed) -> Iterator[Check]:
    """However its firms are split, a panel grows at one rate, between those of its parts."""
    by_firms: dict[object, dict[object, tuple[PrintedGroup, ...]]] = {}
    for table in printed.of_kind("level", "growth"):
        for groups in _averages(table.groups):
            cover = table.cover(groups)
            if cover is not None and cover[1]:
                measures = tuple(groups[0].cell.spec.terms)
                split = frozenset(group.cell.spec.group for group in cover[0])
                by_firms.setdefault((*table.about, measures), {}).setdefault(split, cover[0])
    for splits in by_firms.values():
        for first, second in combinations(splits.values(), 2):
            one, other = ([group.cell for group in groups] for groups in (first, second))
            gap = _hull(one).gap(_hull(other))
            sentence = message(
                "audit.window.panel",
                column=printed.words.column(one[0].key),
                population=one[0].key.population,
                one=_ends(printed, one),
                other=_ends(printed, other),
            )
            yield Check(PANEL, keys(*one, *other), gap, last_digit(*one, *other), sentence)


def _averages(
    groups: Callable[[Formula, tuple[str, ...]], tuple[PrintedGroup, ...]],
) -> Iterator[tuple[PrintedGroup, ...]]:
    """Cells that are averages over firms weighted by something positive, by what they measure."""
    for formula, measures in (
        (Formula.CAGR, EMPLOYMENT),
        (Formula.CAGR, VALUE_ADDED),
        (Formula.LEVEL, LEVELS[0]),
        (Formula.LEVEL, LEVELS[1]),
    ):
        found = groups(formula, measures)
        if found:
            yield found


def _hull(cells: list[PrintedCell]) -> Interval:
    hull = cells[0].interval
    for cell in cells[1:]:
        hull = hull.hull(cell.interval)
    return hull


def _ends(printed: Printed, cells: list[PrintedCell]) -> Message:
    """``No export +0.7 and Export +1.1 (Table 6)``, from low to high."""
    ordered = sorted(cells, key=lambda cell: (cell.value, cell.key))
    ends = tuple(
        message("audit.words.number", label=printed.words.row(cell.key), printed=cell.printed)
        for cell in (ordered[0], ordered[-1])
    )
    return message("audit.window.ends", ends=Listing(ends), table=printed.words.table(cells[0].key))


RULES = (productivity, between_parts, one_growth)
