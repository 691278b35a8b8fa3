"""A DuckDB of one's own for one run, through Ibis: bounded memory, work on disk, nothing left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis

from firmtrade.engines.duck import connection

MEMORY = "3GB"
"""What the engine may hold; beyond it, it works on disk."""


@contextmanager
def engine(scratch: Path) -> Iterator[Any]:
    """An Ibis connection to a database file in ``scratch``, with the project's functions defined."""
    database = connection(scratch / "work.duckdb", spill=scratch / "spill", memory_limit=MEMORY)
    try:
        for macro in _MACROS:
            database.raw_sql(macro)
        yield database
    finally:
        database.disconnect()


_MACROS = (
    # In whole numbers, because decimals have no exact division; cents rounded half away from zero.
    """CREATE MACRO converted_amount(amount, multiplier, divisor) AS (
        WITH given AS (
            SELECT CAST(amount * 10000000000::DECIMAL(11, 0) AS HUGEINT) * multiplier::HUGEINT AS above,
                   divisor::HUGEINT * 100000000 AS below
        )
        SELECT CAST(sign(above) * ((2 * abs(above) + below) // (2 * below)) AS DECIMAL(36, 0))
               * 0.01::DECIMAL(3, 2)
        FROM given
    )""",
    # Whole numbers of a floating column are written without a point, as far as they are exact.
    """CREATE MACRO text_of_float(number) AS CASE
        WHEN isnan(number) THEN NULL
        WHEN number = round(number) AND abs(number) < 1e15 THEN CAST(CAST(number AS BIGINT) AS VARCHAR)
        ELSE CAST(number AS VARCHAR) END""",
    # Blanks around a text are no part of it, the no-break space of spreadsheets included.
    """CREATE MACRO known_text(text) AS
        nullif(trim(text, chr(9) || chr(10) || chr(13) || chr(32) || chr(160)), '')""",
    # A number in the notation of ``shape``, rewritten with a point and without ``mark`` (a pattern).
    """CREATE MACRO plain_or_null(text, shape, mark, point) AS CASE
        WHEN regexp_full_match(text, shape)
        THEN replace(regexp_replace(text, mark, '', 'g'), point, '.') END""",
    # DuckDB 1.5 reads a text into 128 bits two hundred times more slowly than into 64, and turns 128 bits
    # into 64 slowly, too. What fits into 64 takes the short road, which is exact for it.
    "CREATE MACRO is_short(plain) AS regexp_full_match(plain, '[+-]?[0-9]{1,12}([.][0-9]{0,6})?')",
    """CREATE MACRO decimal_or_null(plain) AS CASE
        WHEN is_short(plain) THEN CAST(TRY_CAST(plain AS DECIMAL(18, 6)) AS DECIMAL(28, 10))
        ELSE TRY_CAST(plain AS DECIMAL(28, 10)) END""",
    """CREATE MACRO money_or_null(plain) AS CASE
        WHEN is_short(plain) THEN CAST(TRY_CAST(plain AS DECIMAL(18, 6)) AS DECIMAL(18, 2))
        ELSE TRY_CAST(TRY_CAST(plain AS DECIMAL(28, 10)) AS DECIMAL(18, 2)) END""",
    """CREATE MACRO quantity_or_null(plain) AS CASE
        WHEN is_short(plain) THEN TRY_CAST(plain AS DECIMAL(18, 6))
        ELSE TRY_CAST(TRY_CAST(plain AS DECIMAL(28, 10)) AS DECIMAL(18, 6)) END""",
    # 1990.0 is whole, 1990.5 is not.
    """CREATE MACRO whole_or_null(plain) AS CASE
        WHEN regexp_full_match(plain, '[+-]?[0-9]{1,9}') THEN TRY_CAST(plain AS INTEGER)
        WHEN TRY_CAST(plain AS DECIMAL(28, 10)) = round(TRY_CAST(plain AS DECIMAL(28, 10)))
        THEN TRY_CAST(TRY_CAST(plain AS DECIMAL(28, 10)) AS INTEGER) END""",
    # A date in the declared form, or as ISO writes it (so do dates that a file stores as dates).
    """CREATE MACRO date_or_null(text, form) AS
        CAST(coalesce(try_strptime(text, form), try_strptime(text, '%Y-%m-%d')) AS DATE)""",
)


_function: Callable[..., Callable[[Callable[..., Any]], Any]] = ibis.udf.scalar.builtin
"""A function of the engine, called by its name."""


@_function(name="converted_amount", signature=(("decimal(26, 10)", "int64", "int64"), "decimal(38, 2)"))
def converted_amount(amount: Decimal, multiplier: int, divisor: int) -> Any:
    """``amount * multiplier / divisor``, exactly, rounded to cents half away from zero."""


@_function(name="text_of_float", signature=(("float64",), "string"))
def text_of_float(number: float) -> Any:
    """A floating number as a person would write it: 18.0 is ``18``; NaN is missing."""


@_function(name="known_text", signature=(("string",), "string"))
def known_text(text: str) -> Any:
    """The text without blanks around it; null where nothing is left."""


@_function(name="plain_or_null", signature=(("string",) * 4, "string"))
def plain_or_null(text: str, shape: str, mark: str, point: str) -> Any:
    """``text`` without ``mark`` and with ``point`` as a point, where it has the ``shape`` of a number."""


@_function(name="decimal_or_null", signature=(("string",), "decimal(28, 10)"))
def decimal_or_null(plain: str) -> Any:
    """A plain number with 18 digits before the point and 10 behind it."""


@_function(name="money_or_null", signature=(("string",), "decimal(18, 2)"))
def money_or_null(plain: str) -> Any:
    """A plain number as money, rounded to cents half away from zero; null where it is too large."""


@_function(name="quantity_or_null", signature=(("string",), "decimal(18, 6)"))
def quantity_or_null(plain: str) -> Any:
    """A plain number as a quantity; null where it is too large."""


@_function(name="whole_or_null", signature=(("string",), "int32"))
def whole_or_null(plain: str) -> Any:
    """A plain number where it is whole and fits into 32 bits."""


@_function(name="date_or_null", signature=(("string", "string"), "date"))
def date_or_null(text: str, form: str) -> Any:
    """The date that ``text`` is in the form of ``strptime``, or as ISO writes it; null where it is none."""
