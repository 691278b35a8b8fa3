"""From the text of a raw file to a value of a canonical kind, or to the reason why it is none.

Numbers are decimals from the first digit to the last: nothing passes through a binary fraction. A text that
is no number in the declared notation is refused, never bent into one: ``1,234.56`` in a file with decimal
commas is a mistake in the mapping, and reading it as 1.23 would hide it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add

import ibis

from firmtrade.sources.canonical import Column
from firmtrade.sources.engine import converted_amount, date_or_null
from firmtrade.sources.mapping import Currency, RawFile, Rule
from firmtrade.sources.mapping.checks import strptime_form
from firmtrade.sources.mapping.model import UNITS
from firmtrade.sources.raw import FILE

WORKING = "decimal(28, 10)"
"""Numbers on their way: 18 digits before the point, 10 behind it."""
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
CONVERTIBLE = "decimal(26, 10)"
"""An amount before its currency is converted: what a stored amount can hold, so that the product fits."""
ISO = "%Y-%m-%d"
YEARS = (1000, 9999)
"""A year has four digits; two of them need a `century`."""
DAYS_OF_A_MONTH = Decimal("30.436875")


@dataclass(frozen=True, slots=True)
class Converted:
    """The value of a column; whether its text could not be read; which rule gave it (from 1)."""

    value: ibis.Value
    unreadable: ibis.Value
    rule: ibis.Value


def convert(
    column: Column,
    rules: tuple[Rule, ...],
    rows: ibis.Table,
    declared: RawFile,
    currencies: dict[str, Currency],
) -> Converted:
    """The expression of a canonical column: the first rule that gives a value counts.

    A text that a rule cannot read is an error of its row, even where a later rule would give a value.
    """
    read = [_by_rule(column, rule, rows, declared, currencies) for rule in rules]
    value = ibis.coalesce(*(one.value for one in read)) if len(read) > 1 else read[0].value
    unreadable = reduce(lambda one, other: one | other, (one.unreadable for one in read))
    which = ibis.cases(
        *((one.value.notnull(), ibis.literal(number, "int8")) for number, one in enumerate(read, start=1)),
        else_=ibis.null("int8"),
    )
    return Converted(value, unreadable, which)


def _by_rule(
    column: Column, rule: Rule, rows: ibis.Table, declared: RawFile, currencies: dict[str, Currency]
) -> Converted:
    if rule.months is not None:
        value, unreadable = _months(rule, rows)
    elif rule.sum:
        value, unreadable = _sum(rule, rows, declared)
    elif column.kind in ("money", "quantity"):
        value, unreadable = _number(_text(rule, rows), declared)
    else:
        value, unreadable = _KINDS[column.kind](rule, _text(rule, rows), declared)
    unknown = _unlisted(rule, rows)
    if column.kind in ("money", "quantity"):
        amount = _scaled(value, rule, currencies.get(rule.currency or "")).try_cast(STORED[column.kind])
        unreadable = unreadable | (value.notnull() & amount.isnull())
        value = amount
    return Converted(value, unreadable | unknown, ibis.literal(1))


def _text(rule: Rule, rows: ibis.Table) -> ibis.Value:
    """The raw text after missing codes, cutting, padding and translation."""
    text = _origin(rule, rows)
    if rule.missing:
        text = ibis.ifelse(text.isin(rule.missing), ibis.null("string"), text)
    if rule.take is not None:
        first, last = rule.take
        text = text.substr(first - 1, last - first + 1)
    if rule.keep == "digits":
        text = text.re_replace(r"\D", "")
    if rule.pad is not None:
        text = ibis.ifelse(text.length() < rule.pad, text.lpad(rule.pad, "0"), text)
    if rule.case is not None:
        text = text.upper() if rule.case == "upper" else text.lower()
    if rule.codes:
        other = text if rule.otherwise == "keep" else ibis.null("string")
        text = ibis.cases(
            *((text == code, ibis.literal(meaning)) for code, meaning in rule.codes.items()), else_=other
        )
    return ibis.ifelse(text == "", ibis.null("string"), text)


def _unlisted(rule: Rule, rows: ibis.Table) -> ibis.Value:
    """Whether the text is known and not listed in ``codes``, where that is an error."""
    if not rule.codes or rule.otherwise != "reject":
        return ibis.literal(False)
    before = _text(rule.model_copy(update={"codes": {}}), rows)
    return (before.notnull() & ~before.isin(list(rule.codes))).fill_null(False)


def _origin(rule: Rule, rows: ibis.Table) -> ibis.Value:
    if rule.constant is not None:
        return ibis.literal(rule.constant)
    if rule.file_name is not None:
        before, after = (re.escape(part).replace(r"\*", ".*") for part in rule.file_name.split("{}"))
        found = rows[FILE].re_extract(f"^(?:.*/)?{before}(.+?){after}$", 1)
        return ibis.ifelse(found == "", ibis.null("string"), found)
    return rows[rule.column]


def _number(text: ibis.Value, declared: RawFile) -> tuple[ibis.Value, ibis.Value]:
    """A number in the declared notation, and whether the text is none."""
    point, mark = re.escape(declared.decimal), re.escape(declared.thousands)
    mark = "[ \u00a0\u202f]" if declared.thousands == " " else mark
    whole = rf"\d+|\d{{1,3}}(?:{mark}\d{{3}})+" if mark else r"\d+"
    shape = rf"^[+-]?(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"
    plain = text.re_replace(mark, "") if mark else text
    plain = plain.replace(declared.decimal, ".") if declared.decimal != "." else plain
    known = ibis.ifelse(text.lower() == "nan", ibis.null("string"), text)
    value = ibis.ifelse(known.re_search(shape), plain.try_cast(WORKING), ibis.null(WORKING))
    return value, (known.notnull() & value.isnull()).fill_null(False)


def _sum(rule: Rule, rows: ibis.Table, declared: RawFile) -> tuple[ibis.Value, ibis.Value]:
    terms, unreadable = [], ibis.literal(False)
    for names, sign in ((rule.sum, 1), (rule.minus, -1)):
        for name in names:
            text = rows[name]
            if rule.missing:
                text = ibis.ifelse(text.isin(rule.missing), ibis.null("string"), text)
            value, wrong = _number(text, declared)
            unreadable = unreadable | wrong
            value = value.fill_null(ibis.literal(0).cast(WORKING)) if name in rule.zero_if_missing else value
            terms.append(value if sign > 0 else -value)
    return reduce(add, terms), unreadable


def _scaled(value: ibis.Value, rule: Rule, currency: Currency | None) -> ibis.Value:
    """The amount in units of the stamp's currency."""
    unit = UNITS[rule.unit]
    if unit > 1:
        value = (value * ibis.literal(unit).cast("decimal(7, 0)")).try_cast(WORKING)
    if currency is None:
        return value
    digits = max(0, -int(currency.rate.as_tuple().exponent))
    rate, power = int(currency.rate.scaleb(digits)), 10**digits
    up, down = (rate, power) if currency.multiply_by is not None else (power, rate)
    return converted_amount(value.try_cast(CONVERTIBLE), up, down)


