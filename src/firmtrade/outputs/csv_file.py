"""CSV files that people open: written in one way, and no text in them is a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from firmtrade.outputs.formulas import defused, defused_frame

if TYPE_CHECKING:
    import polars as pl


class PlainEnds:
    """Lines that end in CR LF, as the standard writer must be told to put a text with either in quotes, made to end in
    LF."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        self._stream.write(line.removesuffix("\r\n") + "\n")


def write_csv(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write CSV as RFC 4180 has it, except that lines end in a plain line feed; returns the number of rows.

    None is an empty field, and every text is written as :func:`~firmtrade.outputs.formulas.defused` has it.
    """
    writer = csv.writer(PlainEnds(stream), lineterminator="\r\n")
    writer.writerow(map(defused, header))
    written = 0
    for row in rows:
        writer.writerow([defused(value) if isinstance(value, str) else value for value in row])
        written += 1
    return written


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """As :func:`write_csv`, as a text.

    >>> csv_text(("key", "label"), [("a", "=1+1"), (-1, None)])
    "key,label\\na,'=1+1\\n-1,\\n"
    """
    text = io.StringIO()
    write_csv(text, header, rows)
    return text.getvalue()


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """As :func:`write_csv`, in UTF-8."""
    return csv_text(header, rows).encode("utf-8")


def csv_frame(frame: pl.DataFrame) -> bytes:
    """A frame as CSV in UTF-8; its texts are written as :func:`write_csv` writes them."""
    return defused_frame(frame).write_csv().encode("utf-8")
