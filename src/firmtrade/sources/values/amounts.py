"""Amounts and whole numbers, from their text to exact decimals.

Nothing passes through a binary fraction, and a number is rounded once, when it is stored. A text that is no number
in the declared notation is refused, never bent into one: ``1,234.56`` in a file with decimal commas is a mistake in
the mapping, and reading it as 1.23 would hide it.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import add

import ibis

from firmtrade.sources.canonical import STORED, CanonicalColumn
from firmtrade.sources.engine import (
    converted_amount,
    decimal_or_null,
    has_shape,
    shifted,
    whole_or_null,
)
from firmtrade.sources.mapping import ColumnRule, RawFile
from firmtrade.sources.mapping.rule import UNITS
from firmtrade.sources.values.context import NO, Context, ValueRead, is_nan, without

WORKING = "decimal(36, 16)"
"""Numbers that are added, on their way: 20 digits before the point, 16 behind it."""
CONVERTIBLE = "decimal(26, 10)"
"""An amount before its currency is converted: what a stored amount can hold, so that the product fits."""
BLANKS = " \u00a0\u202f"
"""What stands between thousands where they are parted by blanks."""


def plain_number(text: ibis.Value, declared: RawFile) -> ibis.Value:
    """A number in the declared notation, written plainly; thousands are grouped by three, or not at all."""
    point = re.escape(declared.decimal)
    marks = BLANKS if declared.thousands == " " else declared.thousands
    whole = rf"\d+|\d{{1,3}}(?:[{re.escape(marks)}]\d{{3}})+" if marks else r"\d+"
    shape = rf"[+-]?(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?"
    plain = reduce(lambda found, mark: found.replace(mark, ""), marks, text)
    if declared.decimal != ".":
        plain = plain.replace(declared.decimal, ".")
    return ibis.ifelse(has_shape(text, shape), plain, ibis.null("string"))


def whole_number(text: ibis.Value, context: Context) -> ibis.Value:
    """A whole number; 1990.0 is one."""
    return whole_or_null(plain_number(text, context.declared))


def amount(column: CanonicalColumn, rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    """An amount in units of the stamp's currency; null where it is none, or too large to be stored."""
    plain = _in_units(plain_number(text, context.declared), rule)
    if rule.currency is None:
        return plain.try_cast(STORED[column.kind])
    return _converted(decimal_or_null(plain), rule, context).try_cast(STORED[column.kind])


def total(column: CanonicalColumn, rule: ColumnRule, context: Context) -> ValueRead:
    """Terms added and subtracted: unknown where one is, except those that are zero where they are missing.

    Where no term is known at all, nothing was filed, and the total is unknown.
    """
    zero = ibis.literal(0).cast(WORKING)
    terms: list[ibis.Value] = []
    known: ibis.Value = NO
    unreadable: ibis.Value = NO
    for names, sign in ((rule.sum, 1), (rule.minus, -1)):
        for name in names:
            text = without(context.rows[name], rule.missing)
            text = ibis.ifelse(is_nan(text), ibis.null("string"), text)
            value = decimal_or_null(_in_units(plain_number(text, context.declared), rule))
            unreadable = unreadable | (text.notnull() & value.isnull())
            known = known | text.notnull()
            value = ibis.ifelse(text.isnull(), zero, value) if name in rule.zero_if_missing else value
            terms.append(value if sign > 0 else -value)
    summed = ibis.ifelse(known, reduce(add, terms), ibis.null(WORKING))
    stored = (summed if rule.currency is None else _converted(summed, rule, context)).try_cast(
        STORED[column.kind]
    )
    return stored, unreadable | (summed.notnull() & stored.isnull())


def _in_units(plain: ibis.Value, rule: ColumnRule) -> ibis.Value:
    places = len(str(UNITS[rule.unit])) - 1
    return shifted(plain, places) if places else plain


def _converted(value: ibis.Value, rule: ColumnRule, context: Context) -> ibis.Value:
    """The amount in the stamp's currency."""
    assert rule.currency is not None
    rate = context.currencies[rule.currency]
    digits = max(0, -int(rate.rate.as_tuple().exponent))
    whole, power = int(rate.rate.scaleb(digits)), 10**digits
    up, down = (whole, power) if rate.multiply_by is not None else (power, whole)
    return converted_amount(value.try_cast(CONVERTIBLE), up, down)
