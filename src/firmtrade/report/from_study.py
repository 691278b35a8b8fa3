"""A study and its cells as a document: the chapter in print order, in the language asked for.

The study says what the tables are and what they are called; the specifications of ``statistics`` give heads
in print order; the cells give the numbers. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from firmtrade.kinds import specify
from firmtrade.messages import Language, Text, Year, has, language_of
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.query.cells import Line, TableSpec
from firmtrade.report import trader_tables
from firmtrade.report.charts import alternative
from firmtrade.report.explanations import explain
from firmtrade.report.findings import findings
from firmtrade.report.inputs import Columns
from firmtrade.report.model import ChartKind, Column, Document, Figure, Provenance, Row, Section, Table
from firmtrade.report.provenance import banner, short
from firmtrade.report.retold import needed
from firmtrade.study import Study, TableDeclaration

TOTALS = frozenset({"n", "total"})
SIGNED_UNIT = "percent_per_year"
CHANGE = "_delta"

FLOW_COLORS = {
    "intra_eu_import": "import",
    "extra_eu_import": "import_light",
    "intra_eu_export": "export",
    "extra_eu_export": "export_light",
    "import": "import",
    "export": "export",
    "inv": "export",
    "dnv": "none",
    "import_and_export": "both",
    "import_only": "import",
    "export_only": "export",
    "no_internationalization": "none",
}
"""Import is blue and export is orange in every figure."""

PANEL_KINDS = frozenset({"level", "growth"})
"""Kinds that speak of the panel, not of all firms of the population."""

PARTS = (
    "overview", "mode", "structure", "exporters", "importers", "ventures",
    *dict.fromkeys(trader_tables.SECTIONS.values()),
)  # fmt: skip
"""Sections of a chapter, in print order; a chapter is a population."""


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
    maker = _Maker(study, language, provenance)
    made = [
        _Made(table, maker.item(table, specs[table.id], by_table.get(table.id, {})))
        for table in study.outputs
    ]
    present = {cell.key: cell for one in made for *_, cell in one.data.ordered_cells()}
    return Document(
        title=study.study.title.say(lang),
        subtitle=maker.subtitle(),
        language=lang,
        provenance=provenance,
        sections=(*_sections(made, study, language), *sections),
        findings=findings(list(_findings(_by_chapter(made, study), study)), language),
        explanations=explain(study, specs.values(), present, columns),
        banner=banner(
            language,
            unreleased=unreleased and provenance.data != "synthetic",
            synthetic=provenance.data == "synthetic",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """A declaration and what became of it."""

    table: TableDeclaration
    item: Table | Figure

    @property
    def data(self) -> Table:
        return self.item.table if isinstance(self.item, Figure) else self.item

    @property
    def part(self) -> str:
        """The section of its chapter."""
        table = self.table
        if len(table.populations) > 1:
            return "overview"
        if table.kind in trader_tables.SECTIONS:
            return trader_tables.SECTIONS[table.kind]
        if table.kind in {"mode", "composition", "conditional", "series"}:
            return "mode"
        if _named(table, "rows") == "venture":
            return "ventures"
        if table.kind in PANEL_KINDS:
            return "importers" if _named(table, "rows") == "import_status" else "exporters"
        return "structure"


class _Maker:
    """Tables and figures of one study in one language."""

    def __init__(self, study: Study, language: Language, provenance: Provenance) -> None:
        self.study = study
        self.language = language
        self.provenance = provenance

    def say(self, text: Text) -> str:
        return (
            text.say(self.language.code).replace("-", "–") if _is_span(text) else text.say(self.language.code)
        )

    def subtitle(self) -> str:
        labels = [
            self.study.populations[name].label.say(self.language.code) for name in _chapters(self.study)
        ]
        window = f"{min(self.study.years)}–{max(self.study.years)}"
        return " · ".join([*labels, window])

    def item(self, table: TableDeclaration, spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Table | Figure:
        data = self._table(table, spec, cells)
        if not table.is_figure:
            return data
        bare = Figure(
            data,
            _chart_kind(table),
            "",
            trader_tables.roles(table, spec) or FLOW_COLORS,
            trader_tables.short_labels(table, self.language),
            y_label="%" if table.kind == "dynamics" else "",
        )
        return replace(bare, alternative=alternative(bare, self.language))

    def _table(self, table: TableDeclaration, spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Table:
        language = self.language
        rows, columns, placed = self._layout(table, spec, cells)
        off = [cell for cell in placed.values() if cell.status is ObsStatus.NOT_COMPUTED]
        missing = not placed or len(off) == len(placed)
        reason = needed(off[0].reason, language) if off else ""
        return Table(
            id=table.id,
            number=table.number,
            title=table.title.say(language.code),
            rows=() if missing else rows,
            columns=() if missing else columns,
            cells={} if missing else placed,
            stub=trader_tables.stub(table, language)
            or self._stub(_named(table, "rows") or ("mode" if table.kind in {"mode", "composition"} else "")),
            population=self._population(table),
            period=_period(placed.values()),
            notes=tuple(note.say(language.code) for note in table.notes),
            source=self._source(),
            needs=(reason or language.say("report.words.data")) if missing else "",
        )

    def _source(self) -> str:
        if self.provenance.data == "synthetic":
            return self.language.say("report.words.source_synthetic", study=self.provenance.study)
        fingerprint = short(self.provenance.data_fingerprint)
        return self.language.say("report.words.source_real", fingerprint=fingerprint)

    def _layout(
        self, table: TableDeclaration, spec: TableSpec, cells: Mapping[CellKey, Cell]
    ) -> tuple[tuple[Row, ...], tuple[Column, ...], dict[tuple[str, str], Cell]]:
        """Rows and columns that have a cell, and the cells by place; several populations become columns."""
        lines, heads = trader_tables.shown(table, spec)
        rows = {
            line.key: Row(
                line.key,
                self.say(line.label),
                trader_tables.row_group(table, line, self.language),
                emphasis=self._is_total(line.key),
            )
            for line in lines
        }
        several = len(table.populations) > 1
        columns: dict[str, Column] = {}
        placed: dict[tuple[str, str], Cell] = {}
        for name in table.populations:
            population = table.population_key(name)
            for line in heads:
                key = f"{name}/{line.key}" if several else line.key
                columns.setdefault(key, self._column(table, line, key, name if several else "", len(heads)))
                for row in rows:
                    cell = cells.get(CellKey(table.id, population, row, line.key))
                    if cell is not None:
                        placed[row, key] = cell
        kept = [row for key, row in rows.items() if any(place[0] == key for place in placed)]
        kept_rows = tuple(trader_tables.in_order(table, kept))
        kept_columns = tuple(
            column for key, column in columns.items() if any(place[1] == key for place in placed)
        )
        return kept_rows, kept_columns, placed

    def _is_total(self, key: str) -> bool:
        return key in TOTALS or key in self.study.subtotals

    def _column(self, table: TableDeclaration, line: Line, key: str, population: str, heads: int) -> Column:
        label = self.say(line.label)
        signed = line.unit == SIGNED_UNIT or line.key.endswith(CHANGE)
        if not population:
            return Column(key, label, self._spanner(table, line), signed)
        said = self.study.populations[population].label.say(self.language.code)
        return Column(key, said) if heads == 1 else Column(key, label, said, signed)

    def _spanner(self, table: TableDeclaration, line: Line) -> str:
        if line.key in {"n", "nace_code"}:
            return ""
        if _named(table, "columns") in self.study.attributes:
            return self._stub(_named(table, "columns"))
        if table.kind == "mode":
            return self.language.say("report.stubs.scope")
        if table.kind == "growth":
            return self.language.say("report.stubs.cagr")
        return trader_tables.spanner(table, line, self.language)

    def _stub(self, name: str) -> str:
        if name in self.study.attributes:
            return self.study.attributes[name].label.say(self.language.code)
        return self.language.say(f"report.stubs.{name}") if has(f"report.stubs.{name}") else ""

    def _population(self, table: TableDeclaration) -> str:
        if len(table.populations) > 1:
            return trader_tables.traders(table, self.language)
        said = [self.study.populations[table.populations[0]].label.say(self.language.code)]
        if cohort := _named(table, "cohort"):
            bands = self.study.attributes["founding_cohort"].classes
            said += [band.label.say(self.language.code) for band in bands if band.key == cohort]
        if table.kind in PANEL_KINDS:
            first, last = self.study.first_year, self.study.last_year
            said.append(self.language.say("report.words.panel", first=Year(first), last=Year(last)))
        said.append(trader_tables.traders(table, self.language))
        return ", ".join(filter(None, said))


def _named(table: TableDeclaration, key: str) -> str:
    """What a key of the table's kind says; empty where the kind has none."""
    return str(getattr(table, key, None) or "")


