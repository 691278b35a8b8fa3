"""The study file: every key, its type and its meaning. An unknown key is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    StrictInt,
    field_validator,
    model_validator,
)

from firmtrade.classifications import EU, UnionPolicy, list_of_members, union_policy
from firmtrade.concepts.firm_end import CONFIRMED_WITHIN
from firmtrade.messages import Text
from firmtrade.outputs.notebook import card
from firmtrade.study.prices import Deflator
from firmtrade.study.prose import Prose
from firmtrade.study.tables import FileName, Step, TableDeclaration, TablePart, Year
from firmtrade.study.vocabulary import vocabulary

Employment = Literal["employees_fte", "employees"]
NUMBERS = ("employees", "age", "founded", "export_intensity")
LOOKED_UP = ("activity", "seat")
COLUMN_OF_STUDY = r"^(firms|accounts)[.]([A-Za-z_][A-Za-z0-9_]*)$"
COLUMN = re.compile(COLUMN_OF_STUDY)
"""What firms may be grouped by: numbers, what a list or the register tells, and any column."""
Limit = Annotated[StrictInt, Field(gt=0)]


def column_named(of: str | None) -> tuple[str, str] | None:
    """The table and the column that a study names, ``firms.legal_form``; None where it names something else.

    >>> column_named("firms.legal_form"), column_named("age")
    (('firms', 'legal_form'), None)
    """
    found = COLUMN.fullmatch(of or "")
    return (found[1], found[2]) if found else None


class Population(TablePart):
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


class DeclaredClass(TablePart):
    """One class of an attribute: half-open ``[from, below)``, or the key of a classification's class."""

    key: str
    """Name of the class in keys of cells; not `unknown`, `total`, `none` or `n`, and not that of a subtotal."""
    label: Text
    from_: StrictFloat | None = Field(default=None, alias="from")
    """First number of the class; without it the class is open below."""
    below: StrictFloat | None = None
    """First number past the class; without it the class is open above."""
    values: tuple[str, ...] = ()
    """What a column holds of firms of the class, where it is not the key: `["014", "016"]`, or `["true"]`."""


class Attribute(TablePart):
    """A grouping of firms: bands of a number, classes of a classification, or values of a column.

    ``of`` is ``employees`` (headcount where the column exists, the study's employment measure otherwise), ``age``
    (reference year minus founding year), ``founded``, ``activity``, ``seat``, ``export_intensity`` (exports in percent
    of turnover), or any column of the register or the accounts: ``firms.legal_form``, ``accounts.turnover``. A region
    of the seat is looked up by postcode in a classification, or read from the register where no classification is
    given. A column of amounts is cut by bands, in currency units of twelve months; of any other column classes have
    ``values``.
    """

    label: Text
    of: str
    """What firms are grouped by: `employees`, `age`, `founded`, `activity`, `seat`, `export_intensity`, or a column of
    the register or the accounts, `firms.legal_form` or `accounts.turnover`."""
    classification: str | None = None
    """The list in which an activity (`technology-nace-1.1`) or a postcode (`postcodes-be`) is looked up."""
    classes: tuple[DeclaredClass, ...] = Field(min_length=1)
    """The classes, in print order. A firm that is in none is `unknown`."""
    grain: Literal["firm", "firm-year"] = "firm-year"
    """Whether the class belongs to a firm or to a firm in a year."""
    definition: str
    unit: str
    source: str

    @field_validator("of")
    @classmethod
    def _known_source(cls, of: str) -> str:
        if of not in (*NUMBERS, *LOOKED_UP) and not COLUMN.fullmatch(of):
            known = ", ".join(f"`{name}`" for name in (*NUMBERS, *LOOKED_UP))
            raise ValueError(
                f"firms are not grouped by `{of}`: give {known}, or a column such as `firms.legal_form` or "
                "`accounts.turnover`"
            )
        return of

    @model_validator(mode="after")
    def _bands_or_classification(self) -> Attribute:
        number = self.in_bands
        if self.column is not None and self.classification is not None:
            raise ValueError(f"`{self.of}` is not looked up in a classification: remove `classification`")
        if any((band.from_ is not None or band.below is not None) != number for band in self.classes):
            raise ValueError("classes are either bands (`from`, `below`) or values, not some of each")
        if any(band.values for band in self.classes) and (number or self.column is None):
            raise ValueError("`values` belong to classes of a column of codes")
        values = [value for band in self.classes for value in band.values or (band.key,)]
        if self.column is not None and not number and len(set(values)) < len(values):
            raise ValueError("two classes have the same value")
        if self.column is None and self.of != "seat" and number == (self.classification is not None):
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

    @property
    def column(self) -> tuple[str, str] | None:
        """The table and the column of the data that are named; None where it is something else."""
        return column_named(self.of)

    @property
    def in_bands(self) -> bool:
        """Whether classes are bands of a number."""
        if self.column is None:
            return self.of in NUMBERS
        return any(band.from_ is not None or band.below is not None for band in self.classes)

    @property
    def of_register(self) -> bool:
        """Whether it follows from a state of the register alone."""
        return self.of in LOOKED_UP or (self.column is not None and self.column[0] == "firms")


