"""The study file: every key, its type and its meaning. An unknown key is an error."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    StrictInt,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from firmtrade.messages import Text
from firmtrade.study.vocabulary import vocabulary

Kind = Literal[
    "mode", "conditional", "share", "level", "growth", "composition", "series",
    "dynamics", "transition", "distribution", "concentration", "trade",
]  # fmt: skip
Measure = Literal[
    "value", "value_growth",
    "partners", "new_partner_rate", "new_partner_value_share", "dropped_partner_rate", "new_partner_survival",
    "traders_per_partner", "traders_per_product",
    "products", "new_product_rate", "new_product_value_share", "dropped_product_rate", "new_product_survival",
]  # fmt: skip
MEASURES: tuple[str, ...] = get_args(Measure)
DETAILS = ("partner", "product")
Employment = Literal["employees_fte", "employees"]
FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def _names_a_file(name: str) -> str:
    if not re.fullmatch(FILE_NAME, name):
        raise ValueError(
            f"{name!r} cannot name a file: use letters, digits, `.`, `_` and `-`, a letter or digit first"
        )
    return name


FileName = Annotated[
    str, AfterValidator(_names_a_file), WithJsonSchema({"type": "string", "pattern": FILE_NAME})
]
"""A name that files and folders are called by, on every system."""
Limit = Annotated[StrictInt, Field(gt=0)]


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Population(_Declaration):
    """Which firms are meant. A missing turnover, headcount or ownership does not exclude a firm."""

    label: Text
    activity: str
    """Divisions of the study's activity scheme: ``10-45``, or ``10-14, 40-41``."""
    employees_below: Limit | None = None
    """Fewer employees than this; a firm without headcount is judged by its employment."""
    turnover_below: Limit | None = None
    """Turnover of twelve months below this, in currency units."""
    domestic_owned: StrictBool | None = None
    """Owned at home (`true`) or abroad (`false`)."""
    employment_at_least: Annotated[StrictFloat, Field(ge=0)] = 0
    """Employment, which must be known, of at least this."""
    definition: str
    source: str


class Band(_Declaration):
    """One class of an attribute: half-open ``[from, below)``, or the key of a classification's class."""

    key: str
    """Name of the class in keys of cells; not `unknown`, `total`, `none` or `n`, and not that of a subtotal."""
    label: Text
    from_: StrictFloat | None = Field(default=None, alias="from")
    """First number of the class; without it the class is open below."""
    below: StrictFloat | None = None
    """First number past the class; without it the class is open above."""


class Attribute(_Declaration):
    """A grouping of firms: bands of a number, or classes of a classification.

    ``of`` is ``employees`` (headcount where the column exists, the study's employment measure otherwise),
    ``age`` (reference year minus founding year), ``founded``, ``activity`` or ``seat``. A region of the seat is
    looked up by postcode in a classification, or read from the register where no classification is given.
    """

    label: Text
    of: Literal["employees", "age", "founded", "activity", "seat"]
    """What firms are grouped by."""
    classification: str | None = None
    """The list in which an activity (`technology-nace-1.1`) or a postcode (`postcodes-be`) is looked up."""
    classes: tuple[Band, ...] = Field(min_length=1)
    """The classes, in print order. A firm that is in none is `unknown`."""
    grain: Literal["firm", "firm-year"] = "firm-year"
    """Whether the class belongs to a firm or to a firm in a year."""
    definition: str
    unit: str
    source: str

    @model_validator(mode="after")
    def _bands_or_classification(self) -> Attribute:
        number = self.of in {"employees", "age", "founded"}
        if self.of != "seat" and number == (self.classification is not None):
            verb = "is cut by bands" if number else "is looked up in a classification"
            raise ValueError(
                f"an attribute of `{self.of}` {verb}: {'remove' if number else 'add'} `classification`"
            )
        keys = [band.key for band in self.classes]
        if len(set(keys)) < len(keys):
            raise ValueError("two classes have the same key")
        if number:
            edges = [
                (
                    band.from_ if band.from_ is not None else float("-inf"),
                    band.below if band.below is not None else float("inf"),
                )
                for band in self.classes
            ]
            if any(low >= high for low, high in edges):
                raise ValueError("a class is empty: `from` must be smaller than `below`")
            ordered = sorted(edges)
            if any(first[1] > second[0] for first, second in pairwise(ordered)):
                raise ValueError("two classes overlap: classes are half-open, [from, below)")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(band.key for band in self.classes)


