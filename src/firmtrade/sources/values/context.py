"""What a value is read with: the rows, the notation of their file, the rates, and what its reader saw."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

import ibis

from firmtrade.sources.mapping import Currency, RawFile

NO = ibis.literal(False)
ValueRead = tuple[ibis.Value, ibis.Value]
"""A value, and whether there is a text that cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Context:
    """The rows of a declaration and what is known of their raw file.

    ``largest_exact`` gives, for raw columns that the file stores as floating numbers, the largest whole number that
    is still exact; ``labels`` the labels of values by raw column and file.
    """

    rows: ibis.Table
    declared: RawFile
    currencies: MappingOf[str, Currency]
    largest_exact: MappingOf[str, int] = field(default_factory=dict)
    labels: MappingOf[str, MappingOf[str, MappingOf[str, str]]] = field(default_factory=dict)


def without(text: ibis.Value, missing: tuple[str, ...]) -> ibis.Value:
    """The text, null where it is a code for a missing value."""
    return ibis.ifelse(text.isin(missing), ibis.null("string"), text) if missing else text


def known(text: ibis.Value) -> ibis.Value:
    """The text of a number: null and NaN both mean missing."""
    return ibis.ifelse(text.lower() == "nan", ibis.null("string"), text)
