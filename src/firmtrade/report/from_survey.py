"""A survey's sections as sections of the publication: numbers become cells, words stay words, charts get their data.

Tables of a survey mix numbers and words. The first column of words names the row; a table may say in ``LAYOUTS``
that its rows stand in groups.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from firmtrade.messages import P_VALUE, Count, Language, language_of
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.outputs.manifest import RoomManifest
from firmtrade.report.charts import alternative
from firmtrade.report.model import ChartKind, Column, Figure, Row, Section, Table
from firmtrade.survey.room.sections import ChartSpec, Entry, TableSpec
from firmtrade.survey.room.sections import Section as Said

LAYOUTS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "comparison": ((0,), (1,)),
    "confirmatory": ((0,), (1,)),
    "checklist": ((0,), (1,)),
    "hypotheses": ((0, 1), (3,)),
}
"""By table: the columns of the heading over a group of rows, and those of the row's name."""

ITEMS = "likert_"
"""Tables of the answers to items: the text of the item is the row's name."""

NOTED: Mapping[str, tuple[int, int]] = {"hypotheses": (0, 2)}
"""By table: the column of a name and the column said in a note beside it: too long for a cell."""

SPECIFICATIONS = 100
"""Specifications that are printed, evenly over their order; ``curves.csv`` holds all."""

PLAIN, PERCENT, COUNT = "pure", "percent", "count"


def survey_title(about: RoomManifest, lang: str) -> str:
    """What a survey is called in a language, by the manifest of its room."""
    return (about.study.titles or {}).get(lang, about.study.title)


def survey_sections(
    sections: Iterable[Said],
    about: RoomManifest,
    *,
    lang: str = "en",
    mark: str = "S",
    confidentiality: Confidentiality = Confidentiality.INTERNAL,
) -> tuple[Section, ...]:
    """The sections of a survey under a heading of its name, for ``assemble(..., sections=...)``.

    Parameters
    ----------
    sections
        As the room of the survey holds them.
    about
        The manifest of that room.
    lang
        Language of the words that every publication shares.
    mark
        What the numbers of tables and figures begin with.
    confidentiality
        The flag of every number.
    """
    language = language_of(lang)
    study, data = about.study, about.data
    maker = _Maker(language, study.name, mark, confidentiality)
    head = (
        f"{language.say('report.words.survey')}{language.say('report.words.colon')}{study.source}.",
        f"{language.say('report.words.data')}{language.say('report.words.colon')}{data.title}. "
        + language.say(f"report.words.{data.kind}_sentence"),
    )
    return (
        Section(f"survey-{study.name}", survey_title(about, lang), head),
        *(maker.section(section) for section in sections),
    )