class Subtotal(TablePart):
    """A total over some divisions (``core`` manufacturing)."""

    label: Text
    activity: str
    """Divisions: `15-37`."""
    definition: str
    source: str


class Union(TablePart):
    """A union of the study's own: a list of countries, the same for all years; its name is that of its flows."""

    members: tuple[str, ...] = Field(min_length=1)
    """Countries, ISO 3166 alpha-2."""
    definition: str
    source: str


class StudyHead(TablePart):
    """The head of a study."""

    name: FileName
    """Name of the study, as commands and files call it: letters, digits, `.`, `_` and `-`."""
    title: Text
    country: Annotated[str, Field(json_schema_extra={"pattern": r"^[A-Z]{2}$"})]
    """ISO 3166 alpha-2; trade with it is no foreign trade. Data that is stamped with another is refused."""
    reference_year: Year
    """Year of populations, classes and flows."""
    window: tuple[Year, Year]
    """First and last year of levels, growth and status."""
    union: str
    """Union policy: a fixed set (``EU-15``), ``membership`` of the EU at the date of each flow, or as ``declared``; or
    another union by its members at the date (``ASEAN``, ``EFTA``, ``NAFTA``), or one of ``[unions]``."""
    activity: str
    """Activity scheme: ``nace-1.1``, ``nace-2``, ``isic-2``."""
    employment: Employment
    """Measure of employment: of populations, levels and growth."""
    currency: Annotated[str, Field(json_schema_extra={"pattern": r"^[A-Z]{3}$"})] = "EUR"
    """Currency of every amount (ISO 4217). Data that is stamped with another is refused."""
    trade_threshold: Annotated[StrictFloat, Field(ge=0)] = 0
    """A flow counts where the year's sum exceeds this."""
    threshold: Literal["declared", "constant"] = "declared"
    """Flows as declared, or the highest threshold of declaration in `coverage` over the study's years held for all."""
    firms: Literal["joined", "as_registered"] = "joined"
    """One firm over its numbers, by the table `links`; or each number of the register a firm."""
    step: Step = 1
    """Years from one wave of the data to the next: 2 of a survey every other year. Tables and evidence go from wave to
    wave, and the reference year is one."""
    records: Literal["all", "sample"] | None = None
    """Whether the records are of `all` firms or of a `sample`: a firm of a sample that is missing from a year was not
    asked then, and is neither gone nor without trade. Without it, records with a `weight` are a sample."""
    weight: Annotated[str, Field(pattern=COLUMN_OF_STUDY)] | None = None
    """Where the records are a sample: the column that says how many firms each stands for, `firms.weight` or
    `accounts.weight`. Tables of kind `weighted` estimate with it."""
    strata: Annotated[str, Field(pattern=COLUMN_OF_STUDY)] | None = None
    """The column of the stratum that each firm was drawn from, `firms.stratum`: standard errors are taken within
    strata."""
    closing_within: Annotated[StrictInt, Field(ge=0)] = CONFIRMED_WITHIN
    """Years after a firm's last active year within which a registered year of closing confirms its end."""
    ventures_since: Year | None = None
    """First founding year of a venture; the first year of the window where it is not given."""
    edition: str | None = None
    """Published numbers, a file beside the study."""
    contact: str = ""
    """Whom readers of the publication may write to, printed at its end."""
    next_release: str = ""
    """When the next numbers are due, printed as it is written: `"June 2027"`."""
    definition: str
    source: str

    @field_validator("window")
    @classmethod
    def _window_is_ordered(cls, window: tuple[int, int]) -> tuple[int, int]:
        if window[0] >= window[1]:
            raise ValueError("the window's first year must be before its last")
        return window

    @model_validator(mode="after")
    def _strata_of_a_sample(self) -> StudyHead:
        if self.strata is not None and self.weight is None:
            raise ValueError("strata are those of a sample: add `weight`, the column of its weights")
        return self

    @model_validator(mode="after")
    def _window_of_waves(self) -> StudyHead:
        for year in self.window:
            if (year - self.reference_year) % self.step:
                raise ValueError(
                    f"waves every {self.step} years that meet the reference year {self.reference_year} leave out "
                    f"{year}: give a window of waves"
                )
        return self


