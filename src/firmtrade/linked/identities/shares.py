"""Shares: whole firms, weighted averages, shares that make 100, and what the modes leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor

import numpy as np

from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.identities.check import Check, keys, last_digit, unique
from firmtrade.linked.identities.printed import Printed, PrintedGroup, PrintedTable, disjoint
from firmtrade.linked.interval import SLACK, Interval, total
from firmtrade.linked.words import span
from firmtrade.messages import Count, Firms, Listing, Number, message
from firmtrade.query.cells import Formula, Term
from firmtrade.query.conditions import FLAGS
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where

WHOLE_FIRMS = message("audit.rules.whole_firms")
AVERAGE = message("audit.rules.average")
HUNDRED = message("audit.rules.hundred")
DIAGONAL = message("audit.rules.diagonal")
MODES = message("audit.rules.modes")


def whole_firms(printed: Printed) -> Iterator[Check]:
    """A share of n firms is a whole number of them over n."""
    for table in printed.tables:
        sizes = {group.cell.spec.terms["count"]: group.cell for group in table.groups(Formula.COUNT)}
        for cell in table.cells:
            size = sizes.get(cell.spec.terms["base"]) if cell.spec.formula is Formula.SHARE else None
            if size is None or size.interval.low != size.interval.high or size.value < 1:
                continue
            n, share = size.value, cell.interval.meet(Interval(0, 100)).scaled(size.value / 100)
            firms = ceil(share.low - SLACK * n)
            gap = 0.0
            if firms > share.high + SLACK * n:
                gap = min(100 * firms / n - cell.interval.high, cell.interval.low - 100 * (firms - 1) / n)
            below, above = floor(share.low), floor(share.low) + 1
            sentence = message(
                "audit.shares.whole_firms",
                cell=printed.words.cell(cell),
                n=size.printed,
                below=Firms(below),
                below_share=Number(100 * below / n, cell.decimals + 1),
                above=Firms(above),
                above_share=Number(100 * above / n, cell.decimals + 1),
            )
            yield Check(WHOLE_FIRMS, keys(cell, size), gap, last_digit(cell), sentence)


def weighted_averages(printed: Printed) -> Iterator[Check]:
    """The share of a total is the average of its groups' shares, weighted by their firms."""
    for table in printed.tables:
        sizes = {group.cell.spec.terms["count"]: group.cell for group in table.groups(Formula.COUNT)}
        shares = table.groups(Formula.SHARE)
        for flag in dict.fromkeys(flag_of(table, group.cell) for group in shares):
            alike = tuple(group for group in shares if flag_of(table, group.cell) == flag)
            for one in table.wholes(alike):
                known = [part for part in one.parts if part.cell.spec.terms["base"] in sizes]
                size = sizes.get(one.whole.cell.spec.terms["base"])
                if not one.all_of_it or len(known) < len(one.parts) or size is None or size.value < 1:
                    continue
                weights = [sizes[part.cell.spec.terms["base"]] for part in known]
                firms = total(
                    part.cell.interval.scaled(0.01) * weight.interval
                    for part, weight in zip(known, weights, strict=True)
                )
                found = (firms / size.interval).scaled(100)
                whole = one.whole.cell
                gap = found.gap(whole.interval)
                sentence = message(
                    "audit.shares.average",
                    cell=printed.words.cell(whole),
                    n=Count(len(known)),
                    made=span(found, whole.decimals + 1),
                )
                cells = (whole, size, *(part.cell for part in known), *weights)
                yield Check(AVERAGE, keys(*cells), gap, last_digit(whole), sentence)


def flag_of(table: PrintedTable, cell: PrintedCell) -> str:
    """The flag that a share is of: its row or its column, whichever does not name a group."""
    return cell.key.row if table.flags_are_rows else cell.key.column


def shares_of_one_whole(printed: Printed) -> Iterator[Check]:
    """Parts that do not overlap have at most 100 percent of their whole, and 100 where nothing is left
    out.
    """
    for table in printed.tables:
        by_base: dict[Where, list[PrintedCell]] = {}
        for cell in table.cells:
            if cell.spec.formula is Formula.SHARE:
                by_base.setdefault(cell.spec.terms["base"].where, []).append(cell)
        for base, cells in by_base.items():
            firms = table.firms(base)
            parts = tuple(PrintedGroup(cell, table.firms(cell.spec.terms["count"].where)) for cell in cells)
            if len(parts) < 2 or not disjoint(parts):
                continue
            covered = np.logical_or.reduce([part.firms for part in parts])
            found = total(cell.interval for cell in cells)
            stated = Interval.point(100) if (covered == firms).all() else Interval(-float("inf"), 100)
            sentence = message(
                "audit.shares.hundred",
                place=printed.words.place(cells[0]),
                cells=Listing(tuple(printed.words.cell(cell) for cell in cells)),
                made=span(found, cells[0].decimals),
            )
            yield Check(HUNDRED, keys(*cells), found.gap(stated), last_digit(*cells), sentence)


