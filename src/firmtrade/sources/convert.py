"""From the text of a raw file to a value of a canonical kind, or to null where it is none.

Numbers are decimals from the first digit to the last: nothing passes through a binary fraction. A text that
is no number in the declared notation is refused, never bent into one: ``1,234.56`` in a file with decimal
commas is a mistake in the mapping, and reading it as 1.23 would hide it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add, or_

import ibis

from firmtrade.sources.canonical import Column
from firmtrade.sources.engine import (
    converted_amount,
    date_or_null,
    decimal_or_null,
    known_text,
    money_or_null,
    plain_or_null,
    quantity_or_null,
    whole_or_null,
)
from firmtrade.sources.mapping import Currency, RawFile, Rule
from firmtrade.sources.mapping.checks import strptime_form
from firmtrade.sources.mapping.model import UNITS
from firmtrade.sources.raw import FILE

WORKING = "decimal(28, 10)"
"""Numbers on their way: 18 digits before the point, 10 behind it."""
CONVERTIBLE = "decimal(26, 10)"
"""An amount before its currency is converted: what a stored amount can hold, so that the product fits."""
STORED = {
    "text": "string",
    "year": "int32",
    "integer": "int32",
    "flag": "boolean",
    "date": "date",
    "money": "decimal(18, 2)",
    "quantity": "decimal(18, 6)",
}
"""The type in which a canonical kind is stored."""
NUMBERS = ("year", "integer", "money", "quantity")
ISO = "%Y-%m-%d"
YEARS = (1000, 9999)
"""A year has four digits; two of them need a `century`."""
DAYS_OF_A_MONTH = Decimal("30.436875")
"""Mean over the 400 years of the Gregorian calendar."""

NOTHING = "$."
"""A pattern that matches nothing."""
NO = ibis.literal(False)


@dataclass(frozen=True, slots=True)
class Converted:
    """The value of a column; whether its text could not be read; which rule gave it (from 1).

    ``rewritten`` is whether a code was written in other letters than its list has it, or with blanks.
    """

    value: ibis.Value
    unreadable: ibis.Value
    rule: ibis.Value
    rewritten: ibis.Value


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule is read with: the rows, the notation of their file, the rates."""

    rows: ibis.Table
    declared: RawFile
    currencies: MappingOf[str, Currency]


ValueRead = tuple[ibis.Value, ibis.Value]
"""A value, and whether there is a text that cannot be read as one."""


def convert(column: Column, rules: tuple[Rule, ...], context: Context) -> Converted:
    """The expression of a canonical column: the first rule that gives a value counts.

    A text that a rule cannot read is an error of its row, even where another rule gives a value.
    """
    read = [_by_rule(column, rule, context) for rule in rules]
    values = [value.cast(STORED[column.kind]) for value, _ in read]
    which = ((value.notnull(), ibis.literal(number, "int8")) for number, value in enumerate(values, start=1))
    value = values[0] if len(values) == 1 else ibis.coalesce(*values)
    written = code_in(column.letters, value) if column.letters else value
    return Converted(
        written,
        reduce(or_, (unreadable for _, unreadable in read)),
        ibis.cases(*which, else_=ibis.null("int8")),
        value.notnull() & (written.isnull() | (written != value)) if column.letters else NO,
    )


def code_in(letters: str, text: ibis.Value) -> ibis.Value:
    """A code as its list writes it: without blanks around it, in capitals (``upper``) or small letters."""
    bare = known_text(text)
    return bare.upper() if letters == "upper" else bare.lower()


def _by_rule(column: Column, rule: Rule, context: Context) -> ValueRead:
    if rule.months is not None:
        return _months(rule, context.rows)
    if rule.sum:
        return _sum(column, rule, context)
    text, unlisted = _text(rule, context.rows)
    if column.kind in NUMBERS:
        text = _without_nan(text)
    value = _READ[column.kind](column, rule, text, context)
    return value, (text.notnull() & value.isnull()) | unlisted


def _text(rule: Rule, rows: ibis.Table) -> ValueRead:
    """The raw text after missing codes, cutting, padding and translation; whether `codes` lacks it."""
    text = _without(_origin(rule, rows), rule.missing)
    if rule.take is not None:
        first, last = rule.take
        text = text.substr(first - 1, last - first + 1)
    if rule.keep == "digits":
        text = text.re_replace(r"\D+", "")
    if rule.take is not None or rule.keep is not None:
        text = text.nullif("")
    if rule.pad is not None:
        text = ibis.ifelse(text.length() < rule.pad, text.lpad(rule.pad, "0"), text)
    if rule.case is not None:
        text = text.upper() if rule.case == "upper" else text.lower()
    if not rule.codes:
        return text, NO
    other = text if rule.otherwise == "keep" else ibis.null("string")
    listed = [(text == code, ibis.literal(meaning)) for code, meaning in rule.codes.items()]
    unlisted = text.notin(list(rule.codes)).fill_null(False) if rule.otherwise == "reject" else NO
    return ibis.cases(*listed, else_=other).nullif(""), unlisted