def _is_span(text: Text) -> bool:
    """True for labels such as ``10-49``, which print with a dash."""
    plain = text.say("en")
    return any(sign.isdigit() for sign in plain) and plain.replace("-", "").isdigit()


def _period(cells: Iterable[Cell]) -> str:
    years = sorted({year for cell in cells for year in cell.year.split("-") if year})
    if not years:
        return ""
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _chart_kind(table: TableDeclaration) -> ChartKind:
    if table.kind in trader_tables.SECTIONS:
        return trader_tables.chart_kind(table)
    if table.kind == "composition":
        return ChartKind.STACKED_BAR
    if table.kind == "series":
        return ChartKind.LINES
    if _named(table, "rows") == "trade_flow":
        return ChartKind.SMALL_MULTIPLES
    return ChartKind.GROUPED_BARS


def _chapters(study: Study) -> tuple[str, ...]:
    """Populations that have a chapter of their own, in print order."""
    return tuple(
        dict.fromkeys(table.populations[0] for table in study.outputs if len(table.populations) == 1)
    )


def _by_chapter(made: Sequence[_Made], study: Study) -> list[_Made]:
    """What was made, in the order of chapters and their sections."""

    def place(one: _Made) -> tuple[int, int, int]:
        chapters = _chapters(study)
        chapter = -1 if one.part == "overview" else chapters.index(one.table.populations[0])
        return chapter, PARTS.index(one.part), _order(one)

    return sorted(made, key=place)


