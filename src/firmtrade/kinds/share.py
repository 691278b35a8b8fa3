"""``share``: the share of firms with a flag, by group (Tables 3, 4, 19, 20; Figures 15, 18-22, 25, 26).

One side of the table names groups (an attribute), the other a set of flags. The share is always of the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from pydantic import StrictBool

from firmtrade.kinds.base import (
    EVERYONE,
    Identity,
    Kind,
    column_line,
    count_spec,
    flag_lines,
    parts_of,
    share_spec,
    sums,
)
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of, number, percentages
from firmtrade.kinds.keys import VENTURE, Grouped
from firmtrade.kinds.layout import Layout, attribute_over, figure_first, heading, of_flags
from firmtrade.messages import Slot, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import BASES, FLAGS, restriction
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.groups import Group
from firmtrade.query.groups import groups_of as groups_within
from firmtrade.query.universes import Universe
from firmtrade.study import Study, vocabulary
from firmtrade.study.tables import Choices, Problem, groups_of

N = "n"
CODE = "nace_code"
REGION, SIZE = "region", "size_class"
MATTERS = ("division", REGION, "age_class", SIZE, "technology_class")
"""The order of the section of structure."""


class ShareTable(Grouped):
    """Groups against flags: one side names an attribute or ``division``, the other a set of flags."""

    kind: Literal["share"]
    rows: str
    """An attribute, `division`, or a set of flags."""
    columns: str
    """The other of the two."""
    n: StrictBool = False
    """Print the number of firms of each group."""
    codes: StrictBool = False
    """Print the code of each division."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        either = frozenset({*vocabulary().flags, *groups})
        return {"rows": either, "columns": either}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        groups, flags = groups_of(study), vocabulary().flags
        known = {self.rows, self.columns} <= {*groups, *flags}
        if known and (self.rows in flags) == (self.columns in flags):
            yield (
                ("columns",),
                "a table of shares sets groups against flags: one of rows and columns names an attribute, "
                "the other a set of flags",
                f"Attributes: {', '.join(sorted(groups))}. Flags: {', '.join(sorted(flags))}.",
            )


def specify(table: ShareTable, study: Study) -> TableSpec:
    """Shares of each group's firms, with their number and code where the declaration asks for them."""
    groups_are_rows = table.columns in FLAGS
    attribute, flags = (table.rows, table.columns) if groups_are_rows else (table.columns, table.rows)
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population in table.populations:
        groups = groups_within(
            study, table.totals, attribute, population, of_known=table.totals_of == "known"
        )
        cells += [
            cell
            for group in groups
            for cell in _cells(table, study, population, group, flags, groups_are_rows)
        ]
        heads += [
            replace(g.line, unit="percent", population=population if groups_are_rows else "") for g in groups
        ]
    shares = flag_lines(flags)
    extra = [column_line(CODE, "code")] * table.codes + [column_line(N, "count")] * table.n
    if groups_are_rows:
        return TableSpec(table.id, tuple(heads), (*extra, *shares), tuple(cells))
    return TableSpec(table.id, (*shares, *extra), tuple(dict.fromkeys(heads)), tuple(cells))


