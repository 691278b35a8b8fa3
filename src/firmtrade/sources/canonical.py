"""The canonical tables: the only form in which data enters.

A canonical folder holds ``NAME.parquet`` (a file, or a folder of Parquet files, partitioned or not) for
each table below, and may hold ``stamp.json``, which says what the data is (real or synthetic) and where it
came from.
Null and NaN both mean missing; a missing value is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

STORED = {
    "text": "string",
    "year": "int32",
    "integer": "int32",
    "flag": "boolean",
    "date": "date",
    "money": "decimal(18, 2)",
    "quantity": "decimal(18, 6)",
    "total": "decimal(24, 6)",
}
"""The type in which a canonical kind is stored."""
IDENTIFIERS = ("firm_id", "successor_id", "group_id")
"""Columns of texts that name firms and groups."""
AMOUNTS = ("money", "quantity", "total")
"""Kinds that are decimals."""


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """One column: its name, kind, unit and meaning.

    ``kind`` is ``text``, ``year`` (int32), ``integer``, ``flag`` (boolean), ``date``, ``money``
    (``DECIMAL(18,2)``, currency units of the study, never thousands), ``quantity`` (``DECIMAL(18,6)``) or ``total``
    (``DECIMAL(24,6)``: a sum over a whole country, of persons or of money).
    ``letters`` is ``upper`` or ``lower`` where the column holds codes that are the same in other letters: a
    canonical table has them literally as their list writes them, and every room compares them so.
    ``filled`` is true where a table may lack the column, but no row of a table that has it its value.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    required: bool = False
    letters: str = ""
    filled: bool = False


@dataclass(frozen=True, slots=True)
class CanonicalTable:
    """One canonical table, its grain (the key that makes a row unique) and columns."""

    name: str
    grain: tuple[str, ...]
    meaning: str
    columns: tuple[CanonicalColumn, ...] = field(default=())

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns in which every row must have a value, where they are there."""
        return tuple(column.name for column in self.columns if column.required or column.filled)

    def with_columns(self, more: Iterable[CanonicalColumn]) -> CanonicalTable:
        """The table with more columns behind its own."""
        return replace(self, columns=(*self.columns, *more))

    def column(self, name: str) -> CanonicalColumn:
        return next(column for column in self.columns if column.name == name)


def _column(name: str, kind: str, meaning: str, unit: str = "", required: bool = False) -> CanonicalColumn:
    return CanonicalColumn(name, kind, meaning, unit, required)


def _code(name: str, letters: str, meaning: str, required: bool = False) -> CanonicalColumn:
    return CanonicalColumn(name, "text", meaning, required=required, letters=letters)


FIRM_ID = _column("firm_id", "text", "stable identifier of the firm", required=True)
YEAR = _column("year", "year", "calendar year, or the year in which the book year ends", required=True)

FIRMS = CanonicalTable(
    "firms",
    ("firm_id", "year"),
    "The register: one state per firm, or one per firm and year (as-of: the latest at or before).",
    (
        FIRM_ID,
        _column("year", "year", "year of the register's state; absent: one state for all years"),
        _column("founded", "year", "year of foundation"),
        _column("founded_on", "date", "date of foundation"),
        _column("closed", "year", "year in which the firm ended"),
        _column("nace", "text", "activity code, or a section letter where no more is known"),
        _code("nace_revision", "lower", "revision of the activity code"),
        _column("postcode", "text", "postcode of the seat"),
        _column("region", "text", "region of the seat; wins over the postcode"),
        _column("domestic_owned", "flag", "controlled by domestic owners"),
        _column("group_id", "text", "enterprise group: the unit that disclosure rules protect"),
    ),
)
ACCOUNTS = CanonicalTable(
    "accounts",
    ("firm_id", "year"),
    "Annual accounts: one row per firm and book year.",
    (
        FIRM_ID,
        YEAR,
        _column("employees_fte", "quantity", "average employment", "full-time equivalents"),
        _column("employees", "quantity", "average headcount", "persons"),
        _column("turnover", "money", "turnover", "currency units"),
        _column("value_added", "money", "value added", "currency units"),
        _column("total_assets", "money", "balance sheet total", "currency units"),
        _column("labor_cost", "money", "cost of labor", "currency units"),
        _column("tangible_assets", "money", "tangible fixed assets", "currency units"),
        _column("book_months", "integer", "length of the book year", "months"),
    ),
)
TRADE = CanonicalTable(
    "trade",
    (),
    "Declarations: any number of rows per firm, year and flow; corrections may be negative.",
    (
        FIRM_ID,
        YEAR,
        _code("flow", "lower", "`import` or `export`", required=True),
        CanonicalColumn(
            "value",
            "money",
            "value of the flow; without the column a row says that the firm has it",
            "currency units",
            filled=True,
        ),
        _column("month", "integer", "month of the flow"),
        _code("partner", "upper", "partner country, ISO 3166 alpha-2 or Eurostat's special codes"),
        _code("zone", "lower", "`intra` or `extra`, as declared; the partner wins over it"),
        _column("product", "text", "product code"),
    ),
)
COVERAGE = CanonicalTable(
    "coverage",
    ("flow", "zone", "year"),
    "What the trade files cover. An uncovered year is unknown, not zero.",
    (
        _code("flow", "lower", "`import` or `export`", required=True),
        _code("zone", "lower", "`intra` or `extra`", required=True),
        YEAR,
        _column("threshold", "money", "value below which firms need not declare", "currency units"),
    ),
)
LINKS = CanonicalTable(
    "links",
    ("firm_id", "successor_id", "year", "kind"),
    "Mergers, splits and new numbers.",
    (
        FIRM_ID,
        _column("successor_id", "text", "firm that continues it", required=True),
        YEAR,
        _code("kind", "lower", "`merger`, `split` or `renumbered` (a new number of one firm)", required=True),
    ),
)
SUPPORT = CanonicalTable(
    "support",
    (),
    "Support programmes that a firm took part in.",
    (
        FIRM_ID,
        YEAR,
        _column("programme", "text", "name of the programme", required=True),
        _column("kind", "text", "kind of support"),
        _column("amount", "money", "amount granted", "currency units"),
        _column("end", "year", "last year of the support"),
    ),
)
BENCHMARKS = CanonicalTable(
    "benchmarks",
    ("indicator", "year"),
    "Official totals that the coverage ratios of `check` are set against.",
    (
        _column(
            "indicator", "text", "name of the total, such as `employment` or `export_value`", required=True
        ),
        YEAR,
        _column("value", "total", "the official total", required=True),
        _column("source", "text", "publication it was taken from", required=True),
    ),
)

TABLES: dict[str, CanonicalTable] = {
    table.name: table for table in (FIRMS, ACCOUNTS, TRADE, COVERAGE, LINKS, SUPPORT, BENCHMARKS)
}
REQUIRED_TABLES = ("firms", "accounts", "trade")
STAMP = "stamp.json"
