"""What tables about traders add to the form of all tables: groups of rows, heads over columns, and which of their
many numbers a figure shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from firmtrade.messages import Language, Year, keys_below
from firmtrade.query.cells import Line, TableSpec
from firmtrade.report.model import ChartKind, Row, Table

SECTIONS = {
    "dynamics": "dynamics",
    "transition": "dynamics",
    "distribution": "distribution",
    "concentration": "concentration",
    "trade": "trade",
}
"""The section of a chapter that a kind stands in."""

SHOWN: Mapping[str, tuple[str, ...]] = {
    "dynamics": ("entry_rate", "exit_rate", "survival_1"),
    "distribution": ("first_quartile", "median", "third_quartile"),
    "concentration": ("top_1_percent", "top_5_percent", "top_25_percent"),
    "trade": ("n_share", "value_share"),
}
"""Rows of dynamics, columns of the others that a figure shows: numbers of one unit, which one axis can hold."""

MODE_COLORS = {
    "no_internationalization": "none",
    "import_and_export": "both",
    "import_only": "import",
    "export_only": "export",
    "gone": "gone",
}


def shown(table: Any, spec: TableSpec) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Rows and columns that are printed: all of a table, those of a figure that it draws."""
    if not table.is_figure or table.kind not in SHOWN:
        return spec.rows, spec.columns
    keys = SHOWN[table.kind]
    if table.kind == "dynamics":
        return tuple(row for row in spec.rows if row.key in keys), spec.columns
    return spec.rows, tuple(column for column in spec.columns if column.key in keys)


def in_order(table: Any, rows: Sequence[Row]) -> list[Row]:
    """Rows as they are looked up: countries by name, whatever the accents; others as the kind has them."""
    if getattr(table, "rows", None) != "partner":
        return list(rows)
    return sorted(rows, key=lambda row: (row.emphasis, _bare(row.label)))


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def row_group(table: Any, line: Line, words: Language) -> str:
    """The heading that a row stands under: numbers of firms and rates of dynamics are set apart."""
    if table.kind != "dynamics" or table.is_figure:
        return ""
    return words.say("report.groups.counts" if line.unit == "count" else "report.groups.rates")


def spanner(table: Any, line: Line, words: Language) -> str:
    """The heading over a column."""
    if table.kind == "transition" and table.years and line.unit == "percent":
        return words.say("report.stubs.mode_became", year=Year(table.years[1]))
    if table.kind == "concentration" and line.key.startswith("top_"):
        return words.say("report.stubs.held")
    return ""


def stub(table: Any, words: Language) -> str:
    """The heading over the rows; empty where it is what the rows are made of."""
    if table.kind == "transition" and table.years:
        return words.say("report.stubs.mode_in", year=Year(table.years[0]))
    return words.say("report.stubs.dynamics") if table.kind == "dynamics" else ""


def traders(table: Any, words: Language) -> str:
    """Whom of its population the table is about: the exporters, the importers."""
    return words.say(f"report.words.{table.flow}ers") if hasattr(table, "flow") else ""


def chart_kind(table: Any) -> ChartKind:
    """The form of a figure about traders."""
    match table.kind:
        case "dynamics" if table.columns is None:
            return ChartKind.LINES
        case "transition":
            return ChartKind.PARTS
        case "concentration":
            return ChartKind.SMALL_MULTIPLES
        case _:
            return ChartKind.GROUPED_BARS


def roles(table: Any, spec: TableSpec) -> dict[str, str]:
    """The colours of a figure: modes keep theirs, groups of traders have that of their flow."""
    if table.kind == "transition":
        return MODE_COLORS
    if table.kind == "dynamics" or not hasattr(table, "flow"):
        return {}
    return {row.key: table.flow for row in spec.rows}


def short_labels(table: Any, words: Language) -> dict[str, str]:
    """Names of rows where a chart has less room than a table."""
    if table.kind != "dynamics":
        return {}
    return {key.rpartition(".")[2]: words.say(key) for key in keys_below("report.short")}


def finding_of(table: Any, data: Table, reference_year: int) -> tuple[str, Table]:
    """Which sentence, if any, a table says on the first page, and the part of it that says it.

    A total that leaves out firms of unknown class says nothing about all traders.
    """
    match table.kind:
        case "transition":
            return "transition", data
        case "dynamics" if table.columns is None:
            column = tuple(one for one in data.columns if one.key == str(reference_year))
            return f"{table.flow}_dynamics" if column else "", replace(
                data, columns=column, period=str(reference_year)
            )
        case "concentration" if all(row.key != "unknown" for row in data.rows):
            return f"{table.flow}_concentration", data
        case "trade" if table.rows == "type_of_trader":
            return f"{table.flow}_two_way", data
        case _:
            return "", data