class _Maker:
    """Tables and figures of one survey, numbered in print order."""

    def __init__(self, language: Language, survey: str, mark: str, confidentiality: Confidentiality) -> None:
        self.language = language
        self.survey = survey
        self.mark = mark
        self.confidentiality = confidentiality
        self.tables = 0
        self.figures = 0

    def section(self, said: Said) -> Section:
        drawn = {chart.key for chart in said.charts}
        items: list[Table | Figure] = [
            self._table(table) for table in said.tables if table.rows and table.key not in drawn
        ]
        tables = {table.key: table for table in said.tables}
        items += [self._figure(chart, tables.get(chart.key)) for chart in said.charts]
        return Section(f"{self.survey}-{said.key}", said.title, said.paragraphs, tuple(items), level=2)

    def _table(self, spec: TableSpec) -> Table:
        self.tables += 1
        return self._laid(spec, f"{self.mark}{self.tables}")

    def _laid(self, spec: TableSpec, identifier: str, *, unit: str = PLAIN) -> Table:
        """A table of a survey as one of the publication: columns of words and of numbers."""
        heading, naming = LAYOUTS.get(spec.key, ((), (1,) if spec.key.startswith(ITEMS) else (0,)))
        named, noted = NOTED.get(spec.key, (0, -1))
        hidden = {*heading, *naming, noted, *((0,) if spec.key.startswith(ITEMS) else ())}
        shown = [place for place in range(len(spec.columns)) if place not in hidden]
        keys = {place: f"{spec.key}_{place}" for place in shown}
        rows, cells, texts = [], {}, {}
        for number, entries in enumerate(spec.rows, start=1):
            name = f"{spec.key}_{number}"
            label = " ".join(_words(entries[place]) for place in naming) or f"{number}"
            rows.append(Row(name, label, group=" ".join(_words(entries[place]) for place in heading)))
            for place in shown:
                value = entries[place]
                if isinstance(value, str | bool):
                    texts[name, keys[place]] = _words(value)
                elif value is not None:
                    said = P_VALUE if place in spec.p_values else COUNT if _whole(spec.rows, place) else unit
                    cells[name, keys[place]] = self._cell(
                        identifier, name, keys[place], value, said, spec.decimals
                    )
        sources = dict.fromkeys(
            f"{_words(entries[named])}{self.language.say('report.words.colon')}{_words(entries[noted])}"
            for entries in spec.rows
            if noted >= 0 and entries[noted]
        )
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=spec.title,
            rows=tuple(rows),
            columns=tuple(Column(keys[place], spec.columns[place]) for place in shown),
            cells=cells,
            texts=texts,
            stub=" ".join(spec.columns[place] for place in naming),
            notes=(*spec.notes, *sources),
        )

    def _figure(self, chart: ChartSpec, table: TableSpec | None) -> Figure:
        self.figures += 1
        identifier = f"fig{self.mark}{self.figures}"
        if chart.kind == "likert" and table is not None:
            figure = self._likert(identifier, chart, table)
        elif chart.kind == "coefficients":
            figure = self._coefficients(identifier, chart)
        elif chart.kind == "specification_curve":
            figure = self._specifications(identifier, chart)
        else:
            figure = self._lines(identifier, chart)
        return replace(figure, alternative=alternative(figure, self.language))

    def _likert(self, identifier: str, chart: ChartSpec, spec: TableSpec) -> Figure:
        return Figure(self._laid(spec, identifier, unit=PERCENT), ChartKind.LIKERT, "")

    def _coefficients(self, identifier: str, chart: ChartSpec) -> Figure:
        """Intervals, a block of rows per weighting."""
        at = chart.encoding
        data = chart.data.sort(at["color"], maintain_order=True)
        several = data[at["color"]].n_unique() > 1
        places = {"estimate": at["x"], "conf_low": at["x_low"], "conf_high": at["x_high"]}
        rows, cells = [], {}
        for number, point in enumerate(data.iter_rows(named=True), start=1):
            name = f"{chart.key}_{number}"
            rows.append(Row(name, point[at["y"]], group=point[at["color"]] if several else ""))
            for column, place in places.items():
                cells[name, column] = self._cell(identifier, name, column, point[place], PLAIN, 3)
        columns = tuple(Column(name, self.language.say(f"report.estimates.{name}")) for name in places)
        table = self._bare(identifier, chart, rows, columns, cells, self.language.say("report.words.row"))
        return Figure(table, ChartKind.INTERVALS, "", x_label=self.language.say("report.estimates.estimate"))

    def _specifications(self, identifier: str, chart: ChartSpec) -> Figure:
        at = chart.encoding
        choices = at["choices"].split(",")
        places = {"estimate": at["y"], "conf_low": at["y_low"], "conf_high": at["y_high"]}
        rows, cells, texts = [], {}, {}
        ranked = chart.data.sort(at["x"])
        shown = ranked[_spaced(len(ranked), SPECIFICATIONS)]
        for point in shown.iter_rows(named=True):
            name = f"{chart.key}_{point[at['x']]}"
            rows.append(Row(name, str(point[at["x"]])))
            for column, place in places.items():
                cells[name, column] = self._cell(identifier, name, column, point[place], PLAIN, 3)
            for choice in choices:
                texts[name, choice] = _choice(choice, point[choice])
        columns = (
            *(Column(name, self.language.say(f"report.estimates.{name}")) for name in places),
            *(Column(choice, choice) for choice in choices),
        )
        table = self._bare(identifier, chart, rows, columns, cells, at["x"])
        label = self.language.say("report.estimates.estimate")
        notes = table.notes
        if len(shown) < len(ranked):
            notes = (
                *notes,
                self.language.say("report.words.thinned", shown=Count(len(shown)), all=Count(len(ranked))),
            )
        return Figure(replace(table, texts=texts, notes=notes), ChartKind.SPECIFICATIONS, "", y_label=label)

    def _lines(self, identifier: str, chart: ChartSpec) -> Figure:
        """A curve per series; the column of a point is its series."""
        at = chart.encoding
        series = chart.data[at["color"]].unique(maintain_order=True).to_list()
        rows, cells = {}, {}
        for point in chart.data.iter_rows(named=True):
            name, column = f"{point[at['x']]:g}", f"{point[at['color']]}/y"
            rows[name] = Row(name, name)
            cells[name, column] = self._cell(identifier, name, column, point[at["y"]], PLAIN, 3)
        columns = tuple(Column(f"{one}/y", one) for one in series)
        table = self._bare(identifier, chart, list(rows.values()), columns, cells, at["x"])
        return Figure(table, ChartKind.CURVES, "", x_label=at["x"], y_label=at["y"])

    def _bare(
        self,
        identifier: str,
        chart: ChartSpec,
        rows: Sequence[Row],
        columns: tuple[Column, ...],
        cells: Mapping[tuple[str, str], Cell],
        stub: str,
    ) -> Table:
        return Table(
            id=identifier,
            number=identifier.removeprefix("fig"),
            title=chart.title,
            rows=tuple(rows),
            columns=columns,
            cells=cells,
            stub=stub,
            notes=() if chart.description.startswith(chart.title) else (chart.description,),
        )

    def _cell(self, table: str, row: str, column: str, value: float | None, unit: str, decimals: int) -> Cell:
        known = value is not None and math.isfinite(value)
        return Cell(
            CellKey(table, self.survey, row, column),
            float(value) if known and value is not None else None,
            unit,
            "",
            0 if isinstance(value, int) else decimals,
            status=ObsStatus.NORMAL if known else ObsStatus.UNDEFINED,
            confidentiality=self.confidentiality,
            synthetic=self.confidentiality is Confidentiality.FREE,
        )


def _words(entry: Entry) -> str:
    """An entry as words.

    >>> _words("+"), _words(None), _words(3)
    ('+', '', '3')
    """
    return "" if entry is None else str(entry)


def _choice(name: str, value: object) -> str:
    """One choice of a specification; a choice that is on or off is said by its name.

    >>> _choice("weighted", True), _choice("sample", "all")
    ('weighted', 'all')
    """
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return str(value)


def _spaced(count: int, most: int) -> list[int]:
    """Places from the first to the last, at most so many, evenly apart.

    >>> _spaced(3, 5), _spaced(9, 3)
    ([0, 1, 2], [0, 4, 8])
    """
    if count <= most:
        return list(range(count))
    return [round(place * (count - 1) / (most - 1)) for place in range(most)]


def _whole(rows: Sequence[Sequence[Entry]], place: int) -> bool:
    """Whether a column counts: all its numbers are whole."""
    return all(row[place] is None or isinstance(row[place], int) for row in rows)
