"""Official and study definitions of micro, small and medium-sized enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

from firmtrade.classifications.provenance import table
from firmtrade.errors import StudyError, suggest

MoneyRule = Literal["either", "turnover", "none"]


@dataclass(frozen=True, slots=True)
class SizeCeiling:
    """The limits of one size of one definition.

    Staff is at least ``staff_at_least`` and below ``staff_below``, in ``staff_measure``. Turnover and balance
    sheet are in euro a year; with ``money_rule`` ``either`` one of the two ceilings suffices. A
    ``turnover_inclusive`` limit may be reached. ``ownership`` is ``autonomous`` (no holding of 25 % or more
    by a firm that is not itself within the limits), ``domestic``, or None where ownership does not count.
    """

    size: str
    staff_measure: str
    staff_at_least: int
    staff_below: int
    turnover_limit: int | None
    turnover_inclusive: bool
    balance_sheet_limit: int | None
    money_rule: MoneyRule
    ownership: str | None


def sme_definitions() -> tuple[str, ...]:
    """The names of all definitions."""
    return tuple(dict.fromkeys(row["definition"] for row in table("sme-definitions")))


@lru_cache
def sme_definition(name: str) -> tuple[SizeCeiling, ...]:
    """The ceilings of a definition, from the smallest size to the largest.

    >>> [ceiling.staff_below for ceiling in sme_definition("eu-2003")]
    [10, 50, 250]

    Raises
    ------
    StudyError
        If there is no such definition; the message names the nearest.
    """
    if name not in sme_definitions():
        raise StudyError(f"There is no definition of SMEs `{name}`.", fix=suggest(name, sme_definitions()))
    return tuple(
        SizeCeiling(
            size=row["size"],
            staff_measure=row["staff_measure"],
            staff_at_least=int(row["staff_at_least"]),
            staff_below=int(row["staff_below"]),
            turnover_limit=int(row["turnover_limit"]) if row["turnover_limit"] else None,
            turnover_inclusive=row["turnover_inclusive"] == "1",
            balance_sheet_limit=int(row["balance_sheet_limit"]) if row["balance_sheet_limit"] else None,
            money_rule=cast(MoneyRule, row["money_rule"]),
            ownership=row["ownership"] or None,
        )
        for row in table("sme-definitions")
        if row["definition"] == name
    )
