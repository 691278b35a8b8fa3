"""Sections of a results folder as sections of a publication: words in a language, numbers looked up by key.

Whatever the statements are (tables, models, answers) and wherever they come from, a number is printed by what its
statement says when the page is made: what is hidden there is hidden in the table, the chart, the sentence and the
alternative text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from firmtrade.kinds.layout import FLOW_COLORS
from firmtrade.messages import Language, by_cause, language_of
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import Cell, CellKey, ObsStatus, Statement, Statements
from firmtrade.outputs.layout import ChartLayout, DecidedWords, SectionLayout, TableLayout, Words
from firmtrade.outputs.parts import part_of
from firmtrade.report.alternatives import alternative
from firmtrade.report.model import ChartKind, Column, Figure, Finding, Row, Section, Table
from firmtrade.report.words import MARKS, cell_text


def sections_from(
    layouts: Iterable[SectionLayout],
    statements: Statements,
    *,
    lang: str = "en",
    prefix: str,
    mark: str,
    source: str = "",
) -> tuple[Section, ...]:
    """The sections of a publication.

    Parameters
    ----------
    statements
        What the layouts refer to, of a results folder or after protection. A row whose statements are not there is
        left out.
    lang
        Language of the words.
    prefix, mark
        What the anchors of the sections, and the numbers of tables and figures, begin with.
    source
        Where the numbers come from, for pictures that travel alone.

    Raises
    ------
    UsageError
        Where the language is none of the catalogue.
    """
    maker = _SectionTables(statements.by_key, language_of(lang), prefix, mark, source)
    return tuple(map(maker.section, layouts))


def verdicts(
    layouts: Iterable[SectionLayout], sections: Iterable[Section], statements: Statements, lang: str
) -> tuple[Finding, ...]:
    """What models decide, in words: the first verdict of each section that is not hidden, and where it is shown."""
    maker = _SectionTables(statements.by_key, language_of(lang), "", "")
    found = []
    for layout, section in zip(layouts, sections, strict=True):
        judged = [
            one for one in layout.paragraphs if isinstance(one, DecidedWords) and not maker.is_hidden(one.of)
        ]
        if judged and section.items:
            item = section.items[0]
            table = item.table if isinstance(item, Figure) else item
            found.append(
                Finding(section.title, maker.say(judged[0].words), table.id, judged[0].of, verdict=True)
            )
    return tuple(found)


class _SectionTables:
    """Tables and figures of one results folder, numbered in print order."""

    def __init__(
        self,
        statements: Mapping[CellKey, Statement],
        language: Language,
        prefix: str,
        mark: str,
        source: str = "",
    ) -> None:
        self.statements = statements
        self.language = language
        self.prefix = prefix
        self.mark = mark
        self.source = source
        self.tables = 0
        self.figures = 0

    def section(self, layout: SectionLayout) -> Section:
        return Section(
            f"{self.prefix}-{layout.key}",
            self.say(layout.title),
            (
                *filter(None, map(self._paragraph, layout.paragraphs)),
                *map(self.say, by_cause(layout.switched_off)),
            ),
            tuple(map(self._item, layout.items)),
            layout.level,
        )

    def _paragraph(self, words: Words | DecidedWords) -> str:
        """A paragraph; nothing where it is hidden."""
        if isinstance(words, DecidedWords):
            return "" if self.is_hidden(words.of) else self.say(words.words)
        return self.say(words)

    def say(self, words: Words) -> str:
        return self.language.render(words, self._look_up)

    def _look_up(self, reference: Reference) -> str:
        cell = self._cell(reference)
        return MARKS[ObsStatus.NOT_COMPUTED] if cell is None else cell_text(cell, self.language)

    def _cell(self, reference: Reference) -> Cell | None:
        statement = self.statements.get(CellKey(*reference.key))
        return None if statement is None else part_of(statement, reference.part, reference.decimals)

    def _item(self, layout: TableLayout | ChartLayout) -> Table | Figure:
        if isinstance(layout, TableLayout):
            self.tables += 1
            return self._table(layout, f"{self.mark}{self.tables}")
        self.figures += 1
        figure = Figure(
            self._table(layout.table, f"fig{self.mark}{self.figures}"),
            ChartKind(layout.form),
            "",
            FLOW_COLORS,
            x_label=self.say(layout.x_label),
            y_label=self.say(layout.y_label),
            stepped=layout.stepped,
            source=self.source,
        )
        return replace(figure, alternative=alternative(figure, self.language))

    def _table(self, layout: TableLayout, identifier: str) -> Table:
        rows: list[Row] = []
        cells: dict[tuple[str, str], Cell] = {}
        texts: dict[tuple[str, str], str] = {}
        for row in layout.rows:
            numbers = [entry for entry in row.entries if isinstance(entry, Reference)]
            if numbers and not any(CellKey(*each.key) in self.statements for each in numbers):
                continue
            rows.append(Row(row.key, self.say(row.label), group=self.say(row.group)))
            for column, entry in zip(layout.columns, row.entries, strict=True):
                place = (row.key, column.key)
                match entry:
                    case None:
                        continue
                    case Reference():
                        cell = self._cell(entry)
                        if cell is not None:
                            cells[place] = replace(cell, key=CellKey(identifier, layout.of, *place))
                    case DecidedWords(words, of):
                        texts[place] = self._judged(words, of)
                    case _:
                        texts[place] = self.say(entry)
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=self.say(layout.title),
            rows=tuple(rows),
            columns=tuple(
                Column(column.key, self.say(column.label), self.say(column.spanner))
                for column in layout.columns
            ),
            cells=cells,
            texts=texts,
            stub=self.say(layout.stub),
            population=self.say(layout.population),
            period=layout.period.replace("-", "–"),
            unit=self.say(layout.unit),
            notes=tuple(map(self.say, layout.notes)),
            source=self.say(layout.source),
            needs="" if cells or texts else self.language.say("report.words.data"),
        )

    def _judged(self, words: Words, of: Sequence[CellKey]) -> str:
        return MARKS[ObsStatus.SUPPRESSED] if self.is_hidden(of) else self.say(words)

    def is_hidden(self, of: Sequence[CellKey]) -> bool:
        """Whether one of the statements is hidden or not there."""
        found = [self.statements.get(key) for key in of]
        return any(one is None or one.status is ObsStatus.SUPPRESSED for one in found)