Read = tuple[ibis.Value, ibis.Value]


def _as_is(rule: Rule, text: ibis.Value, declared: RawFile) -> Read:
    return text, ibis.literal(False)


def _whole_number(rule: Rule, text: ibis.Value, declared: RawFile) -> Read:
    if rule.date is not None or rule.part is not None:
        day = _date(rule, text)
        return day.month() if rule.part == "month" else day.year(), text.notnull() & day.isnull()
    number, wrong = _number(text, declared)
    value = ibis.ifelse(number == number.round(0), number.try_cast("int32"), ibis.null("int32"))
    return value, wrong | (number.notnull() & value.isnull())


def _year(rule: Rule, text: ibis.Value, declared: RawFile) -> Read:
    number, _ = _whole_number(rule, text, declared)
    if rule.century is not None:
        number = ibis.ifelse(number.between(0, 99), number + rule.century, number)
    elif rule.date is None:
        number = ibis.coalesce(number, _date(rule, text).year())
    value = ibis.ifelse(number.between(*YEARS), number, ibis.null("int32")).cast("int32")
    missing = text.lower() == "nan"
    return value, (text.notnull() & ~missing & value.isnull()).fill_null(False)


def _date_of(rule: Rule, text: ibis.Value, declared: RawFile) -> Read:
    day = _date(rule, text)
    return day, text.notnull() & day.isnull()


def _flag(rule: Rule, text: ibis.Value, declared: RawFile) -> Read:
    value = ibis.cases(
        (text.lower().isin(["true", "1"]), True), (text.lower().isin(["false", "0"]), False), else_=None
    )
    return value.cast("boolean"), text.notnull() & value.isnull()


_KINDS = {"text": _as_is, "integer": _whole_number, "year": _year, "date": _date_of, "flag": _flag}


def _date(rule: Rule, text: ibis.Value) -> ibis.Value:
    """A date in the declared pattern, or as ISO writes it (so do dates that a file stores as dates)."""
    iso = date_or_null(text, ibis.literal(ISO))
    if rule.date is None:
        return iso
    return ibis.coalesce(date_or_null(text, ibis.literal(strptime_form(rule.date))), iso)


def _months(rule: Rule, rows: ibis.Table) -> Read:
    """Length of a book year in months: days, first and last included, over the mean length of a month."""
    assert rule.months is not None
    first, last = rows[rule.months.first], rows[rule.months.last]
    begin, end = _date(rule, first), _date(rule, last)
    days = end.epoch_days() - begin.epoch_days() + 1
    months = (days.cast("decimal(18, 6)") / ibis.literal(DAYS_OF_A_MONTH).cast("decimal(9, 6)")).round(0)
    wrong = (first.notnull() & begin.isnull()) | (last.notnull() & end.isnull())
    return months.cast("int32"), wrong
