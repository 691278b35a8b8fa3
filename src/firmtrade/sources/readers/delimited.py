"""Delimited text (CSV): any separator, quote and encoding, streamed in blocks.

Every value stays text. Nothing is guessed: not the separator, not the encoding, and ``NA`` is not missing
unless the mapping says so (it is Namibia). Every line arrives in a row or is refused with its number; blank lines are
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as pc

from firmtrade.errors import InputError, Place
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.lines import NEWLINE, blocks
from firmtrade.sources.readers.plain import plain_columns
from firmtrade.sources.readers.reading import (
    MOST_BROKEN,
    MOST_KEPT,
    ROW,
    BrokenRow,
    FileReading,
    check_width,
    none_left,
    renamed_names,
    repeated_names,
    staging,
    unique_names,
)
from firmtrade.sources.readers.split import Marks, Split, read_record, split

SEPARATOR, QUOTE = b"\x1f", b"\x1e"
"""Stand in for a separator or quote that takes several bytes in UTF-8."""
PARSED_AT_ONCE = 1 << 22


def read_delimited(source: Path, declared: RawFile, target: Path) -> FileReading:
    """Read a delimited text file.

    Raises
    ------
    InputError
        The file is empty, is not in the declared encoding, or cannot be split as the mapping says.
    """
    stand_ins = {
        mark: byte
        for mark, byte in ((declared.separator, SEPARATOR), (declared.quote, QUOTE))
        if not mark.isascii()
    }
    marks = Marks(
        _byte(declared.separator, stand_ins), _byte(declared.quote, stand_ins) if declared.quote else None
    )
    try:
        found = blocks(source, declared.encoding, stand_ins)
        given, line, found = _header(found, source, declared, marks)
        check_width(len(given), source, declared)
        return _rows(found, line, given, source, declared, marks, target)
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise _explained(error, source, declared) from error


def _byte(mark: str, stand_ins: dict[str, bytes]) -> int:
    return stand_ins.get(mark, mark.encode())[0]


def _header(
    found: Iterator[bytes], source: Path, declared: RawFile, marks: Marks
) -> tuple[list[str], int, Iterator[bytes]]:
    """Names of the columns as given, the number of the first line below them, and the lines from there on."""
    line, block = 1, b""
    for block in found:
        if line + block.count(NEWLINE) > declared.skip_lines:
            break
        line, block = line + block.count(NEWLINE), b""
    while block and (line <= declared.skip_lines or not block.partition(NEWLINE)[0].strip(b"\r")):
        block, line = block.partition(NEWLINE)[2], line + 1
        block = block or next(found, b"")
    if not block and declared.skip_lines:
        raise none_left(source, declared)
    if not block:
        raise InputError("this file is empty", where=Place(file=source.name), fix="Check how it was written.")
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(data == NEWLINE[0])
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    first = read_record(block, starts, ends, 0, marks)
    if declared.header:
        if first.reason:
            raise InputError(
                f"the header cannot be split into names: {first.reason}",
                where=Place(file=source.name, line=line),
                fix='Check `separator` and `quote`. If the file does not quote its texts, say `quote = ""`.',
            )
        below = int(ends[first.lines - 1]) + 1
        return first.fields, line + first.lines, _from(block[below:], found)
    names = list(declared.names) or [f"column{position}" for position in range(1, len(first.fields) + 1)]
    if len(names) != len(first.fields):
        raise InputError(
            f"its first row has {len(first.fields)} fields, and the mapping names {len(names)} columns",
            where=Place(file=source.name),
            fix="Name every column in `names`.",
        )
    return names, line, _from(block, found)


def _from(block: bytes, more: Iterator[bytes]) -> Iterator[bytes]:
    if block:
        yield block
    yield from more


def _rows(
    found: Iterator[bytes], line: int, given: list[str], source: Path, declared: RawFile, marks: Marks, target: Path
) -> FileReading:  # fmt: skip
    """Write the rows to ``target``, from a line on; what is refused is in the reading."""
    names = unique_names(given)
    schema = pa.schema([*((name, pa.string()) for name in names), (ROW, pa.int64())])
    broken: list[BrokenRow] = []
    n_broken = 0
    plain = frozenset(names)
    with staging(target, schema) as writer:
        held, at = b"", line
        block = next(found, b"")
        while block:
            following = next(found, b"")
            block = held + block
            split_rows = split(block, at, len(names), marks, last=not following, keep=MOST_KEPT - len(broken))
            for table in _tables(split_rows, schema, declared, marks):
                writer.write_table(table)
                plain &= plain_columns(table)
            broken += split_rows.broken
            n_broken += split_rows.n_broken
            if n_broken > MOST_BROKEN:
                raise _unsplit(source)
            held, at = split_rows.rest, split_rows.rest_at if split_rows.rest else at + block.count(NEWLINE)
            block = following
    return FileReading(
        broken=tuple(_restored(row, declared) for row in sorted(broken, key=lambda row: row.row)[:MOST_KEPT]),
        n_broken=n_broken,
        repeated=repeated_names(given),
        renamed=renamed_names(given),
        plain=plain,
    )


def _tables(split_rows: Split, schema: pa.Schema, declared: RawFile, marks: Marks) -> Iterator[pa.Table]:
    """The rows of a block: those on lines of their own, and those that were read sign by sign."""
    if split_rows.lines and len(split_rows.numbers):
        table = _parsed(split_rows.lines, schema.names[:-1], marks)
        if table.num_rows != len(split_rows.numbers):
            raise pa.ArrowInvalid("the parser and the lines do not agree")
        for mark, byte in ((declared.separator, SEPARATOR), (declared.quote, QUOTE)):
            if not mark.isascii():
                columns = [compute.replace_substring(column, byte.decode(), mark) for column in table.columns]
                table = pa.table(columns, names=table.column_names)
        yield table.append_column(ROW, pa.array(split_rows.numbers, pa.int64())).cast(schema)
    if split_rows.rows:
        parts = zip(*(fields for _, fields in split_rows.rows), strict=True)
        arrays = [
            pa.array([_original(text, declared) or None for text in column], pa.string()) for column in parts
        ]
        arrays.append(pa.array([number for number, _ in split_rows.rows], pa.int64()))
        yield pa.Table.from_arrays(arrays, schema=schema)


def _parsed(lines: bytes, names: Iterable[str], marks: Marks) -> pa.Table:
    columns = list(names)
    return pc.read_csv(
        pa.BufferReader(lines),
        read_options=pc.ReadOptions(column_names=columns, block_size=PARSED_AT_ONCE),
        parse_options=pc.ParseOptions(
            delimiter=chr(marks.separator),
            quote_char=chr(marks.quote) if marks.quote is not None else False,
            double_quote=marks.quote is not None,
        ),
        convert_options=pc.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _original(text: str, declared: RawFile) -> str:
    """A text with the marks of the file instead of what stands in for them."""
    for mark, byte in ((declared.separator, SEPARATOR), (declared.quote, QUOTE)):
        if not mark.isascii():
            text = text.replace(byte.decode(), mark)
    return text


def _restored(row: BrokenRow, declared: RawFile) -> BrokenRow:
    return BrokenRow(row.row, row.reason, _original(row.text, declared))


def _explained(error: Exception, source: Path, declared: RawFile) -> InputError:
    if isinstance(error, UnicodeError) or "UTF8" in str(error):
        return InputError(
            f"this file is not in the encoding {declared.encoding}",
            where=Place(file=source.name),
            fix='Say its `encoding`, such as "latin-1", "cp1252" or "utf-16".',
        )
    return _unsplit(source)


def _unsplit(source: Path) -> InputError:
    return InputError(
        "this file cannot be split into rows and columns as the mapping says",
        where=Place(file=source.name),
        fix='Check `separator` and `quote`. If the file does not quote its texts, say `quote = ""`: a quoted text '
        "may never end.",
    )
