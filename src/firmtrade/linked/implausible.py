"""Numbers that can be true, of firms that nobody would expect: shown apart from contradictions, with how far.

What is not printed follows from what is: the firms of unknown class are those of the whole without the known, and a
group that a table leaves out has the firms that its total has beyond the rest. Where that makes unlikely firms, a
printed number is probably wrong; likewise a growth rate far from those of the same group in the cohorts around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from firmtrade.linked.conflicts import Conflict, disjoint_contradictions
from firmtrade.linked.edition import Edition, PrintedCell, tables_of_classes
from firmtrade.linked.findings import Contradiction
from firmtrade.linked.identities import checks
from firmtrade.linked.identities.printed import Printed
from firmtrade.linked.identities.traders import values_inside_and_outside
from firmtrade.linked.interval import Interval
from firmtrade.linked.ranges import implied
from firmtrade.linked.reading import Reading
from firmtrade.linked.system import LinkedSystem
from firmtrade.linked.words import CellWords, span
from firmtrade.messages import Count, Listing, Message, Number, message
from firmtrade.query.cells import CellSpec, Formula
from firmtrade.query.dimensions import UNKNOWN

LEFT_OUT = message("audit.rules.left_out")
REMAINDER = message("audit.rules.remainder")
SIBLINGS = message("audit.rules.siblings")
FAR = 0.4
"""Distance from the range of the neighbours, as a part of its width, at which a number is far."""
TIMES = 3.0
"""How often a share of the firms of unknown class is that of all firms, or the other way round, to be unlikely."""
LEAST = 2.0
"""Percentage points below which no distance is far."""
FEWEST = 3
"""Neighbours that it takes."""
MOST_SIBLINGS = 6
"""Known classes that a message names one by one."""


def implausible(edition: Edition, system: LinkedSystem, given_up: Conflict) -> Iterator[Contradiction]:
    """Findings about the firms behind the numbers that stay when ``given_up`` are gone."""
    words = CellWords(edition.study)
    yield from _left_out(edition, words, given_up)
    yield from _corrected(edition)
    yield from _remainders(edition, system, words, given_up)
    yield from _far_from_siblings(edition, words)


def _left_out(edition: Edition, words: CellWords, given_up: Conflict) -> Iterator[Contradiction]:
    """What contradicts once the groups that tables leave out have no firms."""
    silent = replace(edition, left_out_is_empty=True)
    if not silent.left_out:
        return
    named = dict.fromkeys(words.table(spec.key) for spec in silent.left_out)
    tables, n_tables = Listing(tuple(named)), Count(len(named))
    known = {(check.rule, check.cells) for check in checks(edition) if not check.holds}
    failed = [check for check in checks(silent) if not check.holds and (check.rule, check.cells) not in known]
    for check in failed:
        sentence = message("audit.unlikely.left_out", tables=tables, n=n_tables, sentence=check.message)
        yield _finding(LEFT_OUT, sentence, [edition.by_key[key] for key in check.cells], check.discrepancy)
    failed_cells = [frozenset(check.cells) for check in failed]
    whole = LinkedSystem.build(edition.study, edition.statistics, empty=silent.left_out)
    for conflict in disjoint_contradictions(whole, given_up.union(*failed_cells)):
        cells = [edition.by_key[key] for key in sorted(conflict)]
        sentence = message(
            "audit.unlikely.left_out_system",
            numbers=Count(len(cells)),
            tables=tables,
            n=n_tables,
            cells=words.cells(cells),
        )
        yield _finding(LEFT_OUT, sentence, cells, None)


def _corrected(edition: Edition) -> Iterator[Contradiction]:
    """Values by zone that can only be true if corrections left some firms with less than nothing in a zone."""
    for check in values_inside_and_outside(Printed(edition)):
        if not check.holds:
            sentence = message("audit.unlikely.corrected", sentence=check.message)
            yield _finding(check.rule, sentence, edition.printed(check.cells), check.discrepancy)


def _remainders(
    edition: Edition, system: LinkedSystem, words: CellWords, given_up: Conflict
) -> Iterator[Contradiction]:
    """Shares among the firms whose class is not known, against those of all firms."""
    there = {*edition.by_key, *edition.silent}
    kept = [cell for cell in system.cells if cell.key not in given_up]
    printed_tables = {(key.table, key.population) for key in edition.by_key}
    unprinted = [
        (_usual(spec, siblings), siblings)
        for table in tables_of_classes(edition.study)
        for spec in table.cells
        if spec.formula is Formula.SHARE
        and UNKNOWN in (spec.key.row, spec.key.column)
        and spec.key not in there
        and (spec.key.table, spec.key.population) in printed_tables
        and len(siblings := _same_flag(edition, spec)) >= FEWEST
    ]
    if not unprinted:
        return
    usual = frozenset(cell.key for cell, _ in unprinted)
    beside = LinkedSystem.build(edition.study, [*kept, *(cell for cell, _ in unprinted)])
    for cell, siblings in unprinted:
        if beside.is_consistent(usual - {cell.key}):
            continue
        allowed = implied(system, cell, {one.key for one in kept})
        if allowed is not None and allowed.high - allowed.low <= 50 and not allowed.holds(cell.interval):
            yield _remainder(cell, allowed, siblings, words)


def _usual(spec: CellSpec, siblings: Sequence[PrintedCell]) -> PrintedCell:
    """A share that is not printed, between the smallest and the largest of its siblings and not far above the smallest:
    what a population may have without being unlikely."""
    low, high = min(one.interval.low for one in siblings), max(one.interval.high for one in siblings)
    middle = sum(one.value for one in siblings) / len(siblings)
    far = max(TIMES * max(min(one.value for one in siblings), 1.0), middle)
    within = Interval(low, min(far, high))
    return PrintedCell(spec.key, spec, 0.0, within, "", spec.decimals, Reading.ROUNDED, 0)


def _remainder(
    cell: PrintedCell, allowed: Interval, siblings: Sequence[PrintedCell], words: CellWords
) -> Contradiction:
    ends = [by(siblings, key=lambda one: one.value) for by in (min, max)]
    shown = (
        message("audit.unlikely.range", low=ends[0].printed, high=ends[1].printed)
        if len(siblings) > MOST_SIBLINGS
        else Listing(tuple(one.printed for one in siblings))
    )
    low, high = min(one.interval.low for one in siblings), max(one.interval.high for one in siblings)
    sentence = message(
        "audit.unlikely.remainder",
        place=words.place(siblings[0]),
        allowed=span(allowed, 1),
        name=words.row(cell.key) if cell.key.column == UNKNOWN else words.column(cell.key),
        printed=shown,
    )
    distance = max(allowed.low - high, low - allowed.high, allowed.low - ends[0].value)
    return _finding(REMAINDER, sentence, siblings, distance)


def _same_flag(edition: Edition, spec: CellSpec) -> list[PrintedCell]:
    """The printed shares of the same flag in the known classes of the same table."""
    side = "row" if spec.key.column == UNKNOWN else "column"
    return [
        cell
        for cell in edition.statistics
        if cell.key[:2] == spec.key[:2]
        and getattr(cell.key, side) == getattr(spec.key, side)
        and cell.spec.formula is Formula.SHARE
        and "total" not in (cell.key.row, cell.key.column)
    ]


def _far_from_siblings(edition: Edition, words: CellWords) -> Iterator[Contradiction]:
    """Growth of a group far from that of the same group in the cohorts before and after: growth falls or rises with
    age, and seldom turns and turns again."""
    families: dict[tuple[str, ...], list[PrintedCell]] = {}
    for cell in edition.statistics:
        declared = edition.study.output(cell.key.table)
        if cell.spec.formula is Formula.CAGR and getattr(declared, "cohort", None):
            population = cell.spec.group.universe.population
            family = (population, str(getattr(declared, "rows", "")), cell.key.row, cell.key.column)
            families.setdefault(family, []).append(cell)
    for cells in families.values():
        for younger, cell, older in zip(cells, cells[1:], cells[2:], strict=False):
            others = [other for other in cells if other is not cell]
            low, high = min(other.value for other in others), max(other.value for other in others)
            beside = [younger.value, older.value]
            distance = max(min(beside) - cell.value, cell.value - max(beside))
            if len(others) >= FEWEST and distance > max(FAR * (high - low), LEAST):
                sentence = message(
                    "audit.unlikely.sibling",
                    cell=words.cell(cell),
                    population=cell.key.population,
                    distance=Number(distance, 1),
                    low=Number(low, 1, signed=True),
                    high=Number(high, 1, signed=True),
                    tables=words.tables(one.key for one in others),
                )
                yield _finding(SIBLINGS, sentence, [cell, *others], distance)


def _finding(
    rule: Message, sentence: Message, cells: Sequence[PrintedCell], distance: float | None
) -> Contradiction:
    return Contradiction(
        "",
        rule,
        "implausible",
        "unlikely",
        None if distance is None else float(f"{distance:.6g}"),
        sentence,
        tuple((cell.key, cell.printed) for cell in cells),
        unit=cells[0].spec.unit,
        lines=tuple(cell.line for cell in cells),
    )