class Subtotal(_Declaration):
    """A total over some divisions (``core`` manufacturing)."""

    label: Text
    activity: str
    """Divisions: `15-37`."""
    definition: str
    source: str


class TableDeclaration(_Declaration):
    """One table or figure: a kind, applied to populations, rows and columns."""

    id: FileName
    """A name for keys and files: ``4``, ``fig15``."""
    title: Text
    kind: Kind
    """How its numbers are made: see the reference of kinds."""
    population: str | tuple[str, ...]
    """A name of `[populations]`, or a list of names."""
    rows: str | None = None
    """An attribute, `division`, or a set of flags or statuses of the vocabulary, as the kind asks."""
    columns: str | None = None
    """As `rows`."""
    n: StrictBool = False
    """Print the number of firms of each group."""
    codes: StrictBool = False
    """Print the code of each division."""
    totals: tuple[str, ...] = ()
    """``total`` and keys of ``[subtotals]``, printed below the groups."""
    cohort: str | None = None
    """A class of the attribute ``founding_cohort``."""
    where: dict[str, tuple[str, ...]] = {}
    """Only firms in these classes of other attributes."""
    years: tuple[StrictInt, StrictInt] | None = None
    """First and last year: of a series, of the record that dynamics and distributions rest on, of a transition."""
    flow: Literal["export", "import"] | None = None
    """The flow that dynamics, distributions, concentration and trade are about."""
    measure: Measure | None = None
    """What is distributed over the traders."""
    decimals: Annotated[StrictInt, Field(ge=0, le=6)] = 1
    """Printed decimals; the unrounded value is always kept."""
    notes: tuple[Text, ...] = ()
    """Printed below the table."""

    @field_validator("years")
    @classmethod
    def _years_are_ordered(cls, years: tuple[int, int] | None) -> tuple[int, int] | None:
        if years is not None and years[0] > years[1]:
            raise ValueError("the first of two years must not be after the last")
        return years

    @property
    def details(self) -> frozenset[str]:
        """What the table asks of single declarations beside their zone: ``partner``, ``product``."""
        words = {self.measure or "", (self.rows or "") if self.kind == "trade" else ""}
        return frozenset(name for name in DETAILS if any(name in word for word in words))

    @property
    def is_figure(self) -> bool:
        return self.id.startswith("fig")

    @property
    def number(self) -> str:
        """``4`` of Table 4, ``15`` of Figure 15."""
        return self.id.removeprefix("fig")

    @property
    def populations(self) -> tuple[str, ...]:
        return (self.population,) if isinstance(self.population, str) else self.population


