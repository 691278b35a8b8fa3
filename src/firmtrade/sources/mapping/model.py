"""Every key of a mapping file, its type and its meaning. An unknown key is an error.

Values of raw files are compared as text everywhere (``missing``, ``codes``, ``where``), trimmed, whatever
type the file stores them in: the whole number 1 is ``"1"``, a date is ``"2002-12-31"``, true is ``"true"``.
"""

from __future__ import annotations

import codecs
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PositiveInt,
    PrivateAttr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from firmtrade.sources.canonical import TABLES, Column, Table

UNITS = {"one": 1, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
DECIMALS_OF_RATE = 10
VARIABLE = "[A-Za-z_][A-Za-z0-9_]*"


def _as_text(value: Any) -> Any:
    """TOML's 1 and true are the texts ``1`` and ``true`` of a raw file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Raw = Annotated[str, BeforeValidator(_as_text)]
"""A value as it stands in a raw file."""
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Values = Annotated[tuple[Raw, ...], BeforeValidator(_listed)]


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        """Say which keys there are: pydantic's own message would name only the wrong one."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value if isinstance(value, dict) else ():
            if key not in known:
                raise PydanticCustomError("unknown_key", "unknown key", {"key": key, "known": known})
        return value


class StampOf(_Declaration):
    """What the data is and where it came from; it ends up in ``stamp.json``."""

    kind: Literal["real", "synthetic"]
    """Synthetic data is called so on every page."""
    title: str
    """Name of the data."""
    source: str
    """Who delivered it, and where it can be found."""
    currency: str = "EUR"
    """Currency of every amount in the canonical tables (ISO 4217)."""
    country: str = ""
    """The firms' own country (ISO 3166 alpha-2): no foreign partner, and the country of the postcodes."""


class Options(_Declaration):
    """How to import."""

    max_bad_rows: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of a file's rows that may be unreadable before the import stops."""
    three_decimals: Literal["stop", "warn"] = "stop"
    """What to do where most numbers of a column have exactly three decimals: their mark may be that of thousands."""
    trade_files: Literal["one", "by-year"] = "one"
    """Write `trade` as one file, or as a folder with a file for each year."""


class Currency(_Declaration):
    """The official rate of a currency into the stamp's currency, and where it is published."""

    multiply_by: Annotated[Decimal, Field(gt=0)] | None = None
    """Units of the stamp's currency for one unit of this one."""
    divide_by: Annotated[Decimal, Field(gt=0)] | None = None
    """Units of this currency for one unit of the stamp's, as the euro's conversion rates are fixed."""
    source: str
    """Where the rate is published."""

    @model_validator(mode="after")
    def _one_rate(self) -> Currency:
        if (self.multiply_by is None) == (self.divide_by is None):
            raise ValueError("give either `multiply_by` or `divide_by`")
        if len(self.rate.as_tuple().digits) > DECIMALS_OF_RATE:
            raise ValueError(f"a rate has at most {DECIMALS_OF_RATE} digits")
        return self

    @property
    def rate(self) -> Decimal:
        return self.multiply_by if self.multiply_by is not None else self.divide_by or Decimal(1)


class RawFile(_Declaration):
    """Raw files of one layout: a file, several by a pattern, members of archives, or a database query."""

    path: Names = ()
    """Files or patterns (``accounts_*.csv``), relative to the mapping; zip archives are opened."""
    inside: str | None = None
    """Member (or pattern) within a zip archive."""
    url: str | None = None
    """Database: ``postgresql://host/name``, ``duckdb://file``, ``sqlite://file``."""
    url_variable: str | None = None
    """Environment variable that holds the URL, so that no password stands in a file."""
    table: str | None = None
    """Table of the database, with its schema where it has one (`customs.declarations`)."""
    query: str | None = None
    """Query to the database, instead of a table."""
    format: str | None = None
    """Name of the format where the file's ending does not say it."""
    encoding: str = "utf-8"
    """Encoding of texts: `latin-1`, `cp1252`, `utf-16`, ... A byte order mark is no part of the first name."""
    separator: str = ","
    """Sign between fields of delimited text."""
    quote: str = '"'
    """Sign around texts of delimited text; the empty text where nothing is quoted."""
    decimal: Literal[".", ","] = "."
    """Decimal mark of numbers written as text."""
    thousands: Literal["", ".", ",", " ", "'"] = ""
    """Mark between groups of three digits; a blank stands for no-break blanks, too."""
    header: bool = True
    """Whether the first row holds the names of the columns."""
    names: tuple[str, ...] = ()
    """Names of the columns of a file without a header."""
    skip_lines: Annotated[int, Field(ge=0)] = 0
    """Lines above the header."""
    sheet: str | None = None
    """Sheet of a workbook; the first where it is not given."""
    missing: Values = ()
    """Texts that mean missing, beside the empty one."""
    max_columns: PositiveInt = 10_000
    """Columns that a file may have; more are refused, since its separator may be another."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            usual = "`utf-8`, `latin-1`, `cp1252` and `utf-16` are usual"
            raise ValueError(f"there is no encoding `{encoding}`; {usual}") from None

    @model_validator(mode="after")
    def _one_place(self) -> RawFile:
        database = self.url is not None or self.url_variable is not None
        if (not self.path) != database:
            raise ValueError("give either `path` (a file) or `url` (a database)")
        if self.url_variable is not None and not re.fullmatch(VARIABLE, self.url_variable):
            raise ValueError(
                "`url_variable` is the name of an environment variable, not an address: see `url`"
            )
        if self.url is not None and self.url_variable is not None:
            raise ValueError("give either `url` or `url_variable`")
        if database and (self.table is None) == (self.query is None):
            raise ValueError("a database needs either `table` or `query`")
        if not database and (self.table is not None or self.query is not None):
            raise ValueError("`table` and `query` belong to a database: give its `url`")
        if self.decimal == self.thousands:
            raise ValueError("the decimal and the thousands mark are the same")
        if self.names and self.header:
            raise ValueError("`names` are for files without a header: add `header = false`")
        return self


class Condition(_Declaration):
    """What must hold of a raw column for a row to be read. A text or list is short for ``is``."""

    is_: Values | None = Field(default=None, alias="is")
    """The value is one of these."""
    is_not: Values | None = None
    """The value is none of these; a missing value is none of them, and the report counts it."""
    starts_with: Values | None = None
    """The value begins with one of these."""
    above: Decimal | None = None
    """The value is a number above this one."""
    below: Decimal | None = None
    """The value is a number below this one."""
    between: tuple[Decimal, Decimal] | None = None
    """The value is a number between these two, or one of them."""
    known: bool | None = None
    """The value is (true) or is not (false) there."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Condition) else {"is": value}

    @property
    def numeric(self) -> bool:
        """Whether the value is compared as a number."""
        return self.above is not None or self.below is not None or self.between is not None


class Months(_Declaration):
    """The length of a book year, from its first to its last day."""

    first: str
    """Raw column of the first day."""
    last: str
    """Raw column of the last day."""


class Rule(_Declaration):
    """How one canonical column is made of raw ones. A text is short for ``column``.

    Steps run in this order: trim, missing, ``labels``; ``take``, ``keep`` and ``pad`` in the order in which they are
    written; ``case``, ``codes``; then the text is read as the canonical kind (``date``, ``part``, ``century``;
    ``unit``, ``currency``).
    """

    column: str | None = None
    """The raw column."""
    sum: Names = ()
    """Raw columns that are added; all must be known."""
    minus: Names = ()
    """Raw columns that are subtracted."""
    zero_if_missing: Names = ()
    """Those of ``sum`` and ``minus`` that are zero where they are missing."""
    constant: Raw | None = None
    """The same value in every row."""
    file_name: str | None = None
    """The name of the file, with ``{}`` where the value stands: ``accounts_{}.csv``."""
    months: Months | None = None
    """Length of a book year, from its first and its last day."""
    missing: Values = ()
    """Texts of this column that mean missing, beside those of the file."""
    labels: bool = False
    """Take the label that a Stata or SPSS file gives the value, where it gives one."""
    take: tuple[PositiveInt, PositiveInt] | None = None
    """First and last character, from 1."""
    keep: Literal["digits"] | None = None
    """Remove everything else: `0200.065.765` becomes `0200065765`."""
    pad: PositiveInt | None = None
    """Fill with zeros on the left to this length."""
    case: Literal["upper", "lower"] | None = None
    """Turn letters into capitals, or small."""
    codes: dict[str, Raw] = {}
    """What each value means: `{ J = true, N = false }`; the empty text means missing."""
    otherwise: Literal["reject", "keep", "missing"] = "reject"
    """What becomes of a value that ``codes`` does not list."""
    date: str | None = None
    """``dd-mm-yyyy``, ``yyyymm``, ``dd/mm/yyyy HH:MM``, ...; ``yyyy-mm-dd`` where it is not given. A running number is
    ``days since 1899-12-30`` (or ``months``, ``quarters``, ``seconds``, ...), or as Stata writes it, ``%tm``."""
    part: Literal["year", "month"] | None = None
    """Which part of a date is meant; of a year column, the year."""
    century: Literal[1800, 1900, 2000] | None = None
    """Added to years written with two digits (`yy` in a `date`)."""
    unit: Literal["one", "hundred", "thousand", "million"] = "one"
    """Amounts are multiplied by it."""
    currency: str | None = None
    """Name of the currency in `[currencies]` from which amounts are converted."""

    _steps: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _in_written_order(cls, value: Any, handler: ModelWrapValidatorHandler[Rule]) -> Rule:
        rule = handler({"column": value} if isinstance(value, str) else value)
        if isinstance(value, dict):
            rule._steps = tuple(key for key in value if key in ("take", "keep", "pad"))
        return rule

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that cut or fill the text, in the order in which the mapping writes them."""
        return self._steps

    @model_validator(mode="after")
    def _one_origin(self) -> Rule:
        origins = [
            name
            for name in ("column", "sum", "constant", "file_name", "months")
            if getattr(self, name) not in (None, ())
        ]
        if len(origins) != 1:
            given = f", not {' and '.join(f'`{name}`' for name in origins)}" if origins else ""
            raise ValueError(f"give one of `column`, `sum`, `constant`, `file_name` and `months`{given}")
        if (self.minus or self.zero_if_missing) and not self.sum:
            raise ValueError("`minus` and `zero_if_missing` belong to `sum`")
        stray = set(self.zero_if_missing) - {*self.sum, *self.minus}
        if stray:
            raise ValueError(
                f"`zero_if_missing` names `{min(stray)}`, which is neither in `sum` nor in `minus`"
            )
        if self.file_name is not None and self.file_name.count("{}") != 1:
            raise ValueError("`file_name` has one `{}` where the value stands, such as `accounts_{}.csv`")
        if self.take is not None and self.take[0] > self.take[1]:
            raise ValueError("`take` gives the first and the last character, from 1")
        if self.labels and self.column is None:
            raise ValueError("`labels` belongs to `column`")
        if self.otherwise != "reject" and not self.codes:
            raise ValueError("`otherwise` belongs to `codes`")
        return self

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Raw columns that this rule reads."""
        own = (self.column,) if self.column is not None else ()
        dates = (self.months.first, self.months.last) if self.months else ()
        return (*own, *self.sum, *self.minus, *dates)


class Own(Rule):
    """A column that the canonical table does not have, kept under its own name for a study to group by."""

    kind: Literal["text", "integer", "money", "quantity", "flag"] = "text"
    """What it holds; amounts of money are in currency units, quantities have six decimals."""


class Pivot(_Declaration):
    """A long table (one row per firm, year and rubric) becomes one row per firm and year."""

    names: str
    """Raw column that holds the rubrics."""
    values: str
    """Raw column that holds their values."""
    per: Names = ()
    """Raw columns that make a row; none where a file is one filing."""


class Preference(_Declaration):
    """Which row stands where several have the same key."""

    column: str
    """Raw column that decides."""
    order: Values = ()
    """Values from the most to the least preferred; what is not listed comes after them."""
    take: Literal["first", "last"] = "first"
    """Without `order`: the smallest or the largest value, as number, date (with `date`) or text."""
    date: str | None = None
    """Pattern of a date, such as `dd-mm-yyyy`."""


Alternatives = Annotated[tuple[Rule, ...], BeforeValidator(_listed), Field(min_length=1)]
"""Rules in order: the first that gives a value counts."""


class Join(_Declaration):
    """Columns from another raw file, for the rows with the same key."""

    file: str
    """Name of the raw file in `[files]`."""
    where: dict[str, Condition] = {}
    """Conditions on raw columns that a row must meet to be read."""
    pivot: Pivot | None = None
    """Turn a long table into one row per key."""
    melt: str | None = None
    """Turn columns such as `9087_2002` into rows by year: `{column}_{year}`. The year is the raw column `year`."""
    prefer: tuple[Preference, ...] = ()
    """Which row stands where several have the same key; the first preference decides, then the next."""
    columns: dict[str, Alternatives]
    """How each canonical column is made: a rule, or a list of rules of which the first that gives a value counts."""
    extra: dict[str, Own] = {}
    """Columns of your own in `firms` and `accounts`, by name: a study groups by them as `firms.legal_form`."""

    @property
    def rules(self) -> dict[str, tuple[Rule, ...]]:
        """The rules of every column, the own ones included."""
        return {**self.columns, **{name: (rule,) for name, rule in self.extra.items()}}

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Raw columns that this declaration reads, after ``melt`` and ``pivot``, each once."""
        rules = [rule for alternatives in self.rules.values() for rule in alternatives]
        preferred = [preference.column for preference in self.prefer]
        return tuple(dict.fromkeys([*(name for rule in rules for name in rule.raw_columns), *preferred]))


class Feed(Join):
    """One raw file that gives rows to a canonical table."""

    join: Annotated[tuple[Join, ...], BeforeValidator(_listed)] = ()
    """Columns from other raw files, for rows with the same key."""


Feeds = Annotated[tuple[Feed, ...], BeforeValidator(_listed)]


class Mapping(_Declaration):
    """A whole mapping file."""

    stamp: StampOf
    """What the data is and where it came from."""
    options: Options = Field(default_factory=Options, alias="import")
    """How to import."""
    currencies: dict[str, Currency] = {}
    """Rates of other currencies, by name."""
    files: dict[str, RawFile] = Field(min_length=1)
    """Raw files, by a name of your choice."""
    firms: Feeds = ()
    """The register. A table may be fed from several raw files: `[[firms]]` for each."""
    accounts: Feeds = ()
    """Annual accounts."""
    trade: Feeds = ()
    """Declarations of trade."""
    coverage: Feeds = ()
    """What the trade files cover."""
    links: Feeds = ()
    """Mergers, splits and new numbers."""
    support: Feeds = ()
    """Support programmes."""
    benchmarks: Feeds = ()
    """Official totals."""

    _origin: tuple[str, str] = PrivateAttr(default=("", "mapping.toml"))

    @property
    def text(self) -> str:
        """The TOML text that the mapping was read from."""
        return self._origin[0]

    @property
    def name(self) -> str:
        """The name of its file."""
        return self._origin[1]

    def with_text(self, text: str, name: str) -> Mapping:
        """The same mapping, remembering its text and the name of its file."""
        self._origin = (text, name)
        return self

    @property
    def feeds(self) -> dict[str, tuple[Feed, ...]]:
        """The declared feeds by table, tables in canonical order."""
        names = ("firms", "accounts", "trade", "coverage", "links", "support", "benchmarks")
        return {name: feeds for name in names if (feeds := getattr(self, name))}

    def table(self, name: str) -> Table:
        """A canonical table with the columns that the mapping adds to it."""
        parts = [part for feed in self.feeds[name] for part in (feed, *feed.join)]
        own = {column: rule.kind for part in parts for column, rule in part.extra.items()}
        return TABLES[name].with_columns(Column(column, kind, "") for column, kind in own.items())
