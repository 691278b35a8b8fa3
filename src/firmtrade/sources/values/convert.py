"""From the text of a raw file to a value of a canonical kind, or to null where it is none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis

from firmtrade.sources.canonical import IDENTIFIERS, STORED, CanonicalColumn
from firmtrade.sources.mapping import ColumnRule
from firmtrade.sources.values.amounts import amount, total
from firmtrade.sources.values.context import NO, Context, ValueRead, known
from firmtrade.sources.values.dates import day, months_between, part_of_date, year
from firmtrade.sources.values.texts import code_in, inexact, text_of_rule, whole

NUMBERS = ("year", "integer", "money", "quantity", "total")


@dataclass(frozen=True, slots=True)
class Converted:
    """The value of a column; whether its text could not be read; which rule gave it (from 1).

    ``inexact`` is whether it is a code that a file held as a number and lost digits of; ``rewritten`` whether a code
    was written in other letters than its list has it, or with blanks.
    """

    value: ibis.Value
    unreadable: ibis.Value
    inexact: ibis.Value
    rule: ibis.Value
    rewritten: ibis.Value


def convert(column: CanonicalColumn, rules: tuple[ColumnRule, ...], context: Context) -> Converted:
    """The expression of a canonical column: the first rule that gives a value counts.

    A text that a rule cannot read is an error of its row, even where another rule gives a value.
    """
    read = [_by_rule(column, rule, context) for rule in rules]
    values = [value.cast(STORED[column.kind]) for value, _ in read]
    which = ((value.notnull(), ibis.literal(number, "int8")) for number, value in enumerate(values, start=1))
    value = values[0] if len(values) == 1 else ibis.coalesce(*values)
    written = code_in(column.letters, value) if column.letters else value
    lost = [inexact(rule, context) for rule in rules] if column.kind == "text" else [NO]
    return Converted(
        written,
        reduce(or_, (unreadable for _, unreadable in read)),
        reduce(or_, lost),
        ibis.cases(*which, else_=ibis.null("int8")),
        value.notnull() & (written.isnull() | (written != value)) if column.letters else NO,
    )


def _by_rule(column: CanonicalColumn, rule: ColumnRule, context: Context) -> ValueRead:
    if rule.months is not None:
        return months_between(rule, context)
    if rule.sum:
        return total(column, rule, context)
    text, unlisted = text_of_rule(rule, context, identifier=column.name in IDENTIFIERS)
    if column.kind in NUMBERS:
        text = known(text)
    value = _READ[column.kind](column, rule, text, context)
    return value, (text.notnull() & value.isnull()) | unlisted


def _text(column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    return whole(text, identifier=column.name in IDENTIFIERS)


def _whole_number(
    column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context
) -> ibis.Value:
    return part_of_date(rule, text, context)


def _year(column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    return year(rule, text, context)


def _day(column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    return day(rule.date, text, context)


def _flag(column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    return ibis.cases(
        (text.lower().isin(["true", "1"]), True), (text.lower().isin(["false", "0"]), False), else_=None
    ).cast("boolean")


_READ = {
    "text": _text,
    "integer": _whole_number,
    "year": _year,
    "date": _day,
    "flag": _flag,
    "money": amount,
    "quantity": amount,
    "total": amount,
}
