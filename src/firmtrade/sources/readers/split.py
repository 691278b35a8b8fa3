"""Lines of delimited text told apart: whole rows, rows over several lines, and rows that are refused.

A text in quotes ends where its quote closes, and a separator or the end of the line must follow. A quote that opens
and never closes, or closes in the middle of a text, is a slip of its own line: that line is refused with its number,
and the lines after it are read as rows again, so that one stray quote does not swallow its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from firmtrade.sources.readers.reading import BrokenRow

NEWLINE, RETURN = 10, 13
MOST_LINES, MOST_BYTES = 1_000, 1 << 20
"""A text in quotes that is longer is taken to have no end."""

Positions = npt.NDArray[np.int64]
AFTER_QUOTE = "text stands after a closing quote"
OPEN_QUOTE = "a quote opens and does not close"
OVER_ROWS = "a quote opens and closes in a later row"
STRAY_RETURN = "a carriage return stands in the middle"


@dataclass(frozen=True, slots=True)
class Marks:
    """The bytes that separate and quote fields; ``quote`` is None where nothing is quoted."""

    separator: int
    quote: int | None


@dataclass(slots=True)
class Split:
    """A block of lines, told apart.

    ``lines`` are the bytes of the lines that are whole rows, ``numbers`` their line numbers; ``rows`` are rows that
    had to be read sign by sign, each with the number of its first line; ``rest`` are lines at the end of the block
    that belong together with the next one, from line ``rest_at`` on.
    """

    lines: bytes
    numbers: Positions
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    n_broken: int = 0
    rest: bytes = b""
    rest_at: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A row read sign by sign: its fields and how many lines it takes, or why it is none.

    ``unfinished`` is set where the lines ended before the row did.
    """

    fields: list[str]
    lines: int = 1
    reason: str = ""
    unfinished: bool = False


def split(block: bytes, first: int, width: int, marks: Marks, *, last: bool, keep: int) -> Split:
    """Tell the lines of a block apart.

    Parameters
    ----------
    block
        Whole lines, each ended by a newline.
    first
        The number of the first line.
    width
        How many fields a row has.
    last
        Whether no block comes after this one.
    keep
        How many refused rows are kept with their text; the others are only counted.
    """
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(data == NEWLINE)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    separators = np.flatnonzero(data == marks.separator)
    odd = _odd_lines(data, starts, ends, marks)
    fields = _fields(data, starts, ends, separators, marks)
    blank = (ends == starts) | ((ends == starts + 1) & (data[starts] == RETURN))
    good = ~odd & ~blank & (fields == width)
    found = Split(block, np.arange(first, first + len(ends)))
    used = _odd_rows(block, first, starts, ends, odd, width, marks, last, found)
    good &= ~used
    for index in np.flatnonzero(~odd & ~blank & ~used & (fields != width)):
        found.n_broken += 1
        if len(found.broken) < keep:
            text = _text(block, starts[index], ends[index])
            found.broken.append(BrokenRow(first + int(index), _wrong_width(int(fields[index]), width), text))
    if not good.all():
        found.lines = data[np.repeat(good, ends - starts + 1)].tobytes()
        found.numbers = found.numbers[good]
    return found


def _odd_lines(
    data: npt.NDArray[np.uint8], starts: Positions, ends: Positions, marks: Marks
) -> npt.NDArray[np.bool_]:
    """Lines that are no rows on sight: their quotes do not stand at the ends of fields, or they hold a lone return."""
    odd = np.zeros(len(ends), np.bool_)
    returns = np.flatnonzero(data == RETURN)
    odd[np.searchsorted(ends, returns[data[returns + 1] != NEWLINE])] = True
    quotes = np.flatnonzero(data == marks.quote) if marks.quote is not None else np.zeros(0, np.int64)
    if not len(quotes):
        return odd
    line = np.searchsorted(ends, quotes)
    before = np.searchsorted(quotes, starts)
    opens = (np.arange(len(quotes)) - before[line]) % 2 == 0
    left = data[np.maximum(quotes - 1, 0)]
    at_start = (quotes == starts[line]) | (left == marks.separator)
    right = data[quotes + 1]
    at_end = (right == marks.separator) | (right == NEWLINE) | (right == RETURN)
    same_line = np.diff(line) == 0
    doubled = (np.diff(quotes) == 1) & same_line
    after_one = np.concatenate((np.zeros(1, np.bool_), doubled))
    before_one = np.concatenate((doubled, np.zeros(1, np.bool_)))
    fits = np.where(opens, at_start | after_one, at_end | before_one)
    odd[line[~fits]] = True
    counts = np.diff(np.concatenate((before, np.array([len(quotes)]))))
    unpaired: npt.NDArray[np.bool_] = counts % 2 == 1
    return odd | unpaired


