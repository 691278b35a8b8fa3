"""Files of answers as survey systems and statistical packages write them, as a table of raw columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import polars as pl

from firmtrade.errors import InputError
from firmtrade.outputs.parquet_file import parquet_file
from firmtrade.sources.package_file import UnreadableError, package_file
from firmtrade.sources.workbook import read_sheet
from firmtrade.surveys.fieldwork.labels import plain_numbers

FORMATS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".sav", ".dta", ".parquet")

_SEPARATORS = "\t;,"
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_UNREADABLE = (
    OSError, ValueError, BadZipFile, UnicodeDecodeError, csv.Error, pl.exceptions.PolarsError,
    UnreadableError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawAnswers:
    """A file of answers as it is.

    ``missing`` holds, by column, what the file itself declares to be missing: single values and ranges of SPSS,
    extended missing values (``a`` to ``z``) of Stata. ``labels`` are the labels of its values, by column and value.
    """

    frame: pl.DataFrame
    missing: Mapping[str, tuple[tuple[Any, Any], ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)

    def value_labels(self, column: str) -> dict[str, str]:
        """The labels of the values of a column, by the value as a text."""
        labels = self.labels.get(column, {})
        values = plain_numbers(pl.Series([str(value) for value in labels], dtype=pl.String))
        return dict(zip(values, labels.values(), strict=True))

    def declared_missing(self, column: str) -> pl.Series:
        """Which values of a column the file declares to be missing, shape (n,)."""
        values = self.frame[column]
        found = pl.Series([False] * len(values), dtype=pl.Boolean)
        numbers = values.cast(pl.Float64, strict=False)
        texts = values.cast(pl.String, strict=False)
        for low, high in self.missing.get(column, ()):
            inside = texts == low if isinstance(low, str) else numbers.is_between(low, high)
            found |= inside.fill_null(False)
        return found


def read_answers(path: Path) -> RawAnswers:
    """Read a file of answers; its ending tells the format.

    Raises
    ------
    InputError
        The format is not known, or the file cannot be read.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"Answers in `{path.name}` have a format that is not read.",
            fix=f"Use one of {', '.join(FORMATS)}.",
        )
    try:
        if ending in (".sav", ".dta"):
            return _package(path, ending)
        if ending in (".xlsx", ".xls"):
            sheet = read_sheet(path)
            return RawAnswers(pl.DataFrame() if sheet is None else _headed(sheet.cells))
        return RawAnswers(parquet_file(path) if ending == ".parquet" else _delimited(path))
    except _UNREADABLE as error:
        raise InputError(
            f"The answers in `{path.name}` cannot be read ({type(error).__name__}).",
            fix="Export them again from the survey system, as UTF-8 where it is text.",
        ) from error


def _package(path: Path, ending: str) -> RawAnswers:
    with package_file(path, ending, user_missing=True) as file:
        return RawAnswers(pl.concat(file.pieces(), how="vertical_relaxed"), file.missing, file.value_labels)


def _delimited(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    text = content.decode(encoding)
    if "\n" not in text:  # lines end as on old Macs
        text = text.replace("\r", "\n")
    head = "".join(next(csv.reader(io.StringIO(text), delimiter="\0"), []))
    separator = max(_SEPARATORS, key=head.count)
    rows = pl.read_csv(io.BytesIO(text.encode()), separator=separator, infer_schema=False, has_header=False)
    return _headed(rows)


def _headed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of a file below their header, whatever number of lines it takes.

    SurveyMonkey writes a question over its first column and the lines below it; Qualtrics writes the texts and the
    import ids of its columns as rows of their own.
    """
    if rows.is_empty():
        return rows
    names = ["" if value is None else value.strip().strip('"') for value in rows.row(0)]
    body = rows.slice(1)
    lines = body.row(0) if len(body) else ()
    unnamed = [place for place, name in enumerate(names) if not name]
    if unnamed and lines and not lines[0] and all(lines[place] for place in unnamed):
        names, body = _joined(names, lines), body.slice(1)
    taken: dict[str, int] = {}
    for place, name in enumerate(names):
        taken[name] = taken.get(name, 0) + 1
        names[place] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return _without_heads(body.rename(dict(zip(body.columns, names, strict=True))))


def _joined(names: list[str], lines: Sequence[str | None]) -> list[str]:
    """Headings in two rows as one: a question that spans several columns stands before each of its lines.

    >>> _joined(["Id", "Do you?", "How?", ""], [None, "Response", "well", "often"])
    ['Id', 'Do you?', 'How? - well', 'How? - often']
    """
    found: list[str] = []
    question = ""
    for place, name in enumerate(names):
        question = name or question
        spans = not name or (place + 1 < len(names) and not names[place + 1])
        found.append(f"{question} - {lines[place]}" if spans else name)
    return found


_OWN_TEXTS = {"startdate": "start date", "recordeddate": "recorded date", "responseid": "response id"}
"""Columns of Qualtrics, and what stands in them in the row of the texts."""


def _without_heads(raw: pl.DataFrame) -> pl.DataFrame:
    """Answers without the texts and the import ids that Qualtrics writes below the header."""
    for row in range(min(2, len(raw))):
        if any(isinstance(value, str) and '"ImportId"' in value for value in raw.row(row)):
            return raw.slice(row + 1)
    for heading, text in zip(raw.columns, raw.row(0) if len(raw) else (), strict=False):
        if text is not None and _OWN_TEXTS.get(heading.lower()) == text.strip().lower():
            return raw.slice(1)
    return raw
