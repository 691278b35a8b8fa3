"""Report sections as plain values: titles, paragraphs, tables and charts that any renderer can draw."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from firmtrade.errors import DataError, Place
from firmtrade.outputs.manifest import AGAIN

Entry = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: column heads, rows, the decimals to print, notes below it, and which columns hold p-values."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    decimals: int = 2
    notes: tuple[str, ...] = ()
    p_values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart as data: ``kind`` (``likert``, ``coefficients``, ``specification_curve``, ``eigenvalues``), the
    frame behind it, which column plays which part, and a description for those who cannot see it."""

    key: str
    kind: str
    title: str
    description: str
    data: pl.DataFrame
    encoding: dict[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[TableSpec, ...] = ()
    charts: tuple[ChartSpec, ...] = ()


def _rounded(value: object) -> object:
    """Ten digits of a number: more than is known, less than the order of additions decides. NaN is missing."""
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    return value


def as_data(sections: tuple[Section, ...]) -> list[dict[str, object]]:
    """Sections as nested lists and dictionaries, ready for JSON."""
    return [
        {
            "key": section.key,
            "title": section.title,
            "paragraphs": list(section.paragraphs),
            "tables": [
                {
                    "key": table.key,
                    "title": table.title,
                    "columns": list(table.columns),
                    "rows": [[_rounded(entry) for entry in row] for row in table.rows],
                    "decimals": table.decimals,
                    "notes": list(table.notes),
                    "p_values": list(table.p_values),
                }
                for table in section.tables
            ],
            "charts": [
                {
                    "key": chart.key,
                    "kind": chart.kind,
                    "title": chart.title,
                    "description": chart.description,
                    "data": [
                        {name: _rounded(value) for name, value in row.items()}
                        for row in chart.data.to_dicts()
                    ],
                    "encoding": chart.encoding,
                }
                for chart in section.charts
            ],
        }
        for section in sections
    ]


def read_sections(folder: Path, language: str) -> tuple[Section, ...]:
    """The sections of a survey's room; in English where it has none in the language.

    Raises
    ------
    DataError
        The file is missing, or is not what the program writes.
    """
    path = folder / f"sections.{language}.json"
    path = path if path.is_file() else folder / "sections.en.json"
    try:
        return tuple(
            Section(
                section["key"],
                section["title"],
                tuple(section["paragraphs"]),
                tuple(
                    TableSpec(
                        table["key"],
                        table["title"],
                        tuple(table["columns"]),
                        tuple(tuple(row) for row in table["rows"]),
                        table["decimals"],
                        tuple(table["notes"]),
                        tuple(table["p_values"]),
                    )
                    for table in section["tables"]
                ),
                tuple(
                    ChartSpec(
                        chart["key"],
                        chart["kind"],
                        chart["title"],
                        chart["description"],
                        pl.DataFrame(chart["data"], infer_schema_length=None),
                        chart["encoding"],
                    )
                    for chart in section["charts"]
                ),
            )
            for section in json.loads(path.read_text(encoding="utf-8"))
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DataError(
            "a file of the room is not as the program writes it", where=Place(file=str(path)), fix=AGAIN
        ) from error
