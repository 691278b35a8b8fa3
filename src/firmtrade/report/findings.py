"""The sentences of the first page, said in a language: each kind gives those of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from firmtrade.kinds import KINDS
from firmtrade.kinds.finding import ReadTable
from firmtrade.kinds.layout import Layout
from firmtrade.messages import Language
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import Line
from firmtrade.report.model import Figure, Finding, Table
from firmtrade.study import Study, TableDeclaration


@dataclass(frozen=True, slots=True)
class Made:
    """A declaration, how it is laid out, and what became of it."""

    table: TableDeclaration
    layout: Layout
    item: Table | Figure
    cells: Mapping[CellKey, Cell]

    @property
    def data(self) -> Table:
        return self.item.table if isinstance(self.item, Figure) else self.item

    @property
    def several(self) -> bool:
        """Whether it sets populations side by side, and so stands before their chapters."""
        return len(self.table.populations) > 1

    def printed(self, population: str) -> ReadTable:
        """The table of one population."""
        name = self.table.population_key(population)
        placed = {(key.row, key.column): cell for key, cell in self.cells.items() if key.population == name}
        rows, columns = {row for row, _ in placed}, {column for _, column in placed}
        lines = (line for line in self.layout.rows if line.population in {"", population})
        return ReadTable(
            population,
            _once(line for line in lines if line.key in rows),
            _once(line for line in self.layout.columns if line.key in columns),
            placed,
        )


def _once(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple({line.key: line for line in lines}.values())


def findings(made: Iterable[Made], study: Study, language: Language) -> Iterator[Finding]:
    """The findings of tables and figures, in their order; none is said twice, and a kind may have none."""
    subjects: set[tuple[str, str]] = set()
    for one in made:
        if not one.data.computed:
            continue
        for population in one.table.populations:
            whose = (
                study.populations[population].label.say(language.code) if one.several else one.data.population
            )
            for found in KINDS[one.table.kind].findings(one.table, study, one.printed(population)):
                text = language.render(found.sentence)
                about_this = (found.sentence.key if found.once else text, whose)
                if about_this in subjects:
                    continue
                subjects.add(about_this)
                about = " · ".join(part for part in (whose, found.period or one.data.period) if part)
                yield Finding(about, text, one.table.id, found.cells, found.sentence.key.rpartition(".")[2])