def _origin(rule: Rule, rows: ibis.Table) -> ibis.Value:
    if rule.constant is not None:
        return ibis.literal(rule.constant)
    if rule.file_name is not None:
        before, after = (re.escape(part).replace(r"\*", ".*") for part in rule.file_name.split("{}"))
        return rows[FILE].re_extract(f"^(?:.*/)?{before}(.+?){after}$", 1).nullif("")
    return rows[rule.column]


def _without(text: ibis.Value, missing: tuple[str, ...]) -> ibis.Value:
    return ibis.ifelse(text.isin(missing), ibis.null("string"), text) if missing else text


def _without_nan(text: ibis.Value) -> ibis.Value:
    """Null and NaN both mean missing."""
    return ibis.ifelse(text.lower() == "nan", ibis.null("string"), text)


def _plain(text: ibis.Value, declared: RawFile) -> ibis.Value:
    """A number in the declared notation, written plainly; thousands are grouped by three, or not at all."""
    point = re.escape(declared.decimal)
    mark = "[ \u00a0\u202f]" if declared.thousands == " " else re.escape(declared.thousands)
    whole = rf"\d+|\d{{1,3}}(?:{mark}\d{{3}})+" if mark else r"\d+"
    shape = rf"[+-]?(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
    return plain_or_null(text, shape, mark or NOTHING, declared.decimal)


def _amount(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    plain = _plain(text, context.declared)
    if rule.unit == "one" and rule.currency is None:
        return money_or_null(plain) if column.kind == "money" else quantity_or_null(plain)
    return _scaled(decimal_or_null(plain), column, rule, context)


def _scaled(value: ibis.Value, column: Column, rule: Rule, context: Context) -> ibis.Value:
    """The amount in units of the stamp's currency; null where it is too large to be stored."""
    if rule.unit != "one":
        value = (value * ibis.literal(UNITS[rule.unit]).cast("decimal(7, 0)")).try_cast(WORKING)
    if rule.currency is not None:
        rate = context.currencies[rule.currency]
        digits = max(0, -int(rate.rate.as_tuple().exponent))
        whole, power = int(rate.rate.scaleb(digits)), 10**digits
        up, down = (whole, power) if rate.multiply_by is not None else (power, whole)
        value = converted_amount(value.try_cast(CONVERTIBLE), up, down)
    return value.try_cast(STORED[column.kind])


def _sum(column: Column, rule: Rule, context: Context) -> ValueRead:
    """Terms added and subtracted: unknown where one is, except those that are zero where they are missing."""
    zero = ibis.literal(0).cast(WORKING)
    terms: list[ibis.Value] = []
    unreadable = NO
    for names, sign in ((rule.sum, 1), (rule.minus, -1)):
        for name in names:
            text = _without_nan(_without(context.rows[name], rule.missing))
            value = decimal_or_null(_plain(text, context.declared))
            unreadable = unreadable | (text.notnull() & value.isnull())
            value = ibis.ifelse(text.isnull(), zero, value) if name in rule.zero_if_missing else value
            terms.append(value if sign > 0 else -value)
    total = reduce(add, terms)
    amount = _scaled(total, column, rule, context)
    return amount, unreadable | (total.notnull() & amount.isnull())


def _as_is(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    return text


def _whole_number(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    if rule.date is not None or rule.part is not None:
        day = _date(rule, text)
        return day.month() if rule.part == "month" else day.year()
    return whole_or_null(_plain(text, context.declared))


def _year(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    number = _whole_number(column, rule, text, context)
    if rule.century is not None:
        number = ibis.ifelse(number.between(0, 99), number + rule.century, number)
    elif rule.date is None and rule.part is None:
        number = ibis.coalesce(number, date_or_null(text, ISO).year().cast("int32"))
    return ibis.ifelse(number.between(*YEARS), number, ibis.null(number.type()))


def _day(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    return _date(rule, text)


def _flag(column: Column, rule: Rule, text: ibis.Value, context: Context) -> ibis.Value:
    return ibis.cases(
        (text.lower().isin(["true", "1"]), True), (text.lower().isin(["false", "0"]), False), else_=None
    ).cast("boolean")


_READ = {
    "text": _as_is,
    "integer": _whole_number,
    "year": _year,
    "date": _day,
    "flag": _flag,
    "money": _amount,
    "quantity": _amount,
}


def _date(rule: Rule, text: ibis.Value) -> ibis.Value:
    return date_or_null(text, strptime_form(rule.date) if rule.date else ISO)


def _months(rule: Rule, rows: ibis.Table) -> ValueRead:
    """Length of a book year in months: days, first and last included, over the mean length of a month."""
    assert rule.months is not None
    first, last = rows[rule.months.first], rows[rule.months.last]
    begin, end = _date(rule, first), _date(rule, last)
    days = end.epoch_days() - begin.epoch_days() + 1
    months = (days / ibis.literal(float(DAYS_OF_A_MONTH))).round(0).cast("int32")
    return months, (first.notnull() & begin.isnull()) | (last.notnull() & end.isnull())
