"""Rules: how one canonical column is made of raw ones, and which raw rows are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ModelWrapValidatorHandler, PositiveInt, PrivateAttr, model_validator

from firmtrade.sources.mapping.declaration import MappingPart, Names, Raw, Values

UNITS = {"one": 1, "hundred": 100, "thousand": 1_000, "million": 1_000_000}


class RowCondition(MappingPart):
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
        return value if isinstance(value, dict | RowCondition) else {"is": value}

    @property
    def numeric(self) -> bool:
        """Whether the value is compared as a number."""
        return self.above is not None or self.below is not None or self.between is not None


class Months(MappingPart):
    """The length of a book year, from its first to its last day."""

    first: str
    """Raw column of the first day."""
    last: str
    """Raw column of the last day."""


class ColumnRule(MappingPart):
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
    """Those of ``sum`` and ``minus`` that are zero where they are missing and another term is there."""
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
    codes: dict[str, Raw] = Field(default_factory=dict)
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
    def _in_written_order(cls, value: Any, handler: ModelWrapValidatorHandler[ColumnRule]) -> ColumnRule:
        rule = handler({"column": value} if isinstance(value, str) else value)
        if isinstance(value, dict):
            rule._steps = tuple(key for key in value if key in ("take", "keep", "pad"))
        return rule

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that cut or fill the text, in the order in which the mapping writes them."""
        return self._steps

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
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


class Own(ColumnRule):
    """A column that the canonical table does not have, kept under its own name for a study to group by."""

    kind: Literal["text", "integer", "money", "quantity", "flag"] = "text"
    """What it holds; amounts of money are in currency units, quantities have six decimals."""
