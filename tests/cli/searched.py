"""Numbers of statements in every spelling, looked for in every byte of a folder."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from firmtrade.outputs import Cell, Estimate
from packed import contents

DIGITS = 7
"""So many digits are no year, no size of a file and no place on a page by accident."""
SEPARATORS = (",", ".", " ", "'", "\u00a0", "\u202f", "\u2019")


def numbers_of(cells: Iterable[Cell], estimates: Iterable[Estimate]) -> set[float]:
    """Every number that statements hold, with what stands behind them."""
    found: list[float | None] = []
    for cell in cells:
        found += [cell.value, cell.numerator, cell.denominator]
        for part in cell.contributions:
            found += [part.total, part.largest, part.second_largest]
    for one in estimates:
        found += [one.estimate, one.std_error, one.conf_low, one.conf_high, one.p_value]
    return {float(number) for number in found if number is not None}


def spellings(number: float) -> Iterator[bytes]:
    """A number as text at full precision, with and without separators of thousands, and as machines store it."""
    exact = repr(number).removesuffix(".0")
    texts = {exact, f"{number:.10g}"}
    whole, point, places = exact.partition(".")
    if whole.lstrip("-").isdigit():
        grouped = {whole, *(f"{int(whole):,}".replace(",", mark) for mark in SEPARATORS)}
        texts |= {group + mark + places for group in grouped for mark in (".", ",")} if point else grouped
    for text in texts:
        if sum(letter.isdigit() for letter in text.split("e")[0].strip("-0.")) >= DIGITS:
            yield text.lstrip("-").encode()
    if len(exact.strip("-0.").replace(".", "")) >= DIGITS:
        yield from (struct.pack(order, number) for order in ("<d", ">d"))


def marks(hidden: set[float]) -> dict[bytes, float]:
    return {mark: number for number in hidden for mark in spellings(number)}


def runs(part: bytes) -> NDArray[np.uint64]:
    """Each run of ``DIGITS`` bytes as one number."""
    letters = np.frombuffer(part, np.uint8).astype(np.uint64)
    count = max(len(letters) - DIGITS + 1, 0)
    found = np.zeros(count, np.uint64)
    for place in range(DIGITS):
        found = (found << np.uint64(8)) | letters[place : place + count]
    return found


def within(sought: NDArray[np.uint64], numbers: NDArray[np.uint64]) -> list[int]:
    """Those of the numbers that are among the sought ones, which are in order."""
    nearest = sought[np.searchsorted(sought, numbers, "right") - 1]
    found: list[int] = numbers[nearest == numbers].tolist()
    return found


def found_in(folder: Path, searched: dict[bytes, float]) -> dict[str, int]:
    """How many of the marks are in each file, its name included: those whose first bytes are there are looked for."""
    first = {mark: int(runs(mark)[0]) for mark in searched}
    sought = np.unique(np.fromiter(first.values(), np.uint64))
    found = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        parts = [path.name.encode(), *contents(path.read_bytes())]
        begun = {each for part in parts for each in within(sought, runs(part))}
        number = sum(
            any(mark in part for part in parts) for mark, beginning in first.items() if beginning in begun
        )
        if number:
            found[path.relative_to(folder).as_posix()] = number
    return found
