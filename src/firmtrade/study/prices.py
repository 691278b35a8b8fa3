"""Prices: the deflator of a study, by which amounts of several years are compared."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field, StrictFloat, model_validator

from firmtrade.study.tables import TablePart

Index = Annotated[dict[int, Annotated[StrictFloat, Field(gt=0)]], Field(min_length=1)]
LARGEST_OF_RATIO = 2_000_000
"""Price levels are ratios of whole numbers up to this one, so that amounts are deflated exactly."""


class BranchIndex(TablePart):
    """The price index of some divisions."""

    activity: str
    """Divisions of the study's activity scheme: `15-16`."""
    index: Index
    """Price level by year, on any base: `{ 1998 = 100, 2003 = 112.3 }`."""


class Deflator(TablePart):
    """Prices by year. Amounts that a statistic compares over years are at prices of the base year, all alike."""

    base: int
    """The year whose prices amounts are at."""
    index: Index
    """Price level by year, on any base: `{ 1998 = 100, 2003 = 112.3 }`."""
    branches: tuple[BranchIndex, ...] = ()
    """Divisions with an index of their own."""
    definition: str
    source: str

    @model_validator(mode="after")
    def _has_its_base(self) -> Deflator:
        for index in (self.index, *(branch.index for branch in self.branches)):
            if self.base not in index:
                raise ValueError(f"an index has no price level of {self.base}, the base")
            if any(max(part) > LARGEST_OF_RATIO for part in self.ratios(index).values()):
                raise ValueError("a price level has too many digits: give at most six, such as 112.345")
        return self

    def lacking(self, years: tuple[int, ...]) -> tuple[int, ...]:
        """The years of these of which some index has no price level."""
        known = [self.index, *(branch.index for branch in self.branches)]
        return tuple(year for year in years if any(year not in index for index in known))

    def ratios(self, index: Index) -> dict[int, tuple[int, int]]:
        """What an amount of each year is multiplied by, numerator and denominator, to be at prices of the base year.

        >>> rise = {1998: 100.0, 2003: 112.5}
        >>> deflator = Deflator(base=1998, index=rise, definition="a price index", source="an office")
        >>> deflator.ratios(rise)
        {1998: (1, 1), 2003: (8, 9)}
        """
        base = Fraction(str(index[self.base]))
        return {
            year: (base / Fraction(str(level))).as_integer_ratio() for year, level in sorted(index.items())
        }
