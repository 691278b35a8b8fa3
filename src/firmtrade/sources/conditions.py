"""Conditions of a mapping on raw values, as an engine judges them."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import and_, or_

import ibis

from firmtrade.sources.engine import decimal_or_null
from firmtrade.sources.mapping import RawFile, RowCondition
from firmtrade.sources.values.amounts import WORKING, plain_number


def holds(value: ibis.Value, condition: RowCondition, declared: RawFile) -> ibis.Value:
    """Whether a raw value meets a condition; numbers are read in the notation of its file."""
    tests = []
    if condition.numeric:
        number = decimal_or_null(plain_number(value, declared))
        if condition.above is not None:
            tests.append((number > _exactly(condition.above)).fill_null(False))
        if condition.below is not None:
            tests.append((number < _exactly(condition.below)).fill_null(False))
        if condition.between is not None:
            low, high = map(_exactly, condition.between)
            tests.append(((number >= low) & (number <= high)).fill_null(False))
    if condition.is_ is not None:
        tests.append(value.isin(condition.is_).fill_null(False))
    if condition.is_not is not None:
        tests.append(value.notin(condition.is_not).fill_null(True))
    if condition.starts_with is not None:
        begins = reduce(or_, (value.startswith(text) for text in condition.starts_with))
        tests.append(begins.fill_null(False))
    if condition.known is not None:
        tests.append(value.notnull() if condition.known else value.isnull())
    return reduce(and_, tests, ibis.literal(True))


def _exactly(number: Decimal) -> ibis.Value:
    return ibis.literal(number).cast(WORKING)
