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
    """An Ibis connection to a database in memory that spills to ``scratch``, with the project's functions defined.

    Tables in a file would be compressed as they are written, which takes longer than all else.
    """
    database = connection(spill=scratch / "spill", memory_limit=MEMORY)
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
    # Whole numbers of a floating column are written without a point, however long they are.
    """CREATE MACRO text_of_float(number) AS CASE
        WHEN isnan(number) THEN NULL
        WHEN number = round(number) AND abs(number) < 1e15 THEN CAST(CAST(number AS BIGINT) AS VARCHAR)
        WHEN number = round(number) AND abs(number) < 1e38 THEN CAST(CAST(number AS HUGEINT) AS VARCHAR)
        ELSE CAST(number AS VARCHAR) END""",
    # Blanks around a text are no part of it, and signs without a width (zero-width spaces and joiners, marks of
    # direction, byte order marks, soft hyphens) are nowhere. Letters are composed: `é` is one sign, not two. A text
    # with as many bytes as signs is ASCII, and has neither.
    """CREATE MACRO known_text(text) AS nullif(CASE
        WHEN strlen(text) = length(text) AND ascii(text) > 32 AND NOT (suffix(text, ' ') OR suffix(text, chr(9))
            OR suffix(text, chr(10)) OR suffix(text, chr(13))) THEN text
        WHEN strlen(text) = length(text) THEN trim(text, chr(9) || chr(10) || chr(13) || chr(32))
        ELSE regexp_replace(nfc_normalize(regexp_replace(text,
            '[\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2069}\\x{FEFF}\\x{00AD}]', '', 'g')),
            '^[\\s\\pZ]+|[\\s\\pZ]+$', '', 'g') END, '')""",
    # DuckDB 1.5 reads a text into 128 bits two hundred times more slowly than into 64. What fits into 64 takes
    # the short road, which is exact for it.
    """CREATE MACRO decimal_or_null(plain) AS CASE
        WHEN regexp_full_match(plain, '[+-]?[0-9]{1,12}([.][0-9]{0,6})?')
        THEN CAST(TRY_CAST(plain AS DECIMAL(18, 6)) AS DECIMAL(36, 16))
        WHEN regexp_full_match(plain, '[+-]?[0-9]{1,16}([.][0-9]{0,2})?')
        THEN CAST(TRY_CAST(plain AS DECIMAL(18, 2)) AS DECIMAL(36, 16))
        ELSE TRY_CAST(plain AS DECIMAL(36, 16)) END""",
    # The decimal point moved to the right within the text, so that a number is rounded once, when it is stored.
    """CREATE MACRO shifted(plain, places) AS (
        WITH given AS (
            SELECT CASE WHEN contains(lower(plain), 'e') THEN CAST(TRY_CAST(plain AS DECIMAL(36, 16)) AS VARCHAR)
                        ELSE plain END AS digits
        ), parts AS (
            SELECT split_part(digits, '.', 1) AS above, split_part(digits, '.', 2) AS below FROM given
        )
        SELECT above || rpad(substr(below, 1, places), places, '0') || '.' || substr(below, places + 1) FROM parts
    )""",
    # 1990.0 is whole, 1990.5 is not.
    """CREATE MACRO whole_or_null(plain) AS CASE
        WHEN regexp_full_match(plain, '[+-]?[0-9]{1,9}') THEN TRY_CAST(plain AS INTEGER)
        WHEN TRY_CAST(plain AS DECIMAL(28, 10)) = round(TRY_CAST(plain AS DECIMAL(28, 10)))
        THEN TRY_CAST(TRY_CAST(plain AS DECIMAL(28, 10)) AS INTEGER) END""",
    # A date in the declared form and shape, or as ISO writes it, with or without a time of day.
    """CREATE MACRO date_or_null(text, form, shape) AS CASE
        WHEN regexp_full_match(text, shape) THEN CAST(try_strptime(text, form) AS DATE)
        WHEN regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9.]+)?(Z|[+-][0-9:]+)?)?')
        THEN CAST(try_strptime(left(text, 10), '%Y-%m-%d') AS DATE) END""",
    # The day of a running number: whole days or months of a unit after an origin. The year has four digits.
    """CREATE MACRO day_of_number(number, per_day, months, origin) AS CASE
        WHEN number IS NULL OR abs(number / per_day) > 2932896 OR abs(number * months) > 96000 THEN NULL
        WHEN months > 0 THEN CAST(CAST(origin AS DATE) + to_months(CAST(floor(number * months) AS INTEGER)) AS DATE)
        ELSE CAST(origin AS DATE) + CAST(floor(number / per_day) AS INTEGER) END""",
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


@_function(name="regexp_full_match", signature=(("string", "string"), "boolean"))
def has_shape(text: str, shape: str) -> Any:
    """Whether all of ``text`` is as the pattern ``shape`` says."""


@_function(name="decimal_or_null", signature=(("string",), "decimal(36, 16)"))
def decimal_or_null(plain: str) -> Any:
    """A plain number with 20 digits before the point and 16 behind it."""


@_function(name="shifted", signature=(("string", "int64"), "string"))
def shifted(plain: str, places: int) -> Any:
    """A plain number times ten to the power of ``places``, as text."""


@_function(name="whole_or_null", signature=(("string",), "int32"))
def whole_or_null(plain: str) -> Any:
    """A plain number where it is whole and fits into 32 bits."""


@_function(name="date_or_null", signature=(("string", "string", "string"), "date"))
def date_or_null(text: str, form: str, shape: str) -> Any:
    """The date that ``text`` is in the form of ``strptime`` and of a ``shape``, or as ISO writes it; null where it
    is none."""


@_function(name="day_of_number", signature=(("float64", "int64", "int64", "string"), "date"))
def day_of_number(number: float, per_day: int, months: int, origin: str) -> Any:
    """The day that lies ``number`` units after an origin: units of so many months, or so many to a day."""
