"""Keys that tables of several kinds declare, each with what it must keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, StrictBool

from firmtrade.errors import suggest
from firmtrade.study import Study, TableDeclaration, vocabulary
from firmtrade.study.tables import Choices, Flow, Problem, Year

COHORTS = "founding_cohort"
VENTURE = "venture"
"""A set of flags whose shares have a base of their own: only a table of shares knows it."""


def _ordered(years: tuple[int, int]) -> tuple[int, int]:
    if years[0] > years[1]:
        raise ValueError("the first of two years must not be after the last")
    return years


Years: TypeAlias = Annotated[tuple[Year, Year], AfterValidator(_ordered)]


class Recorded(TableDeclaration):
    """A table of several years."""

    years: Years
    """`years = [first, last]`: of a series, of a record, of a transition."""

    @property
    def years_asked(self) -> range:
        return span(self.years)

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        for year in self.years:
            if not study.waves((year,)):
                yield (
                    ("years",),
                    f"there is no wave in {year}: they come every {study.head.step} years and meet the reference year "
                    f"{study.reference_year}",
                    "Give the first and the last wave in `years`.",
                )


def span(years: tuple[int, int]) -> range:
    """Every year from the first to the last.

    >>> list(span((1998, 2000)))
    [1998, 1999, 2000]
    """
    return range(years[0], years[1] + 1)


def of_change(years: tuple[int, int]) -> Iterator[Problem]:
    """A change needs two years."""
    if years[0] == years[1]:
        yield ("years",), "one year alone shows no change", "Give a first and a later last year."


class OfTraders(TableDeclaration):
    """A table about the traders of one flow."""

    flow: Flow
    """`flow = "export"` or `"import"`: the flow whose traders are looked at."""


class Grouped(TableDeclaration):
    """A table by groups of firms, with totals below them."""

    totals: tuple[str, ...] = ()
    """``total`` and keys of ``[subtotals]``, printed below the groups."""
    totals_of: Literal["all", "known"] = "all"
    """Totals are of all firms, of unknown class too; `"known"`: of the firms whose class is known, and called so."""

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        for name in self.totals:
            if name != "total" and name not in study.subtotals:
                known = ["total", *study.subtotals]
                yield ("totals",), f"there is no subtotal {name!r}", suggest(name, known)


class OfPanel(TableDeclaration):
    """A table about the panel, by trade status over the window."""

    asks_panel: ClassVar[bool] = True

    rows: str
    """A set of statuses over the window, or `venture`."""
    n: StrictBool = False
    """Print the number of firms of each group."""
    cohort: str | None = None
    """A class of the attribute ``founding_cohort``."""

    @property
    def compares_money(self) -> bool:
        return True

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": frozenset({*vocabulary().status, VENTURE})}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        cohorts = study.attributes[COHORTS].keys if COHORTS in study.attributes else ()
        if self.cohort is not None and self.cohort not in cohorts:
            yield (
                ("cohort",),
                f"there is no founding cohort {self.cohort!r}",
                suggest(self.cohort, cohorts),
            )

    def population_key(self, population: str) -> str:
        return f"{population}, {self.cohort}" if self.cohort else population


def flag_sets() -> frozenset[str]:
    """Sets of flags that firms of any group may have."""
    return frozenset({*vocabulary().flags} - {VENTURE})
