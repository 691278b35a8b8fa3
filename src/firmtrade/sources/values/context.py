"""What a value is read with: the rows, the notation of their file, the rates, and what its reader saw."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from typing import Any, Self

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

    def beside(self, connection: Any, view: str, columns: MappingOf[str, ibis.Value]) -> Self:
        """The context with more columns in its rows, which are a view: what reads one of them computes it no more.

        Ibis would write the text of a column out wherever it is used, and the engine evaluate it each time.
        """
        rows = self.rows.mutate(**columns) if columns else self.rows
        return replace(self, rows=connection.create_view(view, rows))


def without(text: ibis.Value, missing: tuple[str, ...]) -> ibis.Value:
    """The text, null where it is a code for a missing value."""
    return ibis.ifelse(text.isin(missing), ibis.null("string"), text) if missing else text


def is_nan(text: ibis.Value) -> ibis.Value:
    """Whether a text is how programs write a number that is missing."""
    return text.lower() == "nan"
