"""What a publication is made of: sections of tables and figures, as frozen values.

A table holds typed cells, never formatted text; language, number formats and pixels belong to the renderers.
Every format is made from the same :class:`Document`, so that no two of them can disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from firmtrade.messages import Message, Slot
from firmtrade.outputs import Cell, CellKey, Curve, Estimate, ObsStatus

HIDDEN = frozenset({ObsStatus.SUPPRESSED, ObsStatus.NOT_COMPUTED, ObsStatus.UNDEFINED})
"""Statuses that print a mark instead of a number."""


class ChartKind(StrEnum):
    """The forms a chart of aggregates may take."""

    GROUPED_BARS = "grouped_bars"
    """A group of bars per row of the table, a bar per column."""
    STACKED_BAR = "stacked_bar"
    """Parts of one whole: a single bar, a segment per row."""
    LINES = "lines"
    """A line per row, columns along time, labels at the ends."""
    SMALL_MULTIPLES = "small_multiples"
    """A panel per row, a bar per column."""
    INTERVALS = "intervals"
    """A point with its interval per row; columns ``estimate``, ``conf_low`` and ``conf_high``."""
    CURVES = "curves"
    """Curves along a number, the key of the row; columns ``SERIES/y``, ``SERIES/low``, ``SERIES/high``."""
    FLOW = "flow"
    """From each row to each column: a field of shares, darker where more."""
    LIKERT = "likert"
    """Answers to each row's question: one bar of 100 per row, a segment per column from low to high."""
    PARTS = "parts"
    """A bar of 100 per row of the table, a segment per column of shares."""
    SPECIFICATIONS = "specifications"
    """An estimate with its interval per row, in order of size, above the choices (``texts``) that made it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; rows of one ``group`` that follow each other stand under one heading."""

    key: str
    label: str
    group: str = ""
    emphasis: bool = False
    """True for totals, which are set apart."""
    sums: bool = False
    """True where it sums up other rows, all of them or some."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; columns of one ``spanner`` that follow each other stand under one heading."""

    key: str
    label: str
    spanner: str = ""
    signed: bool = False
    """True where a positive number prints its plus sign: changes and growth rates."""
    population: str = ""
    """The name of its population, where a table sets several side by side."""


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table.

    ``id`` is the table of its cells' keys (``4``, ``fig15``) and the name of its files; ``number`` is what
    is printed after the word Table (or Figure). ``cells`` maps (row key, column key) to a cell; a position
    without a cell is empty by design (a mode that has no scope) and prints nothing. ``needs`` names the
    inputs that are missing where the table could not be computed at all.
    """

    id: str
    number: str
    title: str
    rows: tuple[Row, ...] = ()
    columns: tuple[Column, ...] = ()
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    stub: str = ""
    population: str = ""
    period: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    needs: str = ""
    ranked_by: str = ""
    """Key of the column whose largest numbers pages print where the list is long; all rows without it."""
    subject: str = ""
    """What it is about, where the title states a result."""
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Language in place of a number, by (row key, column key): a verdict, the text of a question."""

    @property
    def about(self) -> str:
        """What stands below the title: its subject, population and period."""
        return " · ".join(part for part in (self.subject, self.population, self.period) if part)

    @property
    def computed(self) -> bool:
        """False where a placeholder stands for the table."""
        return bool(self.cells or self.texts) and not self.needs

    def cell(self, row: Row | str, column: Column | str) -> Cell | None:
        """The cell of a row and a column, or None where the table has none."""
        row_key = row if isinstance(row, str) else row.key
        column_key = column if isinstance(column, str) else column.key
        return self.cells.get((row_key, column_key))

    def ordered_cells(self) -> Iterator[tuple[Row, Column, Cell]]:
        """The cells in print order, with their row and column."""
        for row in self.rows:
            for column in self.columns:
                cell = self.cells.get((row.key, column.key))
                if cell is not None:
                    yield row, column, cell


def by_population(table: Table) -> Mapping[str, Table]:
    """The table of each population by its name, in print order; the table itself where it has one only."""
    names = tuple(dict.fromkeys(column.population for column in table.columns))
    if len(names) <= 1:
        return {"": table}
    found = {}
    for name in names:
        columns = tuple(replace(one, spanner="") for one in table.columns if one.population == name)
        keys = {column.key for column in columns}
        cells = {place: cell for place, cell in table.cells.items() if place[1] in keys}
        rows = tuple(row for row in table.rows if any(place[0] == row.key for place in cells))
        found[name] = replace(table, rows=rows, columns=columns, cells=cells, population=name)
    return found


def with_distinct_labels(table: Table) -> Table:
    """The table with no two rows of one label, and no two columns, as a chart needs that places what it draws by label.

    Rows of several groups are told apart by their group; those that are alike even so, by their number.
    """
    seen = Counter(row.label for row in table.rows)
    named = [
        f"{row.label} ({row.group})" if seen[row.label] > 1 and row.group else row.label for row in table.rows
    ]
    rows = zip(table.rows, _numbered(named, named), strict=True)
    heads = [column.label for column in table.columns]
    columns = zip(
        table.columns,
        _numbered(heads, [(column.spanner, column.label) for column in table.columns]),
        strict=True,
    )
    return replace(
        table,
        rows=tuple(replace(row, label=label) for row, label in rows),
        columns=tuple(replace(column, label=label) for column, label in columns),
    )


