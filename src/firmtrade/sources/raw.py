"""Raw files as one table of text: whatever the format, a value is the text that a person would write for it.

The whole number 18 is ``18`` even where the file stores it as 18.0, a date is ``2002-12-31``, NaN and the
empty text are missing. So identifiers and codes compare in one way, and numbers keep the digits that the file
shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ibis
import pyarrow as pa

from firmtrade.errors import InputError, Place, suggest_found
from firmtrade.sources.engine import known_text, text_of_float
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.part import RawPart
from firmtrade.sources.readers import ROW, BrokenRow, StoredLabels

FILE, PATH = "__file", "__path"
PLACE, LAST = "__place", "__last"
NUMBER = "file_row_number"
"""What the engine calls the position of a row in its file, from 0."""
WRITTEN = (pa.string(), pa.large_string(), pa.string_view())


@dataclass(frozen=True, slots=True)
class RawTable:
    """Raw files with the same columns, as one table of the engine; ``name`` tells which file a row is of.

    ``plain`` are columns of texts that need no cleaning.
    """

    scanned: ibis.Table
    columns: tuple[str, ...]
    renamed: dict[str, str]
    plain: frozenset[str]
    name: ibis.Value

    def select(self, columns: tuple[str, ...], missing: tuple[str, ...]) -> ibis.Table:
        """These columns as text, the file's name and the row's number; what is not here is missing."""
        number = self.scanned[ROW] if ROW in self.scanned.columns else self.scanned[NUMBER] + 1
        texts = {}
        for name in columns:
            staged = self.renamed.get(name, name)
            known = staged in self.columns
            texts[name] = self._text(staged, missing) if known else ibis.null("string")
        return self.scanned.select(**texts, **{FILE: self.name, ROW: number.cast("int64")})

    def _text(self, staged: str, missing: tuple[str, ...]) -> ibis.Value:
        text = self.scanned[staged] if staged in self.plain else text_of(self.scanned[staged])
        return ibis.ifelse(text.isin(missing), ibis.null("string"), text) if missing else text


@dataclass(frozen=True, slots=True)
class Standing:
    """Which rows of several files stand, where later files replace rows of earlier ones.

    ``column`` holds what rows belong to; ``order`` has the place of each file (``FILE``, ``PLACE``), ``last`` that of
    the last file which replaces what earlier ones have of a value of ``column`` (``column``, ``LAST``).
    """

    column: str
    order: ibis.Table
    last: ibis.Table

    def of(self, rows: ibis.Table) -> ibis.Table:
        """Those of the rows that stand."""
        placed = rows.left_join(self.order, FILE).drop(f"{FILE}_right")
        judged = placed.left_join(self.last, self.column).drop(f"{self.column}_right")
        return judged.filter(judged[LAST].isnull() | (judged[PLACE] >= judged[LAST])).drop(PLACE, LAST)


@dataclass(frozen=True, slots=True)
class Raw:
    """All raw files of one declaration; ``standing`` tells which of their rows later files have not replaced."""

    name: str
    declared: RawFile
    parts: tuple[RawPart, ...]
    layouts: tuple[RawTable, ...]
    standing: Standing | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for layout in self.layouts for name in layout.columns))

    @property
    def largest_exact(self) -> dict[str, int]:
        """For columns of floating numbers, the largest whole number that is exact in every file.

        A workbook has no other numbers.
        """
        found: dict[str, int] = {}
        for part in self.parts:
            for name, largest in (part.largest_exact | dict.fromkeys(part.reading.floats, 2**53)).items():
                found[name] = min(largest, found.get(name, largest))
        return found

    @property
    def written(self) -> frozenset[str]:
        """Columns whose numbers are written as text in some file: their notation is a matter of the mapping."""
        return frozenset(
            one.name
            for part in self.parts
            for one in part.schema
            if one.type in WRITTEN and one.name not in part.reading.numbers
        )

    def rows(self, columns: Iterable[str]) -> ibis.Table:
        """These raw columns as trimmed text, with the file's name (``FILE``) and the row's number (``ROW``).

        Only what is asked for is in the query: a census has hundreds of columns, and a study needs ten.
        """
        wanted = tuple(dict.fromkeys(columns))
        if self.standing is None:
            return self.delivered(wanted)
        key = self.standing.column
        rows = self.delivered(tuple(dict.fromkeys((*wanted, key))))
        rows = self.standing.of(rows.filter(rows[FILE].notin(self.lists)) if self.lists else rows)
        return rows if key in wanted else rows.drop(key)

    def delivered(self, columns: tuple[str, ...]) -> ibis.Table:
        """The rows of all files, whether a later file replaces them or not."""
        tables = [layout.select(columns, self.declared.missing) for layout in self.layouts]
        return tables[0] if len(tables) == 1 else ibis.union(*tables)

    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the files that only list what is gone."""
        replaces = self.declared.replaces
        alone = () if replaces is None else (replaces.column,)
        return tuple(part.name for part in self.parts if part.columns == alone)

    @property
    def n_rows(self) -> int:
        """Rows of all files, broken ones included."""
        return sum(part.n_rows for part in self.parts)

    @property
    def empty(self) -> tuple[str, ...]:
        """Names of the files that have a header and no row."""
        return tuple(part.name for part in self.parts if part.n_rows == 0)

    @property
    def n_broken(self) -> int:
        return sum(part.reading.n_broken for part in self.parts)

    def broken(self) -> Iterator[tuple[str, BrokenRow]]:
        """Rows that could not be split into columns, with the name of their file."""
        for part in self.parts:
            for row in part.reading.broken:
                yield part.name, row

    def labels(self) -> dict[str, StoredLabels]:
        """Labels by file, where a file has any."""
        return {
            part.name: part.reading.labels for part in self.parts if part.reading.labels != StoredLabels()
        }

    def labels_of_values(self) -> dict[str, dict[str, dict[str, str]]]:
        """Labels of values by column and file."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for file, labels in self.labels().items():
            for column, values in labels.values.items():
                found.setdefault(column, {})[file] = values
        return found

    def require(self, columns: tuple[str, ...]) -> None:
        """Complain about a column that a file does not have.

        Raises
        ------
        InputError
            Names the file, the column and the nearest one that is there.
        """
        self.require_unambiguous(columns)
        self._require_told_apart(columns)
        for part in self.parts:
            if part.name in self.lists:
                continue
            for column in columns:
                if part.staged(column) not in part.columns:
                    raise InputError(
                        f"there is no column `{column}`",
                        where=Place(file=part.name),
                        fix=suggest_found(column, part.columns) + self._about_header(part),
                    )
                part.require_values(column)

    def _require_told_apart(self, columns: tuple[str, ...]) -> None:
        """Complain where a mapping reads two columns whose names differ in capitals only."""
        first: dict[str, str] = {}
        for column in columns:
            other = first.setdefault(column.casefold(), column)
            if other != column:
                renamed = self.parts[0].reading.renamed
                name = renamed.get(column) or renamed.get(other) or column
                raise InputError(
                    f"the columns `{other}` and `{column}` differ in capitals only",
                    where=Place(file=self.parts[0].name, column=column),
                    fix=f"Call the later one `{name}` in the mapping, or rename it in the file.",
                )

    def require_values(self, columns: Iterable[str]) -> None:
        """Complain about a column whose values cannot be read, in the files that have it."""
        for part in self.parts:
            for column in columns:
                part.require_values(column)

    def _about_header(self, part: RawPart) -> str:
        """What may be wrong with the header of a file in which a column is not found."""
        if len(part.columns) > 1:
            return ""
        if self.declared.skip_lines:
            return " It has one column only: is `skip_lines` right?"
        if part.reading.n_broken:
            return " Its first line has one field, and others have more: say how many lines `skip_lines` leaves out."
        return " It has one column only: is the `separator` right?"

    def require_unambiguous(self, columns: tuple[str, ...]) -> None:
        """Complain about a column that a file's header has more than once: which one counts is not ours to say.

        Raises
        ------
        InputError
            Names the file, the column, its positions, and the names that tell them apart.
        """
        for part in self.parts:
            for column in columns:
                if found := part.reading.repeated.get(column):
                    places = " and ".join(map(str, found))
                    choices = ", ".join(f"`{name}` for position {place}" for place, name in found.items())
                    raise InputError(
                        f"the header has `{column}` {len(found)} times, in positions {places}",
                        where=Place(file=part.name, column=column),
                        fix=f"Say which is read: map {choices}, or give them different names in the file.",
                    )


def text_of(column: ibis.Value) -> ibis.Value:
    """A raw value as the text that a person would write; null where it is missing."""
    kind = column.type()
    if kind.is_floating():
        return text_of_float(column)
    if kind.is_decimal():
        return column.cast("string").re_replace(r"\.0+$", "")
    if kind.is_timestamp():
        return column.cast("string").re_replace(" 00:00:00$", "")
    return known_text(column.cast("string"))
