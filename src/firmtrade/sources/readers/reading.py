"""What a reader does: it turns one raw file into one Parquet file, and says what it saw on the way.

A reader changes nothing: rows stay in their order, columns keep their names, values their types. Whatever can
only be decided with the mapping (numbers, dates, codes, missing values) is decided later, in one place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile

ROW = "__row"
"""Column of a staged file: the row's number, headers counted, blank lines not. Without it, the position."""
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
"""Signs without a width: no part of a name."""
MIDNIGHT = " 00:00:00"
"""What a day has behind it where a program knows no days without a time."""
MOST_KEPT = 10_000
"""Broken rows that are kept with their text; the others are only counted."""
MOST_BROKEN = 1_000_000
"""More broken rows are no slips: the file has another layout."""


@dataclass(frozen=True, slots=True)
class StoredLabels:
    """Labels of variables, and of their values, as a statistical package stored them."""

    variables: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be split into columns."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one column of a workbook: how many, and the address of the first."""

    count: int
    first: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a reader saw beside the rows themselves.

    ``repeated`` are names that the header has more than once: for each, positions (from 1) and the names by which
    a mapping can tell them apart. ``renamed`` are names that differ from another in capitals only, with the names
    under which they are staged. ``numbers`` are columns whose cells are numbers although they are staged as text,
    ``long_numbers`` those in which some cell is a number of more digits than a workbook keeps; ``formulas`` are cells
    of a workbook without a stored value, by column; ``plain`` are columns of texts that need no cleaning, by the names
    under which they are staged.
    """

    labels: StoredLabels = field(default_factory=StoredLabels)
    broken: tuple[BrokenRow, ...] = ()
    n_broken: int = 0
    repeated: dict[str, dict[int, str]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    long_numbers: frozenset[str] = frozenset()
    formulas: dict[str, Cells] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()

    @property
    def floats(self) -> frozenset[str]:
        """Columns that are staged as text and hold floating numbers, of which whole ones are exact to 2**53."""
        return self.numbers | self.long_numbers


Read = Callable[[Path, RawFile, Path], FileReading]
"""``read(source, declared, target)`` writes ``target`` (Parquet) from ``source``."""


@contextmanager
def staging(target: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of a staged file: cheap to write, cheap to read again, read only once or twice, and gone after it."""
    with pq.ParquetWriter(target, schema, compression="none") as writer:
        yield writer


def unique_names(found: Iterable[str | None]) -> list[str]:
    """Names of columns as they are; a nameless one gets its position, those that repeat get numbers.

    The engine does not tell capitals from small letters, so `Vat` repeats `VAT`, which was there first.

    >>> unique_names(["9087", "", "9087", "VAT", "Vat"])
    ['9087 (1)', 'column2', '9087 (2)', 'VAT', 'Vat (2)']
    """
    given = _given(found)
    times = Counter(given)
    taken: set[str] = set()
    names = []
    for name in given:
        unique = name
        if times[name] > 1 or name.casefold() in taken:
            numbered = (f"{name} ({number})" for number in count(1 if times[name] > 1 else 2))
            free = {*taken, *(other.casefold() for other in given)}
            unique = next(name for name in numbered if name.casefold() not in free)
        taken.add(unique.casefold())
        names.append(unique)
    return names


def repeated_names(found: Iterable[str | None]) -> dict[str, dict[int, str]]:
    """Names that stand more than once, with their positions (from 1) and unique names.

    >>> repeated_names(["id", "nace", "nace"])
    {'nace': {2: 'nace (1)', 3: 'nace (2)'}}
    """
    given = _given(found)
    places = list(enumerate(zip(given, unique_names(given), strict=True), start=1))
    return {
        name: {position: unique for position, (other, unique) in places if other == name}
        for name, times in Counter(given).items()
        if times > 1
    }


def renamed_names(found: Iterable[str | None]) -> dict[str, str]:
    """Names that stand once and differ from an earlier one in capitals only, with their unique names.

    >>> renamed_names(["VAT", "nace", "Vat"])
    {'Vat': 'Vat (2)'}
    """
    given = _given(found)
    times = Counter(given)
    pairs = zip(given, unique_names(given), strict=True)
    return {name: unique for name, unique in pairs if times[name] == 1 and name != unique}


def _given(found: Iterable[str | None]) -> list[str]:
    return [
        INVISIBLE.sub("", name or "").strip() or f"column{position}"
        for position, name in enumerate(found, start=1)
    ]


def check_width(width: int, source: Path, declared: RawFile) -> None:
    """Refuse a file of too many columns before its rows are read.

    Raises
    ------
    InputError
        It has more than the mapping allows.
    """
    if width > declared.max_columns:
        raise InputError(
            f"it has {width:,} columns, and at most {declared.max_columns:,} are read",
            where=Place(file=source.name),
            fix=f"Is the `separator` right? If so, say `max_columns = {width}` of this file.",
        )


def none_left(source: Path, declared: RawFile) -> InputError:
    """The error of a file that ends above its header."""
    return InputError(
        f"no line is left below `skip_lines = {declared.skip_lines}`",
        where=Place(file=source.name),
        fix="Count the lines above the header again.",
    )