def _cells(
    table: ShareTable, study: Study, population: str, group: Group, flags: str, groups_are_rows: bool
) -> Iterator[CellSpec]:
    def key(other: str) -> CellKey:
        row, column = (group.line.key, other) if groups_are_rows else (other, group.line.key)
        return CellKey(table.id, population, row, column)

    universe, year = Universe(population, "reference"), str(study.reference_year)
    base = restriction(table.where) & group.where & BASES.get(flags, EVERYONE)
    everyone = Term(universe, base)
    if table.codes and group.code:
        yield CellSpec(
            key(CODE), Formula.CODE, "code", year, 0, optional=True, group=everyone, code=group.code
        )
    if table.n:
        yield count_spec(key(N), everyone, year, optional=group.optional)
    for flag, has_flag in FLAGS[flags].items():
        yield share_spec(
            key(flag), universe, has_flag, base, year=year, decimals=table.decimals, optional=group.optional
        )


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The groups add up to the total; ventures are international or domestic."""
    populations = dict.fromkeys(cell.key.population for cell in spec.cells)
    rows, columns = [row.key for row in spec.rows], [column.key for column in spec.columns]
    for population in populations:
        yield from _total(spec, population, cells)
        if set(rows) == {"inv", "dnv"}:
            for column in columns:
                keys = tuple(CellKey(spec.id, population, row, column) for row in ("inv", "dnv"))
                both = [cells[key] for key in keys if key in cells]
                numbers = [cell.numerator for cell in both if cell.numerator is not None]
                if len(numbers) == len(keys):
                    holds = {cell.denominator for cell in both} == {sum(numbers)}
                    yield Identity("a venture is international or domestic", keys, holds)


def _total(spec: TableSpec, population: str, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The groups add up to the total, be they rows or columns."""

    def key(group: str, other: str, *, groups_are_rows: bool) -> CellKey:
        row, column = (group, other) if groups_are_rows else (other, group)
        return CellKey(spec.id, population, row, column)

    for groups, others in ((spec.rows, spec.columns), (spec.columns, spec.rows)):
        if all(line.key != "total" for line in groups):
            continue
        down = groups is spec.rows
        for other in others:
            if other.key != CODE:
                yield from sums(
                    "the groups add up to the total",
                    cells,
                    key("total", other.key, groups_are_rows=down),
                    [key(group, other.key, groups_are_rows=down) for group in parts_of(groups)],
                )


def layout(table: ShareTable, study: Study, spec: TableSpec) -> Layout:
    """In the section of structure, by what the groups are made of; shares of ventures have a section of their own."""
    ventures = table.rows == VENTURE
    names = {table.rows, table.columns}
    matter = next((place for place, name in enumerate(MATTERS) if name in names), len(MATTERS))
    return Layout(
        "ventures" if ventures else "structure",
        spec.rows,
        spec.columns,
        1 if ventures else figure_first(table, matter),
        heading(study, table.rows),
        spanners=attribute_over(study, table.columns, spec.columns),
        chart=of_flags(table.rows),
    )


def findings(table: ShareTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """Of size classes the first and the last; of regions every one, where populations stand side by side."""
    if table.where:
        return
    if table.rows == REGION and len(table.populations) > 1:
        yield from _regions(printed)
    elif table.columns == SIZE and not table.is_figure:
        yield from _classes(printed)


def _regions(printed: ReadTable) -> Iterator[TableFinding]:
    rows = [row for row in printed.rows if row.key != UNKNOWN]
    for column in printed.columns:
        cells = [(row, printed.cell(row.key, column.key)) for row in rows]
        there = [(row, cell) for row, cell in cells if cell is not None and number(cell) is not None]
        if len(there) == len(cells):
            sentence = message("report.findings.regions", items=percentages(there))
            yield TableFinding(sentence, tuple(cell.key for _, cell in there))


def _classes(printed: ReadTable) -> Iterator[TableFinding]:
    """The first flow from the first class to the last; the order of classes is that of the table."""
    columns = [column for column in printed.columns if column.key != UNKNOWN]
    if len(columns) < 2:
        return
    row = printed.rows[0]
    cells = [printed.cell(row.key, column.key) for column in columns]
    known = [one for one in map(number, cells) if one is not None]
    trend = _trend(known) if len(known) == len(columns) > 2 else ""
    yield from finding_of(
        "classes",
        {"first": cells[0], "last": cells[-1]},
        row=row.label,
        first_label=columns[0].label,
        last_label=columns[-1].label,
        trend=trend,
    )


def _trend(numbers: Sequence[Decimal]) -> Slot:
    steps = list(pairwise(numbers))
    if all(before < after for before, after in steps):
        return message("report.findings.rising")
    if all(before > after for before, after in steps):
        return message("report.findings.falling")
    return ""


def rests_on(table: ShareTable, cell: CellSpec) -> Iterator[CellKey]:
    """A share on the number of firms of its group, in the row or the column that has it."""
    if cell.formula is Formula.SHARE:
        yield cell.key._replace(column=N)
        yield cell.key._replace(row=N)


KIND = Kind(
    ShareTable,
    specify,
    identities,
    layout,
    findings,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.SHARE}),
)
