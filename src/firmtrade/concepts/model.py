"""What a concept is: a cited definition with a unit and, where it sorts firms, criteria to apply."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from firmtrade.errors import StudyError
from firmtrade.messages import Message, has, message

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Number = int | float

Unit = Literal[
    "category", "count", "days", "eur", "flag", "index", "km", "log_points", "per_year", "percent",
    "ratio", "ratio_per_year", "score", "year", "years",
]  # fmt: skip

Grain = Literal["firm", "firm_year", "firm_market", "firm_market_year", "market", "spell", "group"]
"""What one value of a concept belongs to; a market is a foreign country, a spell a run of years."""

Standing = Literal["read", "secondary", "usual"]
"""How sure the wording is: read in the source or its abstract, taken from a text that cites the source, or
the usual form in the literature, to be checked against the original before it is quoted."""

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
    "equals": operator.eq,
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Labels(_Strict):
    """A short name in the languages of reports."""

    en: Text
    fr: Text


class Bounds(_Strict):
    """What a measure must satisfy: any of four bounds, or a state for a flag.

    ``within_years`` says when the measure is taken: at its best within so many years of the founding year.
    """

    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    equals: bool | None = None
    within_years: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Bounds:
        if not list(self.thresholds()):
            raise ValueError(f"give one of {', '.join(_COMPARISONS)}")
        return self

    def thresholds(self) -> Iterator[tuple[str, Number | bool]]:
        """The comparisons that are set, with their thresholds."""
        for name in _COMPARISONS:
            threshold = getattr(self, name)
            if threshold is not None:
                yield name, threshold

    def holds(self, values: Any) -> Any:
        """Whether values satisfy the bounds: a boolean of the same shape (see :meth:`Concept.holds`)."""
        tests = (_COMPARISONS[name](values, threshold) for name, threshold in self.thresholds())
        return reduce(operator.and_, tests)


class Criterion(NamedTuple):
    """One measure that a concept asks for, with its bounds."""

    measure: str
    bounds: Bounds


class Concept(_Strict):
    """A definition with its unit, grain and source.

    ``all_of`` and ``any_of`` are the criteria of a concept that sorts firms: every one of the first and,
    where there are some, at least one of the second, each by the key of the concept it measures.
    ``categories`` are the ordered values of a concept of unit ``category``; ``statistics`` the summaries that
    are published of it; ``distinct_from`` names constructs it is often confused with and never merged with.
    """

    key: Key
    field: Key
    label: Labels
    definition: Text
    unit: Unit
    grain: Grain
    source: Text
    standing: Standing
    formula: Text | None = None
    note: Text | None = None
    typology: Key | None = None
    all_of: dict[Key, Bounds] = Field(default_factory=dict)
    any_of: dict[Key, Bounds] = Field(default_factory=dict)
    categories: tuple[Key, ...] = Field(default=(), strict=False)
    statistics: tuple[Key, ...] = Field(default=(), strict=False)
    distinct_from: tuple[Key, ...] = Field(default=(), strict=False)
    parameters: dict[Key, bool | int | float | str | list[str] | list[int]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_of_a_piece(self) -> Concept:
        if (self.all_of or self.any_of) and self.unit != "flag":
            raise ValueError("criteria sort firms: a concept with `all_of` or `any_of` has the unit `flag`")
        if bool(self.categories) != (self.unit == "category"):
            raise ValueError("a concept has `categories` if, and only if, its unit is `category`")
        both = self.all_of.keys() & self.any_of.keys()
        if both:
            raise ValueError(f"`{min(both)}` stands in `all_of` and in `any_of`")
        return self

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, those of ``all_of`` first."""
        return tuple(Criterion(*item) for item in (*self.all_of.items(), *self.any_of.items()))

    @property
    def measures(self) -> tuple[str, ...]:
        """The keys of the concepts that must be measured to apply the criteria."""
        return tuple(criterion.measure for criterion in self.criteria)

    @property
    def thresholds(self) -> dict[str, Number | bool]:
        """The criteria as flat parameters, such as ``years_to_first_export_at_most: 3``."""
        return {
            f"{measure}_{comparison}": threshold
            for measure, bounds in self.criteria
            for comparison, threshold in bounds.thresholds()
        }

    @property
    def said(self) -> Message | str:
        """The definition as a message, or in English where the catalogue has no translation of it."""
        key = f"concepts.definitions.{self.key}"
        return message(key) if has(key) else self.definition

    def holds(self, measures: Mapping[str, Any]) -> Any:
        """Apply the criteria to many firms at once.

        Parameters
        ----------
        measures
            Values by key of the measure, all of one shape: polars expressions or series, arrays, or single
            numbers. A missing value must be null or None, not NaN, so that it stays missing in the answer
            unless the other criteria settle it.

        Returns
        -------
        A boolean of the same shape; None for a single firm of which a missing value leaves it open.

        Raises
        ------
        StudyError
            If the concept has no criteria, or a measure it needs is not given.

        Examples
        --------
        >>> from firmtrade.concepts import concept
        >>> born_global = concept("born_global_knight_cavusgil_2004")
        >>> born_global.holds({"years_to_first_export": 2, "export_share": 0.3})
        True
        """
        if not self.criteria:
            raise StudyError(
                f"The concept `{self.key}` has no criteria: it cannot sort firms by itself.",
                fix="Choose one with criteria, or state the thresholds in the study.",
            )
        lacking = [measure for measure in self.measures if measure not in measures]
        if lacking:
            raise StudyError(
                f"The concept `{self.key}` needs the measure `{lacking[0]}`.",
                fix=f"It is applied to: {', '.join(self.measures)}.",
            )
        every, some = (
            [
                None if measures[measure] is None else bounds.holds(measures[measure])
                for measure, bounds in criteria.items()
            ]
            for criteria in (self.all_of, self.any_of)
        )
        return reduce(_both, [*every, *([reduce(_either, some)] if some else [])])


def _both(one: Any, other: Any) -> Any:
    """One and the other, for columns or one firm; what a missing value leaves open is None (Kleene's logic)."""
    if one is None or other is None:
        return False if one is False or other is False else None
    return one & other


def _either(one: Any, other: Any) -> Any:
    """One or the other, likewise."""
    if one is None or other is None:
        return True if one is True or other is True else None
    return one | other
