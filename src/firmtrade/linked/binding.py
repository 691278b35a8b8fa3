"""How printed cells bind the base cells: each formula as rows over variables.

Counts, amounts, shares, levels and growth rates are linear in the totals. A level change and the growth of
productivity are ratios of ratios; beside a printed number on two of their four totals they are bounded by a
line on the other two, which never cuts off a population that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf

from firmtrade.linked.blocks import UNITS, Space
from firmtrade.linked.classes import Scope
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.graph import Dimensions
from firmtrade.linked.interval import Interval
from firmtrade.linked.rows import Owners, Rows
from firmtrade.query.cells import Formula, Term
from firmtrade.query.measures import FIRMS, FTE_END, FTE_START, VALUE, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where

LEAST_EMPLOYMENT = 0.1
"""Units of employment below which no printed group lies, in either year of the window."""
LEAST_VALUE_ADDED = 1_000.0
"""Currency below which no group lies whose growth of value added is printed."""

LEAST_VALUE = 0.01 / UNITS[VALUE]
"""One hundredth of the currency: the least value, other than none, that a flow can have."""

RATIOS_OF_RATIOS = (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR)
Group = tuple[Universe, Where]


def dimensions_asked(terms: Iterable[Term]) -> dict[Scope, list[Dimensions]]:
    """The sets of dimensions that terms ask about together, by scope."""
    asked: dict[Scope, dict[Dimensions, None]] = {}
    for term in terms:
        scope = Scope.of(term)
        asked.setdefault(scope, {})[scope.dimensions(term.where)] = None
    return {scope: list(found) for scope, found in asked.items()}


def bind(cells: Iterable[PrintedCell], space: Space, rows: Rows, margin: float) -> None:
    """Write the rows of all printed cells.

    ``margin`` widens the interval of every ratio by that many of its half-units (a negative one narrows it).
    """
    printed = [cell for cell in cells if cell.spec.formula is not Formula.CODE]
    by_group: dict[Group, list[PrintedCell]] = {}
    for cell in printed:
        by_group.setdefault((cell.spec.group.universe, cell.spec.group.where), []).append(cell)
    for cell in printed:
        _BINDERS[cell.spec.formula](cell, space, rows, margin)
        if cell.spec.formula in RATIOS_OF_RATIOS:
            beside = by_group[cell.spec.group.universe, cell.spec.group.where]
            _bind_ratio_of_ratios(cell, beside, space, rows, margin)


def room(cell: PrintedCell, margin: float) -> Interval:
    """The interval of a cell, wider by ``margin`` half-units on each side; exact numbers stay exact."""
    if cell.interval.low == cell.interval.high:
        return cell.interval
    extra = margin * cell.half_unit
    return Interval(cell.interval.low - extra, cell.interval.high + extra)


def growth_factor(percent: Interval, years: int) -> Interval:
    """End over start, from a compound annual growth rate in percent."""
    return (percent.scaled(0.01) + Interval.point(1)).power(years)


def productivity_factor(cell: PrintedCell, margin: float) -> Interval:
    """Productivity at the end over productivity at the start, from a level change or a growth rate."""
    return growth_factor(room(cell, margin), cell.spec.years)


def _bind_count(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    within = room(cell, margin)
    rows.add([(space.columns(cell.spec.terms["count"]), 1.0)], within.low, within.high, frozenset({cell.key}))


def _bind_share(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    count, base = cell.spec.terms["count"], cell.spec.terms["base"]
    block, owner = space.block_of(count, base), frozenset({cell.key})
    under, within = space.columns(base, block), room(cell, margin).scaled(0.01)
    of_firms = base.measure == FIRMS
    rows.ratio(space.columns(count, block), under, within.meet(Interval(0, 1)) if of_firms else within, owner)
    rows.add([(under, 1.0)], 1.0 if of_firms else LEAST_VALUE, inf, owner)


def _bind_amount(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    """An amount is printed in thousands."""
    (value,) = cell.spec.terms.values()
    within = room(cell, margin).scaled(1000 / UNITS[value.measure])
    rows.add([(space.columns(value), 1.0)], within.low, within.high, frozenset({cell.key}))


def _bind_level(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    value_added, employment = cell.spec.terms.values()
    _bind_level_within(value_added, employment, room(cell, margin), frozenset({cell.key}), space, rows)
    _not_empty(cell, [employment], space, rows)


def _bind_level_within(
    value_added: Term, employment: Term, thousands: Interval, owners: Owners, space: Space, rows: Rows
) -> None:
    block = space.block_of(value_added)
    factor = UNITS[value_added.measure] / UNITS[employment.measure] / 1000
    scaled = thousands.scaled(1 / factor)
    rows.ratio(space.columns(value_added, block), space.columns(employment, block), scaled, owners)


def _bind_growth(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    start, end = cell.spec.terms.values()
    _bind_growth_within(
        start, end, growth_factor(room(cell, margin), cell.spec.years), frozenset({cell.key}), space, rows
    )
    _not_empty(cell, [start], space, rows)


def _bind_growth_within(
    start: Term, end: Term, factor: Interval, owners: Owners, space: Space, rows: Rows
) -> None:
    block = space.block_of(start)
    rows.ratio(space.columns(end, block), space.columns(start, block), factor, owners)


def _bind_nothing(cell: PrintedCell, space: Space, rows: Rows, margin: float) -> None:
    """A ratio of ratios says that its group is there; the rest depends on the numbers beside it."""
    terms = cell.spec.terms
    positive = [terms[FTE_START], terms[FTE_END]]
    if cell.spec.formula is Formula.PRODUCTIVITY_CAGR:
        positive.append(terms[VALUE_ADDED_START])
    _not_empty(cell, positive, space, rows)


def _not_empty(cell: PrintedCell, positive: Iterable[Term], space: Space, rows: Rows) -> None:
    """A printed ratio has firms behind it, and what it divides by is positive: 0/0 is not printed."""
    owner = frozenset({cell.key})
    rows.add([(space.columns(cell.spec.group), 1.0)], 1.0, inf, owner)
    for term in positive:
        least = LEAST_EMPLOYMENT if term.measure in (FTE_START, FTE_END) else LEAST_VALUE_ADDED
        rows.add([(space.columns(term), 1.0)], least / UNITS[term.measure], inf, owner)


def _bind_ratio_of_ratios(
    cell: PrintedCell, beside: Iterable[PrintedCell], space: Space, rows: Rows, margin: float
) -> None:
    """Bounds from one printed number on two of the four totals to the other two."""
    ratio = productivity_factor(cell, margin)
    if ratio.low <= 0:
        return
    fte = cell.spec.terms[FTE_START], cell.spec.terms[FTE_END]
    value_added = cell.spec.terms[VALUE_ADDED_START], cell.spec.terms[VALUE_ADDED_END]
    for other in beside:
        owners = frozenset({cell.key, other.key})
        terms = tuple(other.spec.terms.values())
        if other.spec.formula is Formula.CAGR:
            factor = growth_factor(room(other, margin), other.spec.years)
            if factor.low <= 0:
                continue
            if terms == fte:
                _bind_growth_within(*value_added, ratio * factor, owners, space, rows)
            elif terms == value_added:
                _bind_growth_within(*fte, factor / ratio, owners, space, rows)
        elif other.spec.formula is Formula.LEVEL:
            level = room(other, margin)
            if level.low <= 0:
                continue
            if terms == (value_added[0], fte[0]):
                _bind_level_within(value_added[1], fte[1], level * ratio, owners, space, rows)
            elif terms == (value_added[1], fte[1]):
                _bind_level_within(value_added[0], fte[0], level / ratio, owners, space, rows)


_BINDERS: Mapping[Formula, Callable[[PrintedCell, Space, Rows, float], None]] = {
    Formula.COUNT: _bind_count,
    Formula.SHARE: _bind_share,
    Formula.AMOUNT: _bind_amount,
    Formula.LEVEL: _bind_level,
    Formula.CAGR: _bind_growth,
    Formula.LEVEL_CHANGE: _bind_nothing,
    Formula.PRODUCTIVITY_CAGR: _bind_nothing,
}