class Study(TablePart):
    """A validated study. Use :func:`firmtrade.studies.load_study` to get one from a name or a path.

    What its tables declare beyond the keys of all tables is their kind's own: see ``firmtrade.kinds``.
    """

    head: Annotated[StudyHead, Field(alias="study")]
    populations: dict[str, Population] = Field(default_factory=dict)
    attributes: dict[str, Attribute] = Field(default_factory=dict)
    subtotals: dict[str, Subtotal] = Field(default_factory=dict)
    unions: dict[str, Union] = Field(default_factory=dict)
    deflator: Deflator | None = None
    tables: tuple[TableDeclaration, ...] = ()
    figures: tuple[TableDeclaration, ...] = ()
    prose: tuple[Prose, ...] = ()
    """Text before the tables of sections, with numbers as references to cells."""
    _text: str = PrivateAttr(default="")

    def __repr__(self) -> str:
        return f"<study {self.name}: {len(self.tables)} tables and {len(self.figures)} figures>"

    def _repr_html_(self) -> str:
        rows = [(table.id, table.kind, table.title.say()) for table in self.outputs]
        return card(f"Study {self.name}", [self.head.title.say()], ("table", "kind", "title"), rows)

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
        return self.head.name

    @property
    def reference_year(self) -> int:
        return self.head.reference_year

    @property
    def first_year(self) -> int:
        return self.head.window[0]

    @property
    def last_year(self) -> int:
        return self.head.window[1]

    @property
    def reference_years(self) -> Mapping[int, str]:
        """What universes call the dates of each reference year: one's own have no name. See ``studies.joint``."""
        return {self.reference_year: ""}

    def of_dates(self, dates: str) -> Study:
        """The study with the dates that a universe is of."""
        return self

    @property
    def ventures_since(self) -> int:
        return self.head.ventures_since or self.first_year

    @property
    def union_policy(self) -> UnionPolicy:
        """How flows inside the union are told from flows beyond."""
        name = self.head.union
        return list_of_members(name, self.unions[name].members) if name in self.unions else union_policy(name)

    @property
    def union_name(self) -> str | None:
        """What flows inside and outside are called after, where that is not the European Union."""
        name = self.union_policy.union
        return None if name == EU else name

    @property
    def is_sample(self) -> bool:
        """Whether a firm without a row in a year was not asked, rather than not there."""
        if self.head.records is None:
            return self.head.weight is not None
        return self.head.records == "sample"

    def waves(self, years: Iterable[int]) -> tuple[int, ...]:
        """The years among some in which there is a wave of the data: every year, unless the study gives a `step`."""
        return tuple(year for year in years if (year - self.reference_year) % self.head.step == 0)

    @property
    def outputs(self) -> tuple[TableDeclaration, ...]:
        """Tables, then figures, in print order."""
        return self.tables + self.figures

    @cached_property
    def panel_populations(self) -> tuple[str, ...]:
        """Populations whose panel a table asks about."""
        used = (name for table in self.outputs if table.asks_panel for name in table.populations)
        return tuple(dict.fromkeys(used))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every year that an output asks about, ascending."""
        return tuple(sorted(self.asked_years()))

    def asked_years(self) -> set[int]:
        """Every year that an output asks about."""
        years = {self.reference_year}
        if self.panel_populations:
            years |= {*self.head.window}
        for table in self.outputs:
            years |= set(self.waves(table.years_asked))
        return years

    def columns_of(self, table: str) -> tuple[str, ...]:
        """The columns of a canonical table that attributes and the head name."""
        named = [attribute.column for attribute in self.attributes.values()]
        named += [column_named(of) for of in (self.head.weight, self.head.strata)]
        return tuple(dict.fromkeys(one[1] for one in named if one is not None and one[0] == table))

    @property
    def details(self) -> frozenset[str]:
        """What any output asks of single declarations beside their zone."""
        return frozenset().union(*(table.details for table in self.outputs))

    @cached_property
    def measures(self) -> frozenset[str]:
        """The numbers of single firms of a population that any output shows statistics of."""
        return frozenset().union(*(table.measures for table in self.outputs))

    @property
    def employment_unit(self) -> str:
        """``fte``: the unit of employment."""
        return "fte" if self.head.employment == "employees_fte" else "employees"

    @property
    def value_unit(self) -> str:
        """``thousand_eur``: the unit of amounts."""
        return f"thousand_{self.head.currency.lower()}"

    @property
    def productivity_unit(self) -> str:
        """``thousand_eur_per_fte``: the unit of a productivity level follows currency and employment."""
        per = "fte" if self.head.employment == "employees_fte" else "employee"
        return f"thousand_{self.head.currency.lower()}_per_{per}"

    def output(self, identifier: str) -> TableDeclaration:
        """The table or figure with this id (``4``, ``fig15``)."""
        return next(table for table in self.outputs if table.id == identifier)


def row_sets() -> dict[str, tuple[str, ...]]:
    """Names that ``rows`` and ``columns`` of a table may use beside attributes, with their keys."""
    words = vocabulary()
    return {
        name: tuple(entries) for family in (words.flags, words.status) for name, entries in family.items()
    }
