"""The small language in which a sentence's claim is written over printed cells.

A claim compares expressions, ``[5/services/export/n] = 7,491`` or ``a > b > c``, or ranks a cell:
``highest [6/services/new_to_export/n] of [6/services/*/n]`` (``lowest`` likewise). An expression is made of

- cells, ``[table/population/row/column]``; a part may be ``*`` or alternatives ``export|import`` inside
  ``sum[...]``, ``min[...]`` and ``max[...]``;
- numbers. A number that stands alone beside ``=`` is read as rounded to the digits it shows; anywhere else
it is
  exact. ``printed(13)``, ``truncated(67)``, ``at_least(50)`` and ``at_most(75)`` are readings for any
  place, and ``60 +- 5`` beside ``=`` is ``about 60``;
- ``+ - * / ^`` and brackets.

The value of an expression is the interval of all values that its printed numbers leave open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from math import isfinite

from firmtrade.errors import InputError, suggest
from firmtrade.linked.edition import Edition, PrintedCell
from firmtrade.linked.interval import SLACK, Interval, total
from firmtrade.linked.reading import OF_ONE_NUMBER, Reading, half_unit, read

_TOKEN = re.compile(
    r"\s*(?:(?P<cells>(?:sum|min|max)?\[[^\]]*\])|(?P<number>\d[\d,]*(?:\.\d+)?)|(?P<word>[a-z_]+)"
    r"|(?P<sign>\+-|<=|>=|[-+*/^()=<>]))"
)
_RELATIONS = ("=", "<", ">", "<=", ">=")


class Truth(Enum):
    """What printed numbers say of a claim."""

    HELD = "held"
    """True whatever stands behind the digits."""
    DENIED = "denied"
    """False whatever stands behind the digits."""
    OPEN = "open"
    """True or false, depending on what stands behind the digits; or a cell is not printed."""


@dataclass(frozen=True)
class Value:
    """An expression's interval, the printed cells in it, and one in the last digit of its coarsest number."""

    interval: Interval
    cells: tuple[PrintedCell, ...] = ()
    digit: float = 0.0
    text: str = ""
    """The number as written, for an expression that is nothing else."""
    bare: bool = False
    """A number without a reading."""
    digits: tuple[float, float] | None = None
    """The number as printed and one in its last digit, for a single number that was rounded."""


@dataclass(frozen=True)
class Judgement:
    """The truth of one comparison, its two sides, and how far from true it is."""

    truth: Truth
    left: Value
    relation: str
    right: Value
    distance: float

    @property
    def cells(self) -> tuple[PrintedCell, ...]:
        return tuple({cell.key: cell for cell in (*self.left.cells, *self.right.cells)}.values())


class NotPrintedError(Exception):
    """A cell of the claim is a cell of the study but not printed in this edition."""


def judge_claim(claim: str, edition: Edition) -> list[Judgement]:
    """Judge a claim: one judgement for each comparison, none where a cell of it is not printed.

    Raises
    ------
    InputError
        The claim is no sentence of the language, or names a cell that the study does not have.
    """
    try:
        return _Parser(claim, edition).claim()
    except NotPrintedError:
        return []


def _compare(left: Value, relation: str, right: Value) -> Judgement:
    if relation == "=":
        gap = max(left.interval.gap(right.interval), _other_digits(left, right))
        inside = right.interval.low <= left.interval.low and left.interval.high <= right.interval.high
        truth = Truth.DENIED if gap else Truth.HELD if inside else Truth.OPEN
        return Judgement(truth, left, relation, right, gap)
    small, large = (left, right) if relation in ("<", "<=") else (right, left)
    below = small.interval.low - large.interval.high
    touching = small.interval.low if isfinite(small.interval.low) else 0.0
    strict = relation in ("<", ">")
    if below > SLACK * max(1.0, abs(touching)):
        return Judgement(Truth.DENIED, left, relation, right, below)
    if strict and below >= -SLACK * max(1.0, abs(touching)):
        return Judgement(Truth.DENIED, left, relation, right, _other_digits(left, right))
    held = small.interval.high <= large.interval.low
    return Judgement(Truth.HELD if held else Truth.OPEN, left, relation, right, 0.0)


