"""A study and its cells as a document: the chapter in print order, in the language asked for.

The study says what the tables are and what they are called; their kinds say how they are laid out; the cells give the
numbers. Nothing is computed here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from firmtrade.errors import StudyError, suggest
from firmtrade.kinds import KINDS, specify
from firmtrade.kinds.layout import PARTS, Head, Layout, heading
from firmtrade.messages import Language, Listing, language_of
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.query.cells import Line, TableSpec
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.alternatives import alternative
from firmtrade.report.explanations import explain
from firmtrade.report.findings import Made, findings
from firmtrade.report.inputs import Columns
from firmtrade.report.methods import methods
from firmtrade.report.model import ChartKind, Column, Document, Figure, Provenance, Row, Section, Table
from firmtrade.report.names import label
from firmtrade.report.prose import paragraphs, result_of
from firmtrade.report.provenance import banner, computed_from
from firmtrade.study import Study, TableDeclaration
from firmtrade.study.prose import OVERVIEW
from firmtrade.study.tables import DIVISION

TOTALS = frozenset({"n", "total"})


def assemble(
    study: Study,
    cells: Iterable[Cell],
    provenance: Provenance,
    *,
    lang: str = "en",
    unreleased: bool = False,
    sections: Sequence[Section] = (),
    columns: Columns | None = None,
) -> Document:
    """The publication of a study.

    Parameters
    ----------
    study
        What was computed.
    cells
        Its cells, of a room or after protection.
    provenance
        Where the numbers come from.
    lang
        ``en``, ``fr``, ``nl`` or ``de``.
    unreleased
        True prints NOT FOR RELEASE on every page; synthetic data says so in any case.
    sections
        Further sections (of models, of a survey), printed after those of the tables.
    columns
        The columns that the data has, for explanations to name the ones that were read.

    Raises
    ------
    UsageError
        Where the language is not one of these.
    """
    language = language_of(lang)
    by_table: dict[str, dict[CellKey, Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.key.table, {})[cell.key] = cell
    specs = {spec.id: spec for spec in specify(study)}
    maker = _StudyTables(study, language, provenance)
    made = maker.told_once(
        [maker.made(table, specs[table.id], by_table.get(table.id, {})) for table in study.outputs]
    )
    present = {cell.key: cell for one in made for *_, cell in one.data.ordered_cells()}
    return Document(
        title=study.head.title.say(lang),
        subtitle=maker.subtitle(),
        language=lang,
        provenance=provenance,
        sections=(
            *_sections(made, study, language, present),
            *sections,
            *methods(study, provenance, maker.source(), language),
        ),
        findings=tuple(findings(_by_chapter(made, study), study, language)),
        explanations=explain(study, specs.values(), present, columns, words=language),
        banner=banner(
            language,
            unreleased=unreleased and provenance.data != "synthetic",
            synthetic=provenance.data == "synthetic",
        ),
    )


class _StudyTables:
    """Tables and figures of one study in one language."""

    def __init__(self, study: Study, language: Language, provenance: Provenance) -> None:
        self.study = study
        self.language = language
        self.provenance = provenance

    def say(self, head: Head | None) -> str:
        return "" if head is None else self.language.render(head)

    def subtitle(self) -> str:
        compared = [name for table in self.study.outputs for name in table.populations]
        names = dict.fromkeys((*_chapters(self.study), *compared))
        labels = [self.study.populations[name].label.say(self.language.code) for name in names]
        first, last = min(self.study.years), max(self.study.years)
        return " · ".join([*labels, str(first) if first == last else f"{first}–{last}"])

    def made(self, table: TableDeclaration, spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Made:
        layout = KINDS[table.kind].layout(table, self.study, spec)
        return Made(table, layout, self._item(table, layout, cells), cells)

    def told_once(self, made: Sequence[Made]) -> list[Made]:
        """What was made, with the figures whose numbers a table prints referring to it."""
        found = []
        for one in made:
            twin = next((other.data for other in made if _prints(other, one)), None)
            if twin is not None and isinstance(one.item, Figure):
                where = self.language.say("report.words.printed_by", item=label(twin, self.language))
                data = replace(one.data, notes=(*one.data.notes, where))
                one = replace(one, item=replace(one.item, table=data, printed_by=twin.id))
            found.append(one)
        return found

    def _item(self, table: TableDeclaration, layout: Layout, cells: Mapping[CellKey, Cell]) -> Table | Figure:
        data = self._table(table, layout, cells)
        if not table.is_figure:
            return data
        bare = Figure(
            data,
            ChartKind(layout.chart),
            "",
            layout.colors,
            {key: self.say(head) for key, head in layout.short_labels.items()},
            y_label=layout.y_label,
            draw_unknown=table.draw_unknown,
            by_size=frozenset(
                side for side in ("rows", "columns") if _is_nominal(self.study, table.side(side))
            ),
        )
        if not table.draw_unknown and any(
            UNKNOWN in (cell.key.row, cell.key.column) for cell in data.cells.values()
        ):
            unknown_note = self.language.say("report.words.unknown_aside")
            bare = replace(bare, table=replace(data, notes=(*data.notes, unknown_note)))
        return replace(bare, alternative=alternative(bare, self.language))

    def _table(self, table: TableDeclaration, layout: Layout, cells: Mapping[CellKey, Cell]) -> Table:
        language = self.language
        rows, columns, placed = self._lines(table, layout, cells)
        off = [cell for cell in placed.values() if cell.status is ObsStatus.NOT_COMPUTED]
        missing = not placed or len(off) == len(placed)
        reasons = dict.fromkeys(cell.reason for cell in off if cell.reason is not None)
        reason = language.render(Listing(tuple(reasons))) if reasons else ""
        neutral = table.title.say(language.code)
        result = "" if missing else result_of(table, cells, language)
        return Table(
            id=table.id,
            number=table.number,
            title=result or neutral,
            subject=neutral if result else "",
            rows=() if missing else rows,
            columns=() if missing else columns,
            cells={} if missing else placed,
            stub=self.say(layout.stub),
            population=self._population(table, layout),
            period=_period(placed.values()),
            notes=tuple(note.say(language.code) for note in table.notes),
            source=self.source(),
            ranked_by="" if missing or table.is_figure else _ranking(layout, columns),
            needs=(reason or language.say("report.words.data")) if missing else "",
        )

    def source(self) -> str:
        """What every table says of its data."""
        return computed_from(self.provenance, self.language)

    def _lines(
        self, table: TableDeclaration, layout: Layout, cells: Mapping[CellKey, Cell]
    ) -> tuple[tuple[Row, ...], tuple[Column, ...], dict[tuple[str, str], Cell]]:
        """Rows and columns that have a cell, and the cells by place; several populations become columns."""
        rows = {
            line.key: Row(
                line.key,
                self._head(line, layout.rows, cells, heading(self.study, table.side("rows"))),
                self.say(layout.row_groups.get(line.key)),
                emphasis=self._is_total(line.key),
                sums=line.total,
            )
            for line in layout.rows
        }
        several = len(table.populations) > 1
        columns: dict[str, Column] = {}
        placed: dict[tuple[str, str], Cell] = {}
        for name in table.populations:
            population = table.population_key(name)
            for line in layout.columns:
                key = f"{name}/{line.key}" if several else line.key
                heads = self._head(line, layout.columns, cells, heading(self.study, table.side("columns")))
                columns.setdefault(key, self._column(layout, line, key, heads, name if several else ""))
                for row in rows:
                    cell = cells.get(CellKey(table.id, population, row, line.key))
                    if cell is not None:
                        placed[row, key] = cell
        kept = [row for key, row in rows.items() if any(place[0] == key for place in placed)]
        if several:
            kept.sort(key=lambda row: (row.emphasis, row.key == UNKNOWN))
        kept_rows = tuple(by_name(kept) if layout.by_name else kept)
        kept_columns = tuple(
            column for key, column in columns.items() if any(place[1] == key for place in placed)
        )
        return kept_rows, kept_columns, placed

    def _head(self, line: Line, lines: Iterable[Line], cells: Mapping[CellKey, Cell], of: Head | None) -> str:
        """What a line is called; a total that leaves out firms of unknown class says so."""
        label = self.say(line.label)
        apart = all(other.key != UNKNOWN for other in lines) or any(
            UNKNOWN in (key.row, key.column) for key in cells
        )
        if not (line.of_known and apart and of):
            return label
        if label.endswith(")"):
            return self.language.say("report.words.of_known_too", label=label[:-1], what=self.say(of))
        return self.language.say("report.words.of_known", label=label, what=self.say(of))

    def _is_total(self, key: str) -> bool:
        return key in TOTALS or key in self.study.subtotals

    def _column(self, layout: Layout, line: Line, key: str, label: str, population: str) -> Column:
        signed = line.key in layout.signed
        if not population:
            return Column(key, label, self.say(layout.spanners.get(line.key)), signed)
        population_name = self.study.populations[population].label.say(self.language.code)
        if len(layout.columns) == 1:
            return Column(key, population_name, signed=signed, population=population_name)
        return Column(key, label, population_name, signed, population=population_name)

    def _population(self, table: TableDeclaration, layout: Layout) -> str:
        labels = (self.study.populations[name].label for name in table.populations)
        return ", ".join((" · ".join(map(self.say, labels)), *map(self.say, layout.about)))


def _is_nominal(study: Study, name: str) -> bool:
    """Whether the order of classes means nothing: activities, places and partners, unlike bands of a number."""
    return name in {DIVISION, "partner"} or (name in study.attributes and study.attributes[name].of == "seat")


def _prints(table: Made, figure: Made) -> bool:
    """Whether a table of the same declaration prints every number of a figure."""
    one, other = table.table, figure.table
    alike = all(
        getattr(one, key, None) == getattr(other, key, None)
        for key in ("kind", "populations", "rows", "columns", "where", "flow", "years", "decimals")
    )
    there = table.data.cells.keys() >= figure.data.cells.keys()
    return other.is_figure and not one.is_figure and alike and figure.data.computed and there


def by_name(rows: Sequence[Row]) -> list[Row]:
    """Rows as they are looked up by name, whatever the accents; those that sum up others last, in their own order."""
    return sorted(rows, key=lambda row: (row.sums, "" if row.sums else _bare(row.label)))


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _ranking(layout: Layout, columns: Sequence[Column]) -> str:
    """The column by which a long list is cut, of several populations that of the first; nothing without one."""
    return next((one.key for one in columns if one.key.rpartition("/")[2] == layout.largest), "")


def _period(cells: Iterable[Cell]) -> str:
    years = sorted({year for cell in cells for year in cell.year.split("-") if year})
    if not years:
        return ""
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _chapters(study: Study) -> tuple[str, ...]:
    """Populations that have a chapter of their own, in print order."""
    return tuple(
        dict.fromkeys(table.populations[0] for table in study.outputs if len(table.populations) == 1)
    )


def _by_chapter(made: Sequence[Made], study: Study) -> list[Made]:
    """What was made, in the order of chapters, their sections, and the places in these."""
    chapters, parts = _chapters(study), _parts(made)

    def place(one: Made) -> tuple[int, int, int]:
        chapter = -1 if one.several else chapters.index(one.table.populations[0])
        return chapter, parts.index(one.layout.part), one.layout.place

    return sorted(made, key=place)


def _parts(made: Iterable[Made]) -> tuple[str, ...]:
    """Sections of a chapter in print order; those of kinds that the list does not know come last."""
    return tuple(dict.fromkeys((*PARTS, *(one.layout.part for one in made))))


def _sections(
    made: Sequence[Made], study: Study, language: Language, cells: Mapping[CellKey, Cell]
) -> tuple[Section, ...]:
    found: list[Section] = []
    text = paragraphs(study, cells, language)
    ordered = _by_chapter(made, study)
    overview = tuple(one.item for one in ordered if one.several)
    prose = text.pop(("", OVERVIEW), ())
    if overview or prose:
        found.append(Section(OVERVIEW, language.say("report.sections.overview"), prose, overview))
    for name in _chapters(study):
        population = study.populations[name]
        found.append(Section(name, population.label.say(language.code), text.pop((name, ""), ())))
        own = [one for one in ordered if not one.several and one.table.populations[0] == name]
        for part in _parts(made):
            items = tuple(one.item for one in own if one.layout.part == part)
            if items:
                title = language.say(f"report.sections.{part}")
                prose = text.pop((name, part), ())
                found.append(Section(f"{name} {part}", title, prose, items, level=2))
    for whose, part in text:
        if part:
            raise StudyError(
                f"a text of the study stands in the section {part!r} of {whose!r}, which has no tables",
                fix=suggest(part, _parts(made)),
            )
    return tuple(found)
