"""Tables of sections as frames: what is referred to is looked up, unrounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import polars as pl

from firmtrade.messages import Statement as Reference
from firmtrade.messages import language_of
from firmtrade.outputs.cell import CellKey
from firmtrade.outputs.layout import DecidedWords, Entry, SectionLayout, TableLayout, Words
from firmtrade.outputs.parts import part_of
from firmtrade.outputs.statements import Statements


def tables_of(sections: Iterable[SectionLayout]) -> dict[str, TableLayout]:
    """Every table by its name: its key, with that of its section before it where several tables have it."""
    found = [(section.key, table) for section in sections for table in section.tables()]
    often = Counter(table.key for _, table in found)
    return {
        table.key if often[table.key] == 1 else f"{section}/{table.key}": table for section, table in found
    }


def frame_of(table: TableLayout, statements: Statements, language: str = "en") -> pl.DataFrame:
    """A table as a frame: ``group`` where rows have one, ``rows`` (their labels), and one column for each of the table.

    A column of numbers holds numbers, null where there is none; one that holds words is text throughout.
    """
    say = _Sayer(statements, language)
    columns: dict[str, list[object]] = {}
    if any(row.group for row in table.rows):
        columns["group"] = [say.words(row.group) for row in table.rows]
    columns["rows"] = [say.words(row.label) for row in table.rows]
    for place, column in enumerate(table.columns):
        entries = [row.entries[place] for row in table.rows]
        if all(entry is None or isinstance(entry, Reference) for entry in entries):
            columns[column.key] = [say.number(entry) for entry in entries]
        else:
            columns[column.key] = [say.text(entry) for entry in entries]
    return pl.DataFrame(columns, strict=False)


class _Sayer:
    """Entries as numbers or as words of a language."""

    def __init__(self, statements: Statements, language: str) -> None:
        self.statements = statements
        self.language = language_of(language)

    def words(self, words: Words) -> str:
        return self.language.render(words, self._look_up)

    def number(self, entry: Entry) -> float | None:
        if not isinstance(entry, Reference):
            return None
        statement = self.statements.by_key.get(CellKey(*entry.key))
        return None if statement is None else part_of(statement, entry.part).value

    def text(self, entry: Entry) -> str | None:
        if entry is None:
            return None
        return self.words(entry.words if isinstance(entry, DecidedWords) else entry)

    def _look_up(self, reference: Reference) -> str:
        value = self.number(reference)
        return "" if value is None else f"{value:g}"
