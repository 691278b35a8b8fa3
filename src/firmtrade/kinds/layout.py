"""How the tables of a kind are laid out: values that a page of any format and language is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from firmtrade.kinds.keys import COHORTS
from firmtrade.messages import Count, Message, Text, Year, has, message
from firmtrade.query.cells import Line, TableSpec
from firmtrade.study import Study, TableDeclaration

Head: TypeAlias = Message | Text
"""What a heading says."""


PARTS = (
    "mode", "structure", "exporters", "importers", "ventures", "dynamics", "distribution", "concentration", "trade",
    "median", "weighted",
)  # fmt: skip
"""Sections of a population's chapter, in print order; a section that is not among them comes after these."""


class Chart(StrEnum):
    """The form of a figure made of a table."""

    GROUPED_BARS = "grouped_bars"
    STACKED_BAR = "stacked_bar"
    LINES = "lines"
    SMALL_MULTIPLES = "small_multiples"
    PARTS = "parts"


FLOW_COLORS: Mapping[str, str] = {
    "intra_eu_import": "import_intra",
    "extra_eu_import": "import_light",
    "intra_eu_export": "export_intra",
    "extra_eu_export": "export_light",
    "import": "import",
    "export": "export",
    "inv": "inv",
    "dnv": "dnv",
    "import_and_export": "both",
    "import_only": "import_only",
    "export_only": "export_only",
    "no_internationalization": "none",
}
"""Import is blue and export is orange in every figure; each has a colour of its own."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table or figure stands in the publication, and what stands around its numbers."""

    part: str
    """The section of its population's chapter."""
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    """The lines that are printed: all of a table, those of a figure that it draws."""
    place: int = 0
    """The order within the section; of two with the same, the one that the study declares first."""
    stub: Head | None = None
    """The heading over the rows."""
    spanners: Mapping[str, Head] = field(default_factory=dict)
    """Headings over columns, by column."""
    row_groups: Mapping[str, Head] = field(default_factory=dict)
    """Headings over groups of rows, by row."""
    about: tuple[Head, ...] = ()
    """Whom of its population the table is about."""
    signed: frozenset[str] = frozenset()
    """Columns whose positive numbers print their plus."""
    by_name: bool = False
    """Whether rows are looked up by name, so that they stand in its order in each language."""
    largest: str = ""
    """A column by which a long list is ranked, of which pages print the largest rows alone."""
    chart: Chart = Chart.GROUPED_BARS
    colors: Mapping[str, str] = field(default_factory=lambda: FLOW_COLORS)
    """Roles of colour by row or column."""
    short_labels: Mapping[str, Head] = field(default_factory=dict)
    """Names of rows where a chart has less room than a table."""
    y_label: str = ""


def figure_first(table: TableDeclaration, matter: int = 0) -> int:
    """The place of a table in a section ordered by matter, where a figure comes before the table of the same."""
    return 2 * matter + (not table.is_figure)


def drawn(table: TableDeclaration, lines: Sequence[Line], keys: Sequence[str]) -> tuple[Line, ...]:
    """All lines of a table; of a figure those that one axis can hold."""
    return tuple(line for line in lines if not table.is_figure or line.key in keys)


def of_flags(rows: str) -> Chart:
    """The form of a figure about flags: a panel for each of several flows."""
    return Chart.SMALL_MULTIPLES if rows == "trade_flow" else Chart.GROUPED_BARS


def heading(study: Study, name: str) -> Head | None:
    """What a side of a table is called: the label of an attribute, or the words for a set of flags."""
    if name in study.attributes:
        return study.attributes[name].label
    key = f"report.stubs.{name}"
    return message(key) if has(key) else None


def attribute_over(study: Study, name: str | None, columns: Sequence[Line]) -> dict[str, Head]:
    """The label of an attribute over the columns that are its classes."""
    if name is None or name not in study.attributes:
        return {}
    return {
        column.key: study.attributes[name].label for column in columns if column.key not in {"n", "nace_code"}
    }


def cohort_of(study: Study, cohort: str | None) -> tuple[Head, ...]:
    """The label of a founding cohort."""
    return (
        tuple(band.label for band in study.attributes[COHORTS].classes if band.key == cohort)
        if cohort
        else ()
    )


def panel_of(study: Study) -> Head:
    """The words for the firms of the panel."""
    return message("report.words.panel", first=Year(study.first_year), last=Year(study.last_year))


def every(step: int) -> tuple[Head, ...]:
    """The words for a record of which there is a wave every so many years; none of a record of every year."""
    return () if step == 1 else (message("report.words.every", years=Count(step)),)


def of_sample(study: Study) -> tuple[Head, ...]:
    """The words for records that are a sample: what it means there that a firm is missing from a year."""
    return (message("report.words.sample"),) if study.is_sample else ()


def prices_of(table: TableDeclaration, study: Study, spec: TableSpec) -> tuple[Head, ...]:
    """The words for the prices that amounts are at, in a study with a deflator: those of the base year where a table
    compares years, and current ones where it shows amounts of the reference year alone. Without a deflator the notes
    on the data tell."""
    if study.deflator is None:
        return ()
    if table.compares_money:
        return (message("report.words.prices", year=Year(study.deflator.base)),)
    if any(cell.unit.startswith(study.value_unit) for cell in spec.cells):
        return (message("report.words.current_prices", year=Year(study.reference_year)),)
    return ()


def traders_of(flow: str) -> Head:
    """The words for the traders of a flow."""
    return message(f"report.words.{flow}ers")