def _other_digits(left: Value, right: Value) -> float:
    """By how much two numbers of the same precision differ: intervals that touch are no reason to print one number
    as two."""
    if left.digits is None or right.digits is None:
        return 0.0
    (one, digit), (other, other_digit) = left.digits, right.digits
    return round(abs(one - other), 9) if digit == other_digit else 0.0


class _Parser:
    """Recursive descent over the tokens of one claim, evaluating as it goes."""

    def __init__(self, claim: str, edition: Edition) -> None:
        self.text, self.edition = claim, edition
        self.tokens = self._tokens(claim)
        self.at = 0

    def _tokens(self, claim: str) -> list[tuple[str, str]]:
        tokens, position = [], 0
        while position < len(claim.rstrip()):
            match = _TOKEN.match(claim, position)
            if match is None:
                raise self._wrong(f"`{claim[position:].strip()}` is not understood")
            kind = str(match.lastgroup)
            tokens.append((kind, match[kind]))
            position = match.end()
        return tokens

    def _wrong(self, what: str, fix: str = "") -> InputError:
        return InputError(
            f"the claim `{self.text}`: {what}", fix=fix or "Write it as in `[5/services/export/n] = 7,491`."
        )

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise self._wrong("it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, sign: str) -> None:
        if self._next()[1] != sign:
            raise self._wrong(f"`{sign}` is missing")

    def claim(self) -> list[Judgement]:
        if self._peek() in ("highest", "lowest"):
            return self._rank(self._next()[1] == "highest")
        found, left = [], self._side()
        while self._peek() in _RELATIONS:
            relation = self._next()[1]
            right = self._side()
            if relation == "=":
                left, right = self._rounded(left), self._rounded(right)
            found.append(_compare(left, relation, right))
            left = right
        if self.at < len(self.tokens) or not found:
            raise self._wrong("it compares nothing" if not found else f"`{self._peek()}` is one too many")
        return found

    def _rank(self, highest: bool) -> list[Judgement]:
        one = self._cells(self._next()[1])
        self._take("of")
        others = [cell for cell in self._cells(self._next()[1]) if cell.key != one[0].key]
        if len(one) != 1 or not others or self.at < len(self.tokens):
            raise self._wrong("a rank is of one cell among others")
        left = _of_cells(one, lambda intervals: intervals[0])
        relation = ">=" if highest else "<="
        against = [_of_cells([other], lambda intervals: intervals[0]) for other in others]
        found = [_compare(left, relation, right) for right in against]
        denied = [judgement for judgement in found if judgement.truth is Truth.DENIED]
        if denied:
            return [max(denied, key=lambda judgement: judgement.distance)]
        held = all(judgement.truth is Truth.HELD for judgement in found)
        best = _of_cells(others, _largest if highest else _smallest)
        return [Judgement(Truth.HELD if held else Truth.OPEN, left, relation, best, 0.0)]

    def _side(self) -> Value:
        value = self._sum()
        if self._peek() == "+-":
            self._next()
            room = self._factor().interval.high
            middle = value.interval
            return Value(
                Interval(middle.low - room, middle.high + room), value.cells, 2 * room, f"about {value.text}"
            )
        return value

    def _rounded(self, value: Value) -> Value:
        """A bare number beside ``=`` is read as printed."""
        return _literal(value.text, Reading.ROUNDED) if value.bare else value

    def _sum(self) -> Value:
        value = self._product()
        while self._peek() in ("+", "-"):
            sign, other = self._next()[1], self._product()
            value = _join(value, other, (lambda a, b: a + b) if sign == "+" else (lambda a, b: a - b))
        return value

    def _product(self) -> Value:
        value = self._power()
        while self._peek() in ("*", "/"):
            sign, other = self._next()[1], self._power()
            value = _join(value, other, (lambda a, b: a * b) if sign == "*" else (lambda a, b: a / b))
        return value

    def _power(self) -> Value:
        value = self._factor()
        if self._peek() == "^":
            self._next()
            exponent = self._factor().interval.high
            return Value(value.interval.power(exponent), value.cells, value.digit)
        return value

    def _factor(self) -> Value:
        kind, text = self._next()
        if text == "-":
            value = self._factor()
            digits = (-value.digits[0], value.digits[1]) if value.digits else None
            text = f"-{value.text}" if value.text else ""
            return Value(-value.interval, value.cells, value.digit, text, value.bare, digits)
        if text == "(":
            value = self._sum()
            self._take(")")
            return Value(value.interval, value.cells, value.digit)
        if kind == "number":
            return replace(_literal(text, Reading.EXACT), bare=True)
        if kind == "cells":
            name, cells = text.split("[", 1)[0], self._cells(text)
            if not name and len(cells) != 1:
                raise self._wrong(f"{text} is more than one cell", "Say sum[...], min[...] or max[...].")
            return _of_cells(
                cells, {"sum": total, "min": _smallest, "max": _largest, "": lambda one: one[0]}[name]
            )
        words = {"printed": Reading.ROUNDED} | {reading.value: reading for reading in OF_ONE_NUMBER}
        if text in words:
            self._take("(")
            sign = "-" if self._peek() == "-" else ""
            self.at += len(sign)
            number = self._next()[1]
            self._take(")")
            return _literal(sign + number, words[text])
        raise self._wrong(
            f"`{text}` is not understood", suggest(text, ["sum", "min", "max", "highest", "lowest", *words])
        )

    def _cells(self, text: str) -> list[PrintedCell]:
        """The printed cells of a pattern, in the study's order."""
        parts = text.split("[", 1)[1].rstrip("]").split("/")
        if len(parts) != 4:
            raise self._wrong(f"{text} is no cell", "A cell is [table/population/row/column].")
        choices = [None if part.strip() == "*" else set(part.strip().split("|")) for part in parts]
        specs = [
            spec
            for spec in self.edition.specs
            if all(choice is None or value in choice for choice, value in zip(choices, spec.key, strict=True))
        ]
        if not specs:
            wanted = "/".join(part.strip() for part in parts)
            known = [str(spec.key) for spec in self.edition.specs]
            raise self._wrong(f"the study has no cell {wanted}", suggest(wanted, known))
        there = [spec for spec in specs if spec.key in self.edition.by_key]
        absent = [spec for spec in specs if spec.key not in self.edition.by_key]
        if not there or any(not spec.optional or spec.key in self.edition.silent for spec in absent):
            raise NotPrintedError
        return [self.edition.by_key[spec.key] for spec in there]


def _literal(text: str, reading: Reading) -> Value:
    number = Decimal(text.replace(",", ""))
    exponent = number.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    digit = 2 * half_unit(decimals)
    digits = (float(number), digit) if reading is Reading.ROUNDED else None
    return Value(read(number, decimals, reading), (), digit, text, digits=digits)


def _of_cells(cells: list[PrintedCell], join: Callable[[list[Interval]], Interval]) -> Value:
    digit = max(2 * cell.half_unit for cell in cells)
    single = len(cells) == 1 and cells[0].reading is Reading.ROUNDED
    digits = (cells[0].value, digit) if single else None
    return Value(join([cell.interval for cell in cells]), tuple(cells), digit, digits=digits)


def _join(one: Value, other: Value, by: Callable[[Interval, Interval], Interval]) -> Value:
    digit = max((value.digit for value in (one, other) if value.cells), default=0.0)
    return Value(by(one.interval, other.interval), (*one.cells, *other.cells), digit)


def _largest(intervals: list[Interval]) -> Interval:
    return Interval(max(one.low for one in intervals), max(one.high for one in intervals))


def _smallest(intervals: list[Interval]) -> Interval:
    return Interval(min(one.low for one in intervals), min(one.high for one in intervals))