def _order(one: _Made) -> int:
    """The place inside a section: figures before the table of the same matter, then as declared."""
    matters = ("composition", "mode", "conditional", "series")
    if one.part == "mode":
        return matters.index(one.table.kind)
    if one.part == "structure":
        attributes = ("division", "region", "age_class", "size_class", "technology_class")
        names = {_named(one.table, "rows"), _named(one.table, "columns")}
        matter = next((place for place, name in enumerate(attributes) if name in names), len(attributes))
        return 2 * matter + (not one.table.is_figure)
    if one.table.kind in trader_tables.SECTIONS:
        return 2 * (one.table.kind == "transition") + (not one.table.is_figure)
    return 0 if one.table.kind == "level" else 1


def _sections(made: Sequence[_Made], study: Study, language: Language) -> tuple[Section, ...]:
    found: list[Section] = []
    ordered = _by_chapter(made, study)
    overview = tuple(one.item for one in ordered if one.part == "overview")
    if overview:
        found.append(Section("overview", language.say("report.sections.overview"), (), overview))
    for name in _chapters(study):
        population = study.populations[name]
        found.append(Section(name, population.label.say(language.code)))
        for part in PARTS[1:]:
            items = tuple(
                one.item for one in ordered if one.part == part and one.table.populations[0] == name
            )
            if items:
                title = language.say(f"report.sections.{part}")
                found.append(Section(f"{name} {part}", title, (), items, level=2))
    return tuple(found)


def _findings(ordered: Iterable[_Made], study: Study) -> Iterator[tuple[str, Table]]:
    """The tables that say a sentence on the first page, each with its kind; of traders, the first of a kind for each
    population."""
    said: set[tuple[str, str]] = set()
    for one in ordered:
        if one.table.kind not in trader_tables.SECTIONS:
            yield _finding_kind(one), one.data
        elif not (one.table.is_figure or one.table.where or len(one.table.populations) > 1):
            kind, data = trader_tables.finding_of(one.table, one.data, study.reference_year)
            if (kind, data.population) not in said:
                said.add((kind, data.population))
                yield kind, data


def _finding_kind(one: _Made) -> str:
    """Which sentence, if any, a table says on the first page."""
    table = one.table
    if _named(table, "cohort") or table.where:
        return ""
    if one.part == "overview" and _named(table, "rows") == "region":
        return "regions"
    if table.kind == "share" and not table.is_figure and _named(table, "columns") == "size_class":
        return "classes"
    if table.kind in {"composition", "level", "series"}:
        return table.kind
    return "growth" if table.kind == "growth" and _named(table, "rows") == "export_status" else ""
