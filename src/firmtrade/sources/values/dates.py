"""Dates and years, from their text in the form that a mapping declares."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import ibis

from firmtrade.sources.engine import date_or_null, day_of_number
from firmtrade.sources.mapping import ColumnRule
from firmtrade.sources.mapping.dates import Pattern, date_form
from firmtrade.sources.values.amounts import plain_number, whole_number
from firmtrade.sources.values.context import Context, ValueRead

ISO = Pattern("yyyy-mm-dd")
YEARS = (1000, 9999)
"""A year has four digits; two of them need a `century`."""
DAYS_OF_A_MONTH = Decimal("30.436875")
"""Mean over the 400 years of the Gregorian calendar."""


def day(written: str | None, text: ibis.Value, context: Context | None = None) -> ibis.Value:
    """The day in the declared form, or as ISO writes it (so do dates that a file stores as dates)."""
    form = date_form(written) if written else ISO
    if isinstance(form, Pattern):
        return date_or_null(text, form.strptime, form.shape)
    assert form is not None  # the mapping was checked
    plain = plain_number(text, context.declared) if context else text
    running = day_of_number(plain.try_cast("float64"), form.per_day, form.months, form.origin)
    return ibis.coalesce(running, date_or_null(text, ISO.strptime, ISO.shape))


def part_of_date(rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    """The year or month of a date, or a whole number where the rule speaks of no date.

    A pattern without a day is a period: its month is read as it stands, 13 for a yearly total included. A year of two
    digits is given as it stands: its century is the mapping's.
    """
    if rule.date is None and rule.part is None:
        return whole_number(text, context)
    form = date_form(rule.date) if rule.date else ISO
    wanted = "mm" if rule.part == "month" else "yyyy"
    if isinstance(form, Pattern) and ("dd" not in form.parts or "yy" in form.parts):
        group = form.group(wanted) or form.group("yy")
        found = text.re_extract(f"^{form.shape}$", group).nullif("").try_cast("int32")
        if "dd" in form.parts:
            possible = date_or_null(text, form.strptime, form.shape).notnull()
            found = ibis.ifelse(possible, found, ibis.null("int32"))
        iso = date_or_null(text, ISO.strptime, ISO.shape)
        return ibis.coalesce(found, (iso.month() if rule.part == "month" else iso.year()).cast("int32"))
    found = day(rule.date, text, context)
    return found.month() if rule.part == "month" else found.year()


def late_period(rules: Sequence[tuple[ColumnRule, ibis.Value]]) -> ibis.Value | None:
    """Whether a year was taken from a period beyond the twelfth month, such as 202113; None where none can be.

    ``rules`` are those of the year, each with the text that it reads.
    """
    for rule, text in rules:
        form = date_form(rule.date) if rule.date and rule.column else None
        if isinstance(form, Pattern) and "mm" in form.parts and "dd" not in form.parts:
            month = text.re_extract(f"^{form.shape}$", form.group("mm")).nullif("").try_cast("int32")
            return (month > 12).fill_null(False)
    return None


def year(rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    """A year, of whatever number of digits (:func:`four_digits`)."""
    number = part_of_date(rule, text, context)
    if rule.century is not None:
        number = ibis.ifelse(number.between(0, 99), number + rule.century, number)
    elif rule.date is None and rule.part is None:
        number = ibis.coalesce(number, day(None, text).year().cast("int32"))
    return number


def four_digits(year: ibis.Value) -> ibis.Value:
    """A year of four digits; null where it is none."""
    return ibis.ifelse(year.between(*YEARS), year, ibis.null(year.type()))


def months_between(rule: ColumnRule, context: Context) -> ValueRead:
    """Length of a book year in months: days, first and last included, over the mean length of a month."""
    assert rule.months is not None
    first, last = context.rows[rule.months.first], context.rows[rule.months.last]
    begin, end = day(rule.date, first, context), day(rule.date, last, context)
    days = end.epoch_days() - begin.epoch_days() + 1
    months = (days / ibis.literal(float(DAYS_OF_A_MONTH))).round(0).cast("int32")
    return months, (first.notnull() & begin.isnull()) | (last.notnull() & end.isnull())
