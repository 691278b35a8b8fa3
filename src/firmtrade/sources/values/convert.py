"""From the text of a raw file to a value of a canonical kind, or to null where it is none.

The steps are views on one another, so that each is evaluated once however often its result is used: the texts of all
rules, what is read of them, the values that can be stored, and codes as their list writes them.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import ibis

from firmtrade.sources.canonical import IDENTIFIERS, STORED, CanonicalColumn
from firmtrade.sources.mapping import ColumnRule
from firmtrade.sources.values.amounts import amount, total
from firmtrade.sources.values.context import NO, Context, ValueRead, is_nan
from firmtrade.sources.values.dates import day, four_digits, late_period, months_between, part_of_date, year
from firmtrade.sources.values.texts import code_in, inexact, text_of_rule, whole

NUMBERS = ("year", "integer", "money", "quantity", "total")
Rules = MappingOf[CanonicalColumn, tuple[ColumnRule, ...]]
"""Columns with their alternative rules."""
TEXT, UNLISTED, READ, UNREAD, VALUE, UNREADABLE = (
    f"__{step}_{{}}_{{}}" for step in ("text", "unlisted", "read", "unread", "value", "unreadable")
)
WRITTEN = "__written_{}"
"""Columns of the views, by canonical column and the position of the rule."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The value of a column; whether its text could not be read; which rule gave it (from 1).

    ``inexact`` is whether it is a code that a file held as a number and lost digits of; ``rewritten`` whether a code
    was written in other letters than its list has it, or with blanks; ``late`` whether a year was taken from a period
    beyond the twelfth month, None where none can be.
    """

    value: ibis.Value
    unreadable: ibis.Value
    inexact: ibis.Value
    rule: ibis.Value
    rewritten: ibis.Value
    late: ibis.Value | None


def convert(
    connection: Any, name: str, rules: Rules, context: Context
) -> tuple[ibis.Table, dict[str, Converted]]:
    """The rows of a context as a view that has what the expressions of the canonical columns read.

    The first rule that gives a value counts. A text that a rule cannot read is an error of its row, even where another
    rule gives a value. ``name`` ends the names of the views.
    """
    every = [
        (column, place, rule)
        for column, alternatives in rules.items()
        for place, rule in enumerate(alternatives)
    ]
    found: dict[str, ibis.Value] = {}
    for column, place, rule in every:
        if rule.months is None and not rule.sum:
            text, unlisted = text_of_rule(rule, context, identifier=column.name in IDENTIFIERS)
            found |= {
                TEXT.format(column.name, place): text.cast("string"),
                UNLISTED.format(column.name, place): unlisted,
            }
    context = context.beside(connection, f"texts_{name}", found)
    found = {}
    for column, place, rule in every:
        value, unread = _read(column, place, rule, context)
        found |= {READ.format(column.name, place): value, UNREAD.format(column.name, place): unread}
    context = context.beside(connection, f"read_{name}", found)
    found = {}
    for column, place, _ in every:
        value = context.rows[READ.format(column.name, place)]
        found[VALUE.format(column.name, place)] = (
            four_digits(value) if column.kind == "year" else value
        ).cast(STORED[column.kind])
    context = context.beside(connection, f"values_{name}", found)
    found = {}
    for column, place, _ in every:
        found[UNREADABLE.format(column.name, place)] = _unreadable(column, place, context.rows)
    for column, alternatives in rules.items():
        if column.letters:
            found[WRITTEN.format(column.name)] = code_in(
                column.letters, _first(column, alternatives, context.rows)
            )
    context = context.beside(connection, f"codes_{name}", found)
    return context.rows, {
        column.name: _converted(column, alternatives, context) for column, alternatives in rules.items()
    }


def _read(column: CanonicalColumn, place: int, rule: ColumnRule, context: Context) -> ValueRead:
    """What a rule reads, and whether it says itself that something cannot be read."""
    if rule.months is not None:
        return months_between(rule, context)
    if rule.sum:
        return total(column, rule, context)
    text = context.rows[TEXT.format(column.name, place)]
    return _READ[column.kind](column, rule, text, context), context.rows[UNLISTED.format(column.name, place)]


def _unreadable(column: CanonicalColumn, place: int, rows: ibis.Table) -> ibis.Value:
    """Whether a rule found a text and no value in it."""
    unread, name = rows[UNREAD.format(column.name, place)], TEXT.format(column.name, place)
    if name not in rows.columns:
        return unread
    text, value = rows[name], rows[VALUE.format(column.name, place)]
    none = text.notnull() & value.isnull()
    if column.kind in NUMBERS:
        none = ibis.ifelse(none, ~is_nan(text), NO)
    return none | unread


def _first(column: CanonicalColumn, rules: tuple[ColumnRule, ...], rows: ibis.Table) -> ibis.Value:
    """The value of the first rule that gives one."""
    values = [rows[VALUE.format(column.name, place)] for place in range(len(rules))]
    return values[0] if len(values) == 1 else ibis.coalesce(*values)


def _converted(column: CanonicalColumn, rules: tuple[ColumnRule, ...], context: Context) -> Converted:
    rows, places = context.rows, range(len(rules))
    value = _first(column, rules, rows)
    written = rows[WRITTEN.format(column.name)] if column.letters else value
    which = (
        (rows[VALUE.format(column.name, place)].notnull(), ibis.literal(place + 1, "int8"))
        for place in places
    )
    lost = [inexact(rule, context) for rule in rules] if column.kind == "text" else [NO]
    texts = [
        (rule, rows[TEXT.format(column.name, place)])
        for place, rule in enumerate(rules)
        if TEXT.format(column.name, place) in rows.columns
    ]
    return Converted(
        written,
        reduce(or_, (rows[UNREADABLE.format(column.name, place)] for place in places)),
        reduce(or_, lost),
        ibis.cases(*which, else_=ibis.null("int8")),
        value.notnull() & (written.isnull() | (written != value)) if column.letters else NO,
        late_period(texts) if column.kind == "year" else None,
    )


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