def _numbered(labels: Sequence[str], alike: Sequence[Hashable]) -> list[str]:
    """Labels, with a number where what they are known by is there more than once."""
    often, met = Counter(alike), Counter[Hashable]()
    found = []
    for label, one in zip(labels, alike, strict=True):
        met[one] += 1
        found.append(f"{label} ({met[one]})" if often[one] > 1 else label)
    return found


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure: a chart and the table of its data, which always stands beside it.

    ``colors`` gives the role of each series, by key of row or column, where the palette should keep a meaning
    across figures (export is always one hue); the others take the palette in order.
    """

    table: Table
    kind: ChartKind
    alternative: str
    colors: Mapping[str, str] = field(default_factory=dict)
    short_labels: Mapping[str, str] = field(default_factory=dict)
    x_label: str = ""
    y_label: str = ""
    stepped: bool = False
    """True for a curve that keeps its value until the next point: a survival function."""
    draw_unknown: bool = False
    """Whether firms of unknown class are drawn, not only said in the table beside the picture."""
    by_size: frozenset[str] = frozenset()
    """``rows`` or ``columns`` whose order means nothing: their bars are drawn from the longest to the shortest."""
    printed_by: str = ""
    """The id of a table of the publication that prints the same numbers, so that the picture needs none beside it."""
    source: str = ""
    """Where its numbers come from, which a picture that travels alone says before what its table names as source."""
    span: tuple[float, float] | None = None
    """The least and the greatest number of its scale, where several panels share one; those of its own otherwise."""

    def panels(self, span: tuple[float, float] | None = None) -> Mapping[str, Figure]:
        """A figure of each population by its name, all on one scale; the figure itself where it has one.

        Bars that set one number of each population side by side are a single picture.
        """
        parts = by_population(self.table)
        bars = self.kind is ChartKind.GROUPED_BARS and len(parts) == len(self.table.columns)
        if len(parts) == 1 or bars:
            return {"": self}
        return {name: replace(self, table=table, span=span) for name, table in parts.items()}

    @property
    def drawn(self) -> bool:
        """False where no number stands behind the chart: the table beside it says so, and no empty axis is drawn."""
        numbers = (cell for cell in self.table.cells.values() if cell.status not in HIDDEN)
        return self.table.computed and any(cell.value is not None for cell in numbers)


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one number came about, without any number that is not published itself.

    ``inputs`` names canonical tables and columns; ``published`` the cells that the statement rests on.
    """

    key: CellKey
    definition: str
    """What its row and column mean; empty where the table says it all."""
    formula: str = ""
    query: str = ""
    inputs: tuple[str, ...] = ()
    published: tuple[CellKey, ...] = ()
    source: str = ""
    of_table: str = ""
    """What holds for every number of its table and population."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of the first page, whom it is about, and the cells that it says."""

    about: str
    text: str
    table: str
    cells: tuple[CellKey, ...]
    kind: str = ""
    """Which sentence it is, by its key; the rules of the front page know some."""
    verdict: bool = False
    """Whether it is what models decide, in words."""


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A word and what is said of it, in a paragraph or several."""

    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the publication. ``level`` 1 is a chapter, 2 a section of it."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[Table | Figure, ...] = ()
    level: int = 1
    terms: tuple[GlossaryTerm, ...] = ()
    """Words and what they mean, after the paragraphs."""
    annex: bool = False
    """Whether paper prints its pictures where it stands, and its tables and the data of its pictures in an annex."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers come from. Nothing here depends on a clock or on a place in a file system."""

    study: str
    data: str
    """``real`` or ``synthetic``."""
    data_fingerprint: str
    study_fingerprint: str = ""
    program_version: str = ""
    protection: str = ""
    """How the outputs were protected, in a word or two; empty where they were not."""
    switched_off: tuple[Slot, ...] = ()
    """What was switched off, and why."""
    notes: tuple[Message, ...] = ()
    """What of the data counts nowhere, and which populations are empty."""
    surveys: tuple[str, ...] = ()
    """Surveys published beside the study, each with its kind of data and its fingerprint."""
    versions: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    """Whom readers may write to."""
    next_release: str = ""
    """When the next numbers are due, as the study says it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A publication in one language."""

    title: str
    subtitle: str
    language: str
    provenance: Provenance
    sections: tuple[Section, ...] = ()
    findings: tuple[Finding, ...] = ()
    explanations: Mapping[CellKey, Explanation] = field(default_factory=dict)
    banner: str = ""
    """Printed on every page: SYNTHETIC DATA or NOT FOR RELEASE."""
    estimates: tuple[Estimate, ...] = ()
    """Every estimate of the models, printed in a table or not."""
    curves: tuple[Curve, ...] = ()
    study: str = ""
    """The text of the study, where the release carries it: what its numbers mean, for whoever attacks them."""

    def items(self) -> Iterator[Table | Figure]:
        """Tables and figures in print order."""
        for section in self.sections:
            yield from section.items

    def tables(self) -> Iterator[Table]:
        """Tables in print order, the data of figures among them."""
        for item in self.items():
            yield item.table if isinstance(item, Figure) else item

    def figures(self) -> Iterator[Figure]:
        """Figures in print order."""
        for item in self.items():
            if isinstance(item, Figure):
                yield item
