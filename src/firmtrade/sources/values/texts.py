"""Texts: the steps from a raw value to a code or identifier."""

from __future__ import annotations

import re

import ibis

from firmtrade.sources.engine import known_text
from firmtrade.sources.mapping import ColumnRule
from firmtrade.sources.raw import FILE
from firmtrade.sources.values.context import NO, Context, ValueRead, without

WHOLE_CODE, WHOLE_IDENTIFIER = r"^([0-9]{3,})[.]0$", r"^([0-9]+)[.]0$"
"""A whole number that a program wrote as a floating one. A code such as ``15.0`` has fewer digits; an identifier has
no point of its own."""
SCIENTIFIC = r"^[+-]?[0-9]([.,][0-9]+)?[eE][+]?[0-9]+$"
"""A number that a spreadsheet wrote in powers of ten: its last digits are lost."""

ONE_RUN = r"^\D*(\d+)\D*$"
"""Digits that stand together, with anything but digits around them."""


def text_of_rule(rule: ColumnRule, context: Context, *, identifier: bool = False) -> ValueRead:
    """The raw text after every step of a rule, and whether `codes` lacks it."""
    text = without(_origin(rule, context.rows), rule.missing)
    if rule.labels:
        text = _labelled(rule, text, context)
    for step in rule.steps:
        text = _take(rule, text) if step == "take" else _STEPS[step](rule, whole(text, identifier=identifier))
    if rule.case is not None:
        text = text.upper() if rule.case == "upper" else text.lower()
    if not rule.codes:
        return text, NO
    other = text if rule.otherwise == "keep" else ibis.null("string")
    listed = [(text == code, ibis.literal(meaning)) for code, meaning in rule.codes.items()]
    unlisted = text.notin(list(rule.codes)).fill_null(False) if rule.otherwise == "reject" else NO
    return ibis.cases(*listed, else_=other).nullif(""), unlisted


def whole(text: ibis.Value, *, identifier: bool = False) -> ibis.Value:
    """A code or identifier without the point that a program put behind a whole number: ``200065765.0``."""
    bare = text.re_replace(WHOLE_IDENTIFIER if identifier else WHOLE_CODE, r"\1")
    return ibis.ifelse(text.endswith(".0"), bare, text)  # patterns are dear: only where they can fit


def inexact(rule: ColumnRule, context: Context) -> ibis.Value:
    """Whether a code or identifier was a number that its file could not hold to the last digit."""
    if rule.column is None:
        return NO
    text = context.rows[rule.column]
    lost = text.re_search(SCIENTIFIC)
    if largest := context.largest_exact.get(rule.column):
        lost = lost | (text.re_search(r"^[+-]?[0-9]{8,}$") & (text.try_cast("float64").abs() > largest))
    return lost.fill_null(False)


def code_in(letters: str, text: ibis.Value) -> ibis.Value:
    """A code as its list writes it: without blanks around it, in capitals (``upper``) or small letters."""
    bare = known_text(text)
    return bare.upper() if letters == "upper" else bare.lower()


def _take(rule: ColumnRule, text: ibis.Value) -> ibis.Value:
    assert rule.take is not None
    first, last = rule.take
    return text.substr(first - 1, last - first + 1).nullif("")


def _keep(rule: ColumnRule, text: ibis.Value) -> ibis.Value:
    run = text.re_extract(ONE_RUN, 1).nullif("")
    # To replace is dear: it is done only where runs are several.
    return ibis.coalesce(run, text.re_replace(r"\D+", "").nullif(""))


def _pad(rule: ColumnRule, text: ibis.Value) -> ibis.Value:
    assert rule.pad is not None
    return ibis.ifelse(text.length() < rule.pad, text.lpad(rule.pad, "0"), text)


_STEPS = {"keep": _keep, "pad": _pad}
"""Steps that need a whole number without a point; ``take`` counts every sign."""


def _origin(rule: ColumnRule, rows: ibis.Table) -> ibis.Value:
    if rule.constant is not None:
        return ibis.literal(rule.constant)
    if rule.file_name is not None:
        before, after = (re.escape(part).replace(r"\*", ".*") for part in rule.file_name.split("{}"))
        return rows[FILE].re_extract(f"^(?:.*/)?{before}(.+?){after}$", 1).nullif("")
    return rows[rule.column]


def _labelled(rule: ColumnRule, text: ibis.Value, context: Context) -> ibis.Value:
    """The label of each value, by the file that it stands in; a value without a label stays."""
    assert rule.column is not None
    cases = [
        ((context.rows[FILE] == file) & (text == code), ibis.literal(label.strip()))
        for file, labels in context.labels.get(rule.column, {}).items()
        for code, label in labels.items()
        if label.strip()
    ]
    return ibis.cases(*cases, else_=text) if cases else text
