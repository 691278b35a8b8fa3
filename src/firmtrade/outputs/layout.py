"""Sections of a results folder: what is printed where, as words and references to statements.

A layout holds no number of its own. Words are messages, rendered in the language of the page; a number is a reference
to a part of a statement, looked up when the page is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from firmtrade.messages import Slot, from_data, slots_of, to_data
from firmtrade.messages import Statement as Reference
from firmtrade.outputs.cell import CellKey

Words: TypeAlias = Slot
"""A text as it is written, a message, or a text that a study brings in several languages."""


@dataclass(frozen=True, slots=True)
class DecidedWords:
    """Words that statements decide, a verdict say: hidden where one of them is."""

    words: Words
    of: tuple[CellKey, ...]


Entry: TypeAlias = Words | DecidedWords | None
"""What stands at one place of a table: a reference to a number, words, or nothing."""


@dataclass(frozen=True, slots=True)
class RowLayout:
    """A row of a table, its entries in the order of the columns; rows of one group stand under one heading."""

    key: str
    label: Words
    entries: tuple[Entry, ...]
    group: Words = ""


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """A column of a table; columns of one spanner stand under one heading."""

    key: str
    label: Words
    spanner: Words = ""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table: words around references. ``key`` is unique within its section; ``of`` is what its cells are of."""

    key: str
    title: Words
    columns: tuple[ColumnLayout, ...]
    rows: tuple[RowLayout, ...]
    of: str
    stub: Words = ""
    population: Words = ""
    period: str = ""
    unit: Words = ""
    notes: tuple[Words, ...] = ()
    source: Words = ""


@dataclass(frozen=True, slots=True)
class ChartLayout:
    """A chart of a table: its form (``intervals``, ``curves``, ...) and the words along its axes."""

    form: str
    table: TableLayout
    x_label: Words = ""
    y_label: Words = ""
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class SectionLayout:
    """A section: paragraphs, then what was switched off and why, then tables and charts in print order.

    A paragraph that is hidden is left out.
    """

    key: str
    title: Words
    paragraphs: tuple[Words | DecidedWords, ...] = ()
    items: tuple[TableLayout | ChartLayout, ...] = ()
    level: int = 1
    switched_off: tuple[Words, ...] = ()

    def tables(self) -> Iterator[TableLayout]:
        """The tables of the section, those of its charts among them."""
        for item in self.items:
            yield item.table if isinstance(item, ChartLayout) else item


def references(sections: Iterable[SectionLayout]) -> Iterator[Reference]:
    """Every reference to a statement, in sentences too."""
    for section in sections:
        words: list[Any] = [section.title, *section.paragraphs, *section.switched_off]
        for table in section.tables():
            words += [table.title, table.stub, table.population, table.unit, table.source, *table.notes]
            words += [part for column in table.columns for part in (column.label, column.spanner)]
            for row in table.rows:
                words += [row.label, row.group, *row.entries]
        for each in words:
            if isinstance(each, DecidedWords):
                yield from (Reference(tuple(key)) for key in each.of)
            elif each is not None:
                yield from (slot for slot in slots_of(each) if isinstance(slot, Reference))


def sections_file(sections: Iterable[SectionLayout]) -> bytes:
    """``sections.json``: the same bytes for the same sections."""
    content = [_section(section) for section in sections]
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def sections_of(content: bytes) -> tuple[SectionLayout, ...]:
    """The sections that :func:`sections_file` wrote.

    Raises
    ------
    InputError
        A message in it cannot be read.
    ValueError, LookupError, TypeError
        It is of another form.
    """
    return tuple(_read_section(data) for data in json.loads(content))


def _section(section: SectionLayout) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": to_data(section.title),
        "level": section.level,
        "paragraphs": [_entry(each) for each in section.paragraphs],
        "switched_off": [to_data(each) for each in section.switched_off],
        "items": [
            _table(item)
            if isinstance(item, TableLayout)
            else {
                "form": item.form,
                "x_label": to_data(item.x_label),
                "y_label": to_data(item.y_label),
                "stepped": item.stepped,
                "table": _table(item.table),
            }
            for item in section.items
        ],
    }


def _table(table: TableLayout) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": to_data(table.title),
        "of": table.of,
        "stub": to_data(table.stub),
        "population": to_data(table.population),
        "period": table.period,
        "unit": to_data(table.unit),
        "notes": [to_data(note) for note in table.notes],
        "source": to_data(table.source),
        "columns": [[each.key, to_data(each.label), to_data(each.spanner)] for each in table.columns],
        "rows": [
            [row.key, to_data(row.label), to_data(row.group), [_entry(entry) for entry in row.entries]]
            for row in table.rows
        ],
    }


def _entry(entry: Entry) -> Any:
    match entry:
        case None:
            return None
        case DecidedWords(words, of):
            return {"judged": to_data(words), "of": [list(key) for key in of]}
        case _:
            return to_data(entry)


def _read_section(data: dict[str, Any]) -> SectionLayout:
    return SectionLayout(
        data["key"],
        from_data(data["title"]),
        tuple(filter(None, map(_read_entry, data["paragraphs"]))),
        tuple(_read_chart(item) if "form" in item else _read_table(item) for item in data["items"]),
        data["level"],
        tuple(map(from_data, data["switched_off"])),
    )


def _read_chart(data: dict[str, Any]) -> ChartLayout:
    return ChartLayout(
        data["form"],
        _read_table(data["table"]),
        from_data(data["x_label"]),
        from_data(data["y_label"]),
        data["stepped"],
    )


def _read_table(data: dict[str, Any]) -> TableLayout:
    return TableLayout(
        data["key"],
        from_data(data["title"]),
        tuple(ColumnLayout(key, from_data(label), from_data(over)) for key, label, over in data["columns"]),
        tuple(
            RowLayout(key, from_data(label), tuple(map(_read_entry, entries)), from_data(group))
            for key, label, group, entries in data["rows"]
        ),
        data["of"],
        from_data(data["stub"]),
        from_data(data["population"]),
        data["period"],
        from_data(data["unit"]),
        tuple(map(from_data, data["notes"])),
        from_data(data["source"]),
    )


def _read_entry(data: Any) -> Entry:
    if data is None:
        return None
    if isinstance(data, dict) and "judged" in data:
        return DecidedWords(from_data(data["judged"]), tuple(CellKey(*key) for key in data["of"]))
    return from_data(data)