def _fields(
    data: npt.NDArray[np.uint8], starts: Positions, ends: Positions, separators: Positions, marks: Marks
) -> Positions:
    """How many fields each line has; separators within quotes count for nothing."""
    if marks.quote is not None and (quotes := np.flatnonzero(data == marks.quote)).size:
        line = np.searchsorted(ends, separators)
        before = np.searchsorted(quotes, starts)
        separators = separators[(np.searchsorted(quotes, separators) - before[line]) % 2 == 0]
    return np.diff(np.searchsorted(separators, np.concatenate((starts, ends[-1:] + 1)))) + 1


def _odd_rows(
    block: bytes, first: int, starts: Positions, ends: Positions, odd: npt.NDArray[np.bool_],
    width: int, marks: Marks, last: bool, found: Split,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Read the odd lines sign by sign into ``found``; returns which lines were used up."""
    used = np.zeros(len(ends), np.bool_)
    for index in map(int, np.flatnonzero(odd)):
        if used[index]:
            continue
        number = first + index
        record = read_record(block, starts, ends, index, marks)
        if record.unfinished and not last:
            found.rest, found.rest_at = block[starts[index] :], number
            used[index:] = True
            return used
        used[index] = True
        whole = slice(index, index + record.lines)
        reason = record.reason or (
            _wrong_width(len(record.fields), width) if len(record.fields) != width else ""
        )
        texts = [_text(block, start, end) for start, end in zip(starts[whole], ends[whole], strict=True)]
        if not reason and record.lines > 1 and _are_rows(texts, width, marks):
            reason = OVER_ROWS
            if record.lines == 2 or width <= 2:
                used[whole] = True
                found.n_broken += record.lines
                found.broken += [BrokenRow(number + place, reason, text) for place, text in enumerate(texts)]
                continue
        if reason:
            found.n_broken += 1
            found.broken.append(BrokenRow(number, reason, texts[0]))
        else:
            used[whole] = True
            found.rows.append((number, record.fields))
    return used


def _are_rows(texts: list[str], width: int, marks: Marks) -> bool:
    """Whether each line of a row over several lines looks like a row of its own, with one stray quote in the first
    and one in the last."""
    quotes = (
        [text.count(chr(marks.quote)) for text in (texts[0], texts[-1])] if marks.quote is not None else []
    )
    return quotes == [1, 1] and all(text.count(chr(marks.separator)) == width - 1 for text in texts)


def read_record(block: bytes, starts: Positions, ends: Positions, index: int, marks: Marks) -> Record:
    """The row that begins at a line of a block, read sign by sign."""
    stop = min(index + MOST_LINES, len(ends))
    text = _text(block, starts[index], ends[index])
    separator = chr(marks.separator)
    quote = chr(marks.quote) if marks.quote is not None else None
    fields: list[str] = []
    at, lines = 0, 1
    while True:
        if quote is not None and text.startswith(quote, at):
            pieces, at = [], at + 1
            while True:
                close = text.find(quote, at)
                if close < 0:
                    line = index + lines
                    if line >= stop or len(text) > MOST_BYTES:
                        # At the end of a block the row may go on in the next one.
                        return Record(
                            fields, 1, OPEN_QUOTE, unfinished=line == len(ends) and stop == len(ends)
                        )
                    text += "\n" + _text(block, starts[line], ends[line])
                    lines += 1
                    continue
                pieces.append(text[at:close])
                if not text.startswith(quote, close + 1):
                    break
                pieces.append(quote)
                at = close + 2
            fields.append("".join(pieces))
            at = close + 1
            if at < len(text) and not text.startswith(separator, at):
                return Record(fields, 1, AFTER_QUOTE)
        else:
            close = text.find(separator, at)
            piece = text[at:] if close < 0 else text[at:close]
            if "\r" in piece or "\n" in piece:
                return Record(fields, 1, STRAY_RETURN)
            fields.append(piece)
            at = len(text) if close < 0 else close
        if at >= len(text):
            return Record(fields, lines)
        at += 1
        if at == len(text):
            return Record([*fields, ""], lines)


def _wrong_width(found: int, width: int) -> str:
    return f"{found} fields where the header has {width}"


def _text(block: bytes, start: np.int64, end: np.int64) -> str:
    """A line without its end."""
    return block[start:end].removesuffix(b"\r").decode("utf-8")
