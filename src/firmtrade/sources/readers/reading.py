"""What a reader does: it turns one raw file into one Parquet file, and says what it saw on the way.

A reader changes nothing: rows stay in their order, columns keep their names, values their types. Whatever can
only be decided with the mapping (numbers, dates, codes, missing values) is decided later, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.sources.mapping import RawFile

ROW = "__row"
"""Column of a staged file: the row's number, headers counted, blank lines not. Without it, the position."""
MOST_KEPT = 10_000
"""Broken rows that are kept with their text; the others are only counted."""
MOST_BROKEN = 1_000_000
"""More broken rows are no slips: the file has another layout."""


@dataclass(frozen=True, slots=True)
class Labels:
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
class Reading:
    """What a reader saw beside the rows themselves."""

    labels: Labels = field(default_factory=Labels)
    broken: tuple[BrokenRow, ...] = ()
    n_broken: int = 0


Read = Callable[[Path, RawFile, Path], Reading]
"""``read(source, declared, target)`` writes ``target`` (Parquet) from ``source``."""


@contextmanager
def staging(target: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A writer of a staged file: cheap to write, cheap to read again, and read only once or twice."""
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
        yield writer


def unique_names(found: Iterable[str | None]) -> list[str]:
    """Names of columns as they are; a nameless one gets its position, a repeated one its number.

    The engine does not tell capitals from small letters, so `Vat` repeats `VAT`.

    >>> unique_names(["9087", "", "9087", "VAT", "Vat"])
    ['9087', 'column2', '9087 (2)', 'VAT', 'Vat (2)']
    """
    seen: dict[str, int] = {}
    names = []
    for position, given in enumerate(found, start=1):
        name = (given or "").strip() or f"column{position}"
        folded = name.casefold()
        seen[folded] = seen.get(folded, 0) + 1
        names.append(name if seen[folded] == 1 else f"{name} ({seen[folded]})")
    return names
