"""A whole mapping file: what the data is, its raw files, and the feeds of every canonical table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from firmtrade.sources.canonical import TABLES, CanonicalColumn, CanonicalTable
from firmtrade.sources.mapping.declaration import MappingPart, Names, Values, listed
from firmtrade.sources.mapping.raw_file import RawFile
from firmtrade.sources.mapping.rule import ColumnRule, Own, RowCondition

DECIMALS_OF_RATE = 10


class StampOf(MappingPart):
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


class Options(MappingPart):
    """How to import."""

    max_bad_rows: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of a file's rows that may be unreadable before the import stops."""
    three_decimals: Literal["stop", "warn"] = "stop"
    """What to do where most numbers of a column have exactly three decimals: their mark may be that of thousands."""
    trade_files: Literal["one", "by-year"] = "one"
    """Write `trade` as one file, or as a folder with a file for each year."""


class Currency(MappingPart):
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


class Pivot(MappingPart):
    """A long table (one row per firm, year and rubric) becomes one row per firm and year."""

    names: str
    """Raw column that holds the rubrics."""
    values: str
    """Raw column that holds their values."""
    per: Names = ()
    """Raw columns that make a row; none where a file is one filing."""
    absent: Literal["stop", "missing"] = "stop"
    """A rubric that no row has stops the import, or is missing everywhere."""


class Lookup(MappingPart):
    """Raw columns of another file, found by a value that both have; a value that stands there twice finds nothing."""

    file: str
    """Name of the other raw file in `[files]`."""
    column: str
    """Raw column here, after `melt` and `pivot`."""
    equals: str
    """Raw column there."""
    take: Names
    """Raw columns that are taken over, under their names."""


class Preference(MappingPart):
    """Which row stands where several have the same key."""

    column: str
    """Raw column that decides."""
    order: Values = ()
    """Values from the most to the least preferred; what is not listed comes after them."""
    take: Literal["first", "last"] = "first"
    """Without `order`: the smallest or the largest value, as number, date (with `date`) or text."""
    date: str | None = None
    """Pattern of a date, such as `dd-mm-yyyy`."""


Alternatives = Annotated[tuple[ColumnRule, ...], BeforeValidator(listed), Field(min_length=1)]
"""Rules in order: the first that gives a value counts."""


class Join(MappingPart):
    """A raw file and how its columns become canonical ones."""

    file: str
    """Name of the raw file in `[files]`."""
    where: dict[str, RowCondition] = Field(default_factory=dict)
    """Conditions on raw columns that a row must meet to be read."""
    pivot: Pivot | None = None
    """Turn a long table into one row per key."""
    melt: str | None = None
    """Turn columns such as `9087_2002` into rows by year: `{column}_{year}`. The year is the raw column `year`."""
    lookup: Lookup | None = None
    """Take raw columns of another file over, which rules and `prefer` read like its own."""
    prefer: tuple[Preference, ...] = ()
    """Which row stands where several have the same key; the first preference decides, then the next."""
    columns: dict[str, Alternatives]
    """How each canonical column is made: a rule, or a list of rules of which the first that gives a value counts."""
    extra: dict[str, Own] = Field(default_factory=dict)
    """Columns of your own in `firms` and `accounts`, by name: a study groups by them as `firms.legal_form`."""

    @property
    def rules(self) -> dict[str, tuple[ColumnRule, ...]]:
        """The rules of every column, the own ones included."""
        return {**self.columns, **{name: (rule,) for name, rule in self.extra.items()}}

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Raw columns that this declaration reads, after ``melt`` and ``pivot``, each once."""
        rules = [rule for alternatives in self.rules.values() for rule in alternatives]
        names = [name for rule in rules for name in rule.raw_columns]
        names += [preference.column for preference in self.prefer]
        elsewhere: tuple[str, ...] = ()
        if self.lookup is not None:
            names.append(self.lookup.column)
            elsewhere = self.lookup.take
        return tuple(name for name in dict.fromkeys(names) if name not in elsewhere)


class Addition(Join):
    """Columns from another raw file, for the rows with the same key."""

    fill: bool = False
    """Columns that an earlier file gives are filled where they are missing."""


class Feed(Join):
    """One raw file that gives rows to a canonical table."""

    distinct: bool = False
    """Rows that repeat another are no mistakes: each counts once."""
    join: Annotated[tuple[Addition, ...], BeforeValidator(listed)] = ()
    """Columns from other raw files, for rows with the same key."""


Feeds = Annotated[tuple[Feed, ...], BeforeValidator(listed)]


class Mapping(MappingPart):
    """A whole mapping file."""

    stamp: StampOf
    """What the data is and where it came from."""
    options: Options = Field(default_factory=Options, alias="import")
    """How to import."""
    currencies: dict[str, Currency] = Field(default_factory=dict)
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

    def table(self, name: str) -> CanonicalTable:
        """A canonical table with the columns that the mapping adds to it."""
        parts = [part for feed in self.feeds[name] for part in (feed, *feed.join)]
        own = {column: rule.kind for part in parts for column, rule in part.extra.items()}
        return TABLES[name].with_columns(CanonicalColumn(column, kind, "") for column, kind in own.items())