class About(_Declaration):
    """The head of a study."""

    name: FileName
    """Name of the study, as commands and files call it: letters, digits, `.`, `_` and `-`."""
    title: Text
    country: Annotated[str, Field(json_schema_extra={"pattern": r"^[A-Z]{2}$"})]
    """ISO 3166 alpha-2; trade with it is no foreign trade. Data that is stamped with another is refused."""
    reference_year: Annotated[StrictInt, Field(ge=1900, le=2200)]
    """Year of populations, classes and flows."""
    window: tuple[StrictInt, StrictInt]
    """First and last year of levels, growth and status."""
    union: str
    """Union policy: a fixed set (``EU-15``), ``membership`` at the date of each flow, or as ``declared``."""
    activity: str
    """Activity scheme: ``nace-1.1``, ``nace-2``, ``isic-2``."""
    employment: Employment
    """Measure of employment: of populations, levels and growth."""
    currency: Annotated[str, Field(json_schema_extra={"pattern": r"^[A-Z]{3}$"})] = "EUR"
    """Currency of every amount (ISO 4217). Data that is stamped with another is refused."""
    trade_threshold: Annotated[StrictFloat, Field(ge=0)] = 0
    """A flow counts where the year's sum exceeds this."""
    ventures_since: StrictInt | None = None
    """First founding year of a venture; the first year of the window where it is not given."""
    edition: str | None = None
    """Published numbers, a file beside the study."""
    definition: str
    source: str

    @field_validator("window")
    @classmethod
    def _window_is_ordered(cls, window: tuple[int, int]) -> tuple[int, int]:
        if window[0] >= window[1]:
            raise ValueError("the window's first year must be before its last")
        return window


class Study(_Declaration):
    """A validated study. Use :func:`firmtrade.study.load_study` to get one from a name or a path."""

    study: About
    populations: dict[str, Population] = {}
    attributes: dict[str, Attribute] = {}
    subtotals: dict[str, Subtotal] = {}
    tables: tuple[TableDeclaration, ...] = ()
    figures: tuple[TableDeclaration, ...] = ()
    _text: str = PrivateAttr(default="")

    @property
    def text(self) -> str:
        """The TOML text that the study was read from."""
        return self._text

    def with_text(self, text: str) -> Study:
        """The same study, remembering its text."""
        self._text = text
        return self

    @property
    def name(self) -> str:
        return self.study.name

    @property
    def reference_year(self) -> int:
        return self.study.reference_year

    @property
    def first_year(self) -> int:
        return self.study.window[0]

    @property
    def last_year(self) -> int:
        return self.study.window[1]

    @property
    def ventures_since(self) -> int:
        return self.study.ventures_since or self.first_year

    @property
    def outputs(self) -> tuple[TableDeclaration, ...]:
        """Tables, then figures, in print order."""
        return self.tables + self.figures

    @cached_property
    def panel_populations(self) -> tuple[str, ...]:
        """Populations that a level or growth table asks about."""
        used = (
            name for table in self.outputs if table.kind in {"level", "growth"} for name in table.populations
        )
        return tuple(dict.fromkeys(used))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every year that an output asks about, ascending."""
        years = {self.reference_year}
        if self.panel_populations:
            years |= {*self.study.window}
        for table in self.outputs:
            if table.years:
                years |= set(range(table.years[0], table.years[1] + 1))
        return tuple(sorted(years))

    @property
    def details(self) -> frozenset[str]:
        """What any output asks of single declarations beside their zone."""
        return frozenset().union(*(table.details for table in self.outputs))

    @property
    def value_unit(self) -> str:
        """``thousand_eur``: the unit of amounts."""
        return f"thousand_{self.study.currency.lower()}"

    @property
    def productivity_unit(self) -> str:
        """``thousand_eur_per_fte``: the unit of a productivity level follows currency and employment."""
        per = "fte" if self.study.employment == "employees_fte" else "employee"
        return f"thousand_{self.study.currency.lower()}_per_{per}"

    def output(self, identifier: str) -> TableDeclaration:
        """The table or figure with this id (``4``, ``fig15``)."""
        return next(table for table in self.outputs if table.id == identifier)

    def population_key(self, table: TableDeclaration, population: str) -> str:
        """The population as cells name it: with the founding cohort where the table has one."""
        return f"{population}, {table.cohort}" if table.cohort else population


def row_sets() -> dict[str, tuple[str, ...]]:
    """Names that ``rows`` and ``columns`` of a table may use beside attributes, with their keys."""
    words = vocabulary()
    return {
        name: tuple(entries) for family in (words.flags, words.status) for name, entries in family.items()
    }
