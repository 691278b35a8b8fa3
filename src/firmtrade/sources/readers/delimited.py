"""Delimited text (CSV): any separator, quote and encoding, streamed in blocks.

Every value stays text. Nothing is guessed: not the separator, not the encoding, and ``NA`` is not missing
unless the mapping says so (it is Namibia).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import (
    MOST_BROKEN,
    MOST_KEPT,
    ROW,
    BrokenRow,
    Reading,
    none_left,
    repeated_names,
    staging,
    unique_names,
)

BLOCK = 1 << 24


def read_delimited(source: Path, declared: RawFile, target: Path) -> Reading:
    """Read a delimited text file.

    Raises
    ------
    InputError
        The file is empty, is not in the declared encoding, or a quote that is opened is never closed.
    """
    given, lines_above, has_rows = _header(source, declared)
    names = unique_names(given)
    broken = _Broken()
    schema = pa.schema([*((name, pa.string()) for name in names), (ROW, pa.int64())])
    options = {
        "read_options": pc.ReadOptions(
            use_threads=False,  # only one thread knows the numbers of broken rows
            encoding=declared.encoding,
            column_names=names,
            skip_rows=lines_above,
            block_size=BLOCK,
        ),
        "parse_options": pc.ParseOptions(
            delimiter=declared.separator,
            quote_char=declared.quote or False,
            newlines_in_values=bool(declared.quote),
            invalid_row_handler=broken.note,
        ),
        "convert_options": pc.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, null_values=[]
        ),
    }
    try:
        blocks = pc.open_csv(source, **options) if has_rows else []
        with staging(target, schema) as writer:
            row = lines_above
            for block in blocks:
                numbers, row = broken.skip(row, block.num_rows)
                writer.write_batch(block.append_column(ROW, pa.array(numbers, pa.int64())))
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise _explained(error, source, declared) from error
    broken.complain_about_open_quotes(source, declared)
    return Reading(broken=tuple(broken.kept), n_broken=broken.count, repeated=repeated_names(given))


@dataclass
class _Broken:
    """Rows that do not have as many fields as the header, as the parser meets them."""

    kept: list[BrokenRow] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    count: int = 0

    def note(self, row: pc.InvalidRow) -> str:
        self.count += 1
        if self.count > MOST_BROKEN:
            return "error"
        self.numbers.append(row.number)
        if len(self.kept) < MOST_KEPT:
            reason = f"{row.actual_columns} fields where the header has {row.expected_columns}"
            self.kept.append(BrokenRow(row.number, reason, row.text))
        return "skip"

    def skip(self, last: int, rows: int) -> tuple[np.ndarray, int]:
        """Numbers of the next good rows after row ``last``: those between broken ones."""
        numbers = np.arange(last + 1, last + 1 + rows + len(self.numbers))
        good = numbers[~np.isin(numbers, self.numbers)][:rows]
        last = int(good[-1]) if rows else last
        self.numbers = [number for number in self.numbers if number > last]
        return good, last

    def complain_about_open_quotes(self, source: Path, declared: RawFile) -> None:
        for row in self.kept:
            if declared.quote and "\n" in row.text and row.text.count(declared.quote) % 2:
                raise InputError(
                    "a quoted text that begins here never ends: the rows after it cannot be read",
                    where=Place(file=source.name, line=row.row),
                    fix='If the file does not quote its texts, say `quote = ""`.',
                )


def _header(source: Path, declared: RawFile) -> tuple[list[str], int, bool]:
    """Names of the columns as given, how many lines stand above the first row, and whether there is one."""
    encoding = "utf-8-sig" if declared.encoding == "utf-8" else declared.encoding
    try:
        with source.open(encoding=encoding, newline="") as stream:
            for _ in range(declared.skip_lines):
                stream.readline()
            rows = csv.reader(
                stream,
                delimiter=declared.separator,
                quotechar=declared.quote or '"',
                quoting=csv.QUOTE_MINIMAL if declared.quote else csv.QUOTE_NONE,
            )
            first = next((row for row in rows if row), None)
            below = declared.skip_lines + rows.line_num
            has_rows = not declared.header or any(line.strip() for line in stream)
    except (UnicodeError, csv.Error) as error:
        raise _explained(error, source, declared) from error
    if first is None and declared.skip_lines:
        raise none_left(source, declared)
    if first is None:
        raise InputError("this file is empty", where=Place(file=source.name), fix="Check how it was written.")
    if declared.header:
        return first, below, has_rows
    names = list(declared.names) or [f"column{position}" for position in range(1, len(first) + 1)]
    if len(names) != len(first):
        raise InputError(
            f"its first row has {len(first)} fields, and the mapping names {len(names)} columns",
            where=Place(file=source.name),
            fix="Name every column in `names`.",
        )
    return names, declared.skip_lines, True


def _explained(error: Exception, source: Path, declared: RawFile) -> InputError:
    if isinstance(error, UnicodeError) or "UTF8" in str(error):
        return InputError(
            f"this file is not in the encoding {declared.encoding}",
            where=Place(file=source.name),
            fix='Say its `encoding`, such as "latin-1", "cp1252" or "utf-16".',
        )
    return InputError(
        "this file cannot be split into rows and columns as the mapping says",
        where=Place(file=source.name),
        fix='Check `separator` and `quote`. If the file does not quote its texts, say `quote = ""`: a quoted text '
        "may never end.",
    )