def diagonal(printed: Printed) -> Iterator[Check]:
    """Firms with a flow that have the flow are all of them."""
    for table in printed.of_kind("conditional"):
        for cell in table.cells:
            if cell.key.row == cell.key.column:
                sentence = message("audit.shares.diagonal", cell=printed.words.cell(cell))
                gap = cell.interval.gap(Interval.point(100))
                yield Check(DIAGONAL, keys(cell), gap, last_digit(cell), sentence)


def flags_against_modes(printed: Printed) -> Iterator[Check]:
    """Firms with a flag, added up over groups, are as many as the table of modes leaves room for."""
    for table in printed.of_kind("share"):
        cover = table.cover(table.groups(Formula.COUNT))
        modes = mode_counts(printed, table.universe)
        if table.declaration.where or cover is None or modes is None:
            continue
        sizes = {group.cell.spec.terms["count"]: group.cell for group in cover[0]}
        everyone = total(cell.interval for cell in modes.cells)
        known = total(size.interval for size in sizes.values())
        unknown = Interval(0, 0 if cover[1] else max(0.0, everyone.high - known.low))
        for flag, shares in _by_flag(table, sizes).items():
            named = FLAGS[table.flags][flag]
            bounds, used = modes.bounds(named)
            firms = total(
                shares[base].interval.scaled(0.01) * size.interval
                if base in shares
                else Interval(0, size.interval.high)
                for base, size in sizes.items()
            )
            words = printed.words
            any_share = next(iter(shares.values()))
            name = words.row(any_share.key) if flag == any_share.key.row else words.column(any_share.key)
            sentence = message(
                "audit.shares.modes",
                table=words.table(any_share.key),
                firms=span(firms, 0),
                population=any_share.key.population,
                name=name,
                modes=words.table(used[0].key),
                allowed=span(bounds, 0),
            )
            digit = max(1.0, *(2 * cell.half_unit / 100 * sizes[base].value for base, cell in shares.items()))
            cells = keys(*shares.values(), *sizes.values(), *modes.cells)
            yield Check(MODES, cells, (firms + unknown).gap(bounds), digit, sentence)


def _by_flag(table: PrintedTable, sizes: Mapping[Term, PrintedCell]) -> dict[str, dict[Term, PrintedCell]]:
    """The shares of the groups that cover a table, by flag and group."""
    found: dict[str, dict[Term, PrintedCell]] = {}
    for cell in table.cells:
        if cell.spec.formula is Formula.SHARE and cell.spec.terms["base"] in sizes:
            found.setdefault(flag_of(table, cell), {})[cell.spec.terms["base"]] = cell
    return found


class ModeCounts:
    """The smallest groups of a table of modes, which bound the number of firms with any flag."""

    def __init__(self, printed: Printed, table: PrintedTable, leaves: tuple[PrintedGroup, ...]) -> None:
        self._printed, self._table, self.leaves = printed, table, leaves
        self.cells = tuple(leaf.cell for leaf in leaves)

    def bounds(self, flag: Where) -> tuple[Interval, tuple[PrintedCell, ...]]:
        """How many firms have a flag, and the cells that say so."""
        universe = self._table.universe
        wheres = [leaf.cell.spec.terms["count"].where for leaf in self.leaves]
        has_flag, *masks = self._printed.firms(universe, [flag, *wheres])
        sure = [cell for cell, mask in zip(self.cells, masks, strict=True) if (mask <= has_flag).all()]
        open_ = [cell for cell, mask in zip(self.cells, masks, strict=True) if (mask & has_flag).any()]
        low = total(cell.interval for cell in sure).low
        return Interval(low, total(cell.interval for cell in open_).high), unique(*sure, *open_)


def mode_counts(printed: Printed, universe: Universe) -> ModeCounts | None:
    """The counts of a printed table of modes that covers a universe; None where there is none."""
    for table in printed.of_kind("mode"):
        groups = table.groups(Formula.COUNT)
        if table.universe != universe or table.declaration.where:
            continue
        leaves = tuple(one for one in groups if not any(other.inside(one) for other in groups))
        whole = table.cover(leaves)
        if whole is not None and whole[1]:
            return ModeCounts(printed, table, leaves)
    return None


RULES = (whole_firms, weighted_averages, shares_of_one_whole, diagonal, flags_against_modes)
